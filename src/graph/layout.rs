//! Where the boxes of a drawing stand.
//!
//! Enters: a [`Graph`]. Leaves: a place for each box, layer by layer from left to right, and for each line its ends, so that few lines cross:
//! boxes stand where the ones that they are joined to stand, on the average. All in whole pixels, the same on any machine.

use super::{Graph, Node};

/// The width of a character of 12 pixels in a font whose characters are all as wide.
const CHARACTER: f64 = 7.3;
const LINE: usize = 16;
const PAD: usize = 10;
const GAP: usize = 16;
/// The room between layers, for the lines.
const BETWEEN: usize = 170;
/// What is above the boxes: the layers' headings.
pub(super) const TOP: usize = 48;
pub(super) const MARGIN: usize = 24;
/// So often the layers are put in order, each by its neighbour.
const SWEEPS: usize = 24;

/// A box's place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    pub x: usize,
    pub y: usize,
    pub width: usize,
    pub height: usize,
}

/// A line's ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub from: (usize, usize),
    pub to: (usize, usize),
}

/// A drawing's places.
#[derive(Debug)]
pub(super) struct Layout {
    /// By layer.
    pub places: [Vec<Place>; 3],
    /// Those from callers to services, as in the graph.
    pub calls: Vec<Line>,
    /// Those from services to clusters, as in the graph.
    pub runs: Vec<Line>,
    pub width: usize,
    /// The height of what is above the legend.
    pub height: usize,
}

/// The line of text of a box that is as far down as `index`.
pub(super) fn baseline(place: Place, index: usize) -> usize {
    place.y + PAD + LINE * index + 12
}

/// Where text of a box begins.
pub(super) fn left(place: Place) -> usize {
    place.x + PAD
}

pub(super) fn lay_out(graph: &Graph) -> Layout {
    let runs: Vec<(usize, usize)> = graph.runs.iter().map(|(from, to, _)| (*from, *to)).collect();
    let layers = [&graph.callers, &graph.services, &graph.clusters];
    let mut places = layers.map(|nodes| nodes.iter().map(size).collect::<Vec<Place>>());
    let mut orders = layers.map(|nodes| (0..nodes.len()).collect::<Vec<usize>>());
    for _ in 0..SWEEPS {
        stack(&mut places, &orders);
        // The clusters by the services, the services by both, the callers by the services.
        sort(&mut orders[2], &neighbours(&places[1], &runs, |(from, to)| (to, from)), &places[2]);
        stack(&mut places, &orders);
        let mut both = neighbours(&places[2], &runs, |(from, to)| (from, to));
        both.extend(neighbours(&places[0], &graph.calls, |(from, to)| (to, from)));
        sort(&mut orders[1], &both, &places[1]);
        stack(&mut places, &orders);
        sort(
            &mut orders[0],
            &neighbours(&places[1], &graph.calls, |(from, to)| (from, to)),
            &places[0],
        );
    }
    stack(&mut places, &orders);
    let width = places.iter().flatten().map(|place| place.x + place.width).max();
    let height = places.iter().flatten().map(|place| place.y + place.height).max();
    Layout {
        calls: lines(&places[0], &places[1], &graph.calls),
        runs: lines(&places[1], &places[2], &runs),
        places,
        width: width.unwrap_or_default() + MARGIN,
        height: height.unwrap_or(TOP) + MARGIN,
    }
}

/// How large a box is.
fn size(node: &Node) -> Place {
    let texts = node.titles.iter().chain(&node.lines);
    let longest = texts.clone().map(|text| text.chars().count()).max().unwrap_or_default();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a line of text has some dozen characters"
    )]
    let width = (longest as f64 * CHARACTER).ceil() as usize + 2 * PAD;
    Place { width: width.max(60), height: texts.count() * LINE + 2 * PAD - 4, ..Place::default() }
}

/// Stacks each layer in its order, in the middle of the tallest one's height.
fn stack(places: &mut [Vec<Place>; 3], orders: &[Vec<usize>; 3]) {
    let height = |layer: &Vec<Place>| {
        layer.iter().map(|place| place.height + GAP).sum::<usize>().saturating_sub(GAP)
    };
    let tallest = places.iter().map(height).max().unwrap_or_default();
    let mut x = MARGIN;
    for (layer, order) in places.iter_mut().zip(orders) {
        // What is left of the height goes between the boxes, so that lines are as level as can be.
        let rest = tallest.saturating_sub(height(layer));
        let share = rest / (layer.len() + 1);
        let width = layer.iter().map(|place| place.width).max().unwrap_or_default();
        let mut y = TOP + share;
        for index in order {
            if let Some(place) = layer.get_mut(*index) {
                (place.x, place.y, place.width) = (x, y, width);
                y += place.height + GAP + share;
            }
        }
        x += width + BETWEEN;
    }
}

