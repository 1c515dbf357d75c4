//! The drawing in Graphviz' words.
//!
//! Enters: a [`Graph`]. Leaves: a `digraph`, layer by layer from left to right.

use super::{Graph, Node};

/// The digraph.
#[must_use]
pub fn write(graph: &Graph) -> String {
    let mut out = "digraph mesh {\n  rankdir=LR;\n  ranksep=1.5;\n  node [shape=box, style=rounded, fontname=\"sans-serif\", fontsize=11];\n  edge [fontname=\"sans-serif\", fontsize=9, color=\"#5e5c64\"];\n".to_owned();
    let layers = [("c", &graph.callers), ("s", &graph.services), ("k", &graph.clusters)];
    for (letter, nodes) in layers {
        let ids: Vec<String> = (0..nodes.len()).map(|index| format!("{letter}{index};")).collect();
        for (index, node) in nodes.iter().enumerate() {
            out.push_str(&format!("  {letter}{index} [label=\"{}\"];\n", label(node)));
        }
        if !ids.is_empty() {
            out.push_str(&format!("  {{ rank=same; {} }}\n", ids.join(" ")));
        }
    }
    out.extend(graph.calls.iter().map(|(from, to)| format!("  c{from} -> s{to};\n")));
    for (from, to, over) in &graph.runs {
        let (color, dashes) = over.style();
        let style = if dashes.is_empty() { "solid" } else { "dashed" };
        let words = over.words();
        out.push_str(&format!(
            "  s{from} -> k{to} [label=\"{words}\", color=\"{color}\", fontcolor=\"{color}\", style={style}];\n"
        ));
    }
    out + "}\n"
}

fn label(node: &Node) -> String {
    let lines = node.titles.iter().chain(&node.lines);
    let escaped = lines.map(|line| line.replace('\\', "\\\\").replace('"', "\\\""));
    escaped.collect::<Vec<_>>().join("\\n")
}
