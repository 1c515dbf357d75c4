//! The drawing as one SVG file that needs nothing else: no font, no script, no style sheet.
//!
//! Enters: a [`Graph`]. Leaves: its boxes and lines, each with a title for those who point at it or have it read, and a legend of what lines mean.

use std::collections::BTreeSet;

use super::layout::{Layout, Line, MARGIN, Place, TOP, baseline, lay_out, left};
use super::{Graph, Node, Over};

const LEGEND: usize = 20;

/// The file.
#[must_use]
pub fn write(graph: &Graph) -> String {
    let layout = lay_out(graph);
    let used: BTreeSet<Over> = graph.runs.iter().map(|(_, _, over)| *over).collect();
    let width = layout.width.max(420);
    let height = layout.height + used.len() * LEGEND + MARGIN;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\" \
         font-family=\"ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace\" font-size=\"12\">\n<title>{}</title>\n\
         <rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>\n",
        title(graph)
    );
    for (line, (from, to)) in layout.calls.iter().zip(&graph.calls) {
        let name =
            format!("{} calls {}", named(&graph.callers, *from), named(&graph.services, *to));
        out.push_str(&curve(*line, "#77767b", "", &name));
    }
    for (line, (from, to, over)) in layout.runs.iter().zip(&graph.runs) {
        let (from, to) = (named(&graph.services, *from), named(&graph.clusters, *to));
        let (color, dashes) = over.style();
        out.push_str(&curve(*line, color, dashes, &format!("{from} in {to}: {}", over.words())));
    }
    let layers = [
        ("who calls", &graph.callers),
        ("by which name", &graph.services),
        ("where it runs", &graph.clusters),
    ];
    for ((heading, nodes), places) in layers.into_iter().zip(&layout.places) {
        if let Some(first) = places.first() {
            let y = TOP - 18;
            out.push_str(&format!(
                "<text x=\"{}\" y=\"{y}\" fill=\"#5e5c64\">{heading}</text>\n",
                first.x
            ));
        }
        for (node, place) in nodes.iter().zip(places) {
            out.push_str(&boxed(node, *place));
        }
    }
    legend(&mut out, &layout, &used);
    out + "</svg>\n"
}

fn title(graph: &Graph) -> String {
    format!("{} groups of services in {} clusters", graph.services.len(), graph.clusters.len())
}

fn named(nodes: &[Node], index: usize) -> String {
    nodes.get(index).map_or_else(String::new, |node| node.titles.join(", "))
}

fn curve(line: Line, color: &str, dashes: &str, title: &str) -> String {
    let Line { from: (x1, y1), to: (x2, y2) } = line;
    let middle = usize::midpoint(x1, x2);
    let dashes =
        if dashes.is_empty() { String::new() } else { format!(" stroke-dasharray=\"{dashes}\"") };
    // The tip is drawn apart, as a marker would take no color of its line in older readers.
    let tip = x2.saturating_sub(7);
    format!(
        "<g fill=\"none\" stroke=\"{color}\" stroke-width=\"1.5\"><title>{}</title>\
         <path d=\"M{x1} {y1}C{middle} {y1} {middle} {y2} {tip} {y2}\"{dashes}/>\
         <path d=\"M{tip} {}L{x2} {y2}L{tip} {}Z\" fill=\"{color}\" stroke=\"none\"/></g>\n",
        clean(title),
        y2.saturating_sub(4),
        y2 + 4,
    )
}

fn boxed(node: &Node, place: Place) -> String {
    let Place { x, y, width, height } = place;
    let mut out = format!(
        "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"5\" fill=\"#f6f5f4\" stroke=\"#9a9996\"/>\n"
    );
    let lines = node.titles.iter().map(|title| (title, "#1c1c1c"));
    let lines = lines.chain(node.lines.iter().map(|line| (line, "#5e5c64")));
    for (index, (text, color)) in lines.enumerate() {
        let (x, y) = (left(place), baseline(place, index));
        let text = clean(text);
        out.push_str(&format!(
            "<text x=\"{x}\" y=\"{y}\" fill=\"{color}\" xml:space=\"preserve\">{text}</text>\n"
        ));
    }
    out
}

fn legend(out: &mut String, layout: &Layout, used: &BTreeSet<Over>) {
    for (index, over) in used.iter().enumerate() {
        let y = layout.height + index * LEGEND + LEGEND / 2;
        let line = Line { from: (MARGIN, y), to: (MARGIN + 60, y) };
        let (color, dashes) = over.style();
        out.push_str(&curve(line, color, dashes, over.words()));
        let (x, y) = (MARGIN + 72, y + 4);
        out.push_str(&format!(
            "<text x=\"{x}\" y=\"{y}\" fill=\"#1c1c1c\">{}</text>\n",
            over.words()
        ));
    }
}

fn clean(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