/// For each box of a layer, how far down the boxes of another layer stand that it is joined to.
fn neighbours(
    others: &[Place],
    lines: &[(usize, usize)],
    of: impl Fn((usize, usize)) -> (usize, usize),
) -> Vec<(usize, usize)> {
    let middle = |index: usize| others.get(index).map(|place| place.y + place.height / 2);
    let joined = lines.iter().map(|line| of(*line));
    joined.filter_map(|(own, other)| Some((own, middle(other)?))).collect()
}

/// Puts a layer in the order of its boxes' neighbours; those that have none stay where they are.
fn sort(order: &mut [usize], neighbours: &[(usize, usize)], places: &[Place]) {
    let key = |index: usize| {
        let own: Vec<usize> =
            neighbours.iter().filter(|(own, _)| *own == index).map(|(_, y)| *y).collect();
        let stays = places.get(index).map_or(0, |place| place.y + place.height / 2);
        own.iter().sum::<usize>().checked_div(own.len()).unwrap_or(stays)
    };
    order.sort_by_cached_key(|index| (key(*index), *index));
}

/// The lines between two layers: they leave and reach a box one below the other, in the order of their other ends.
fn lines(before: &[Place], behind: &[Place], joined: &[(usize, usize)]) -> Vec<Line> {
    let y = |places: &[Place], index: usize| places.get(index).map_or(0, |place| place.y);
    // How many lines of the same box end elsewhere above this one.
    let port = |places: &[Place], index: usize, above: usize, count: usize, right: bool| {
        let place = places.get(index).copied().unwrap_or_default();
        let x = if right { place.x + place.width } else { place.x };
        (x, place.y + place.height * (above + 1) / (count + 1))
    };
    let line = |(at, (from, to)): (usize, &(usize, usize))| {
        let key = |own: usize, index: usize, places: &[Place]| (y(places, own), index);
        let leaving = joined.iter().enumerate().filter(|(_, other)| other.0 == *from);
        let above = leaving
            .clone()
            .filter(|(index, other)| key(other.1, *index, behind) < key(*to, at, behind));
        let start = port(before, *from, above.count(), leaving.count(), true);
        let arriving = joined.iter().enumerate().filter(|(_, other)| other.1 == *to);
        let above = arriving
            .clone()
            .filter(|(index, other)| key(other.0, *index, before) < key(*from, at, before));
        let end = port(behind, *to, above.count(), arriving.count(), false);
        Line { from: start, to: end }
    };
    joined.iter().enumerate().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::super::Over;
    use super::*;

    fn node(title: &str) -> Node {
        Node { titles: vec![title.to_owned()], lines: Vec::new() }
    }

    /// Two services, each in the cluster that stands across from the other.
    #[test]
    fn boxes_stand_so_that_lines_do_not_cross() {
        let graph = Graph {
            callers: vec![node("all")],
            services: vec![node("a"), node("b")],
            clusters: vec![node("one"), node("two")],
            calls: vec![(0, 0), (0, 1)],
            runs: vec![(0, 1, Over::Passed), (1, 0, Over::Passed)],
        };
        let layout = lay_out(&graph);
        let [first, second] = [layout.runs[0], layout.runs[1]];
        assert_eq!(first.from.1 < second.from.1, first.to.1 < second.to.1, "{layout:?}");
    }

    #[test]
    fn no_two_boxes_touch_and_all_are_within() {
        let names: Vec<Node> = (0..20).map(|index| node(&"x".repeat(index))).collect();
        let joined = (0..20).flat_map(|from| [(from, from % 7), (from, from % 5)]);
        let graph = Graph {
            callers: names[..3].to_vec(),
            services: names.clone(),
            clusters: names[..7].to_vec(),
            calls: (0..20).map(|to| (to % 3, to)).collect(),
            runs: joined.map(|(from, to)| (from, to, Over::Passed)).collect(),
        };
        let layout = lay_out(&graph);
        let all: Vec<Place> = layout.places.iter().flatten().copied().collect();
        for (index, one) in all.iter().enumerate() {
            assert!(one.x + one.width <= layout.width && one.y + one.height <= layout.height);
            for two in &all[index + 1..] {
                let apart = one.x + one.width <= two.x
                    || two.x + two.width <= one.x
                    || one.y + one.height <= two.y
                    || two.y + two.height <= one.y;
                assert!(apart, "{one:?} {two:?}");
            }
        }
    }
}
