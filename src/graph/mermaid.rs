//! The drawing in Mermaid's words, which GitHub and GitLab draw within Markdown.
//!
//! Enters: a [`Graph`]. Leaves: a `flowchart`. Names hold nothing that Mermaid reads otherwise; all the same they are quoted.

use super::{Graph, Node, Over};

/// The flowchart.
#[must_use]
pub fn write(graph: &Graph) -> String {
    let mut out = "flowchart LR\n".to_owned();
    let layers = [("c", &graph.callers), ("s", &graph.services), ("k", &graph.clusters)];
    for (letter, nodes) in layers {
        for (index, node) in nodes.iter().enumerate() {
            let (open, close) = if letter == "s" { ("([", "])") } else { ("[", "]") };
            out.push_str(&format!("  {letter}{index}{open}\"{}\"{close}\n", label(node)));
        }
    }
    out.extend(graph.calls.iter().map(|(from, to)| format!("  c{from} --> s{to}\n")));
    for (from, to, over) in &graph.runs {
        let arrow = match over {
            Over::Passed | Over::Direct => "-->",
            Over::Ended | Over::Discovered | Over::Own => "-.->",
            Over::Plain => "==>",
        };
        out.push_str(&format!("  s{from} {arrow}|\"{}\"| k{to}\n", over.words()));
    }
    for (index, (_, _, over)) in graph.runs.iter().enumerate() {
        let (color, _) = over.style();
        out.push_str(&format!("  linkStyle {} stroke:{color}\n", graph.calls.len() + index));
    }
    out
}

fn label(node: &Node) -> String {
    let titles = node.titles.iter().map(|title| format!("<b>{}</b>", clean(title)));
    let lines = node.lines.iter().map(|line| clean(line));
    titles.chain(lines).collect::<Vec<_>>().join("<br/>")
}

/// Mermaid's own escapes, `#name;`.
fn clean(text: &str) -> String {
    let escape = |c: char| match c {
        '#' => "#35;".to_owned(),
        '"' => "#quot;".to_owned(),
        '<' => "#lt;".to_owned(),
        '>' => "#gt;".to_owned(),
        '&' => "#amp;".to_owned(),
        '`' => "#96;".to_owned(),
        c => c.to_string(),
    };
    text.chars().map(escape).collect()
}
