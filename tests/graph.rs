//! `cwc graph`: what is drawn is what the document says, in each of the forms, and the same whatever the order of its tables.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test may panic, and runs programs"
)]

use std::collections::BTreeSet;
use std::io::Write as _;
use std::process::{Command, Stdio};

use cwc::compile::check;
use cwc::graph::{Graph, Over, draw, svg};
use cwc::source::Source;

/// Ways through gateways, within a network, and none.
const HOPS: &str = r#"[clusters.east]
gateway = "203.0.113.10"
region = "us-east-1"
zone = "us-east-1a"
network = "corp"
egress = true

[clusters.west]
gateway = ["203.0.113.20", "203.0.113.21", "203.0.113.22"]
region = "us-west-2"
network = "corp"

[clusters.edge]
region = "us-west-2"
via = "west"

[clusters.island]
gateway = "2001:db8::7"
region = "us-west-2"
behind = "west"
drained = true

[services.cart]
namespace = "shop"
ports = { http = 8080, grpc-admin = 9000 }
clusters = ["east", "west"]

[services.stock]
namespace = "shop"
ports = { http = 8080 }
clusters = ["east", "west"]

[services.ledger]
namespace = "bank"
ports = { tcp = 5432 }
backends.west = { address = "10.20.0.15" }

[services.local]
namespace = "bank"
ports = { http = 80 }
clusters = ["island"]
"#;

const HOPS_DRAWN: &str = r#"flowchart LR
  c0["<b>east</b><br/><b>edge</b><br/><b>west</b><br/>east by its egress gateway<br/>edge through west"]
  c1["<b>island</b>"]
  s0(["<b>ledger.bank.global  tcp 5432</b>"])
  s1(["<b>local.bank.global  http 80</b>"])
  s2(["<b>cart.shop.global  http 8080, grpc 9000</b><br/><b>stock.shop.global  http 8080</b>"])
  k0["<b>east</b><br/>203.0.113.10:15443<br/>us-east-1 us-east-1a<br/>network corp"]
  k1["<b>island</b><br/>[2001:db8::7]:15443<br/>us-west-2<br/>behind west<br/>drained"]
  k2["<b>west</b><br/>203.0.113.20:15443 and 2 more<br/>us-west-2<br/>network corp"]
  c0 --> s0
  c0 --> s2
  c1 --> s0
  c1 --> s1
  c1 --> s2
  s0 -->|"mutual TLS through the gateway"| k2
  s0 -->|"mutual TLS within the network"| k2
  s1 -.->|"its own calls only"| k1
  s2 -->|"mutual TLS through the gateway"| k0
  s2 -->|"mutual TLS through the gateway"| k2
  linkStyle 5 stroke:#1a5fb4
  linkStyle 6 stroke:#26765a
  linkStyle 7 stroke:#5e5c64
  linkStyle 8 stroke:#1a5fb4
  linkStyle 9 stroke:#1a5fb4
"#;

/// The three ways to enter a cluster, and one that clusters of a mesh know by themselves.
const CROSSINGS: &str = r#"[clusters.a]
gateway = "203.0.113.10"
region = "r"
mesh = "one"
network = "n"

[clusters.b]
gateway = "203.0.113.20"
region = "r"
mesh = "one"
network = "n"

[clusters.c]
gateway = "203.0.113.30"
region = "r"

[defaults]
namespace = "x"
ports = { http = 80 }

[services.plain]
clusters = ["c"]
crossing = "plaintext"

[services.ended]
clusters = ["c"]
crossing = "terminate"

[services.found]
clusters = ["b"]
"#;

fn drawn(text: &str, services: &[&str]) -> Graph {
    let checked = check(&Source::new("mesh.toml", text), None);
    let wanted: BTreeSet<&str> = services.iter().copied().collect();
    let Some(mesh) = checked.mesh else { panic!("{:#?}", checked.report.diagnostics()) };
    draw(&mesh, &wanted)
}

fn cwc(arguments: &[&str], document: &str) -> (i32, String, String) {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    std::fs::write(folder.path().join("mesh.toml"), document).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_cwc"));
    let output = command.arg("graph").args(arguments).current_dir(folder.path()).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// Drained, an island is called by its own only; what is in one network is called there directly, and by others through the gateway.
#[test]
fn who_calls_whom_over_what_is_drawn() {
    assert_eq!(cwc(&[], HOPS), (0, HOPS_DRAWN.to_owned(), String::new()));
}

#[test]
fn each_way_in_is_told_apart() {
    let graph = drawn(CROSSINGS, &[]);
    let name = |index: usize| graph.services[index].titles[0].split('.').next().unwrap();
    let runs: Vec<(&str, &str, Over)> = graph
        .runs
        .iter()
        .map(|(from, to, over)| (name(*from), graph.clusters[*to].titles[0].as_str(), *over))
        .collect();
    assert_eq!(
        runs,
        [
            ("ended", "c", Over::Ended),
            ("found", "b", Over::Passed),
            ("found", "b", Over::Discovered),
            ("plain", "c", Over::Plain),
        ]
    );
    assert_eq!(graph.callers[0].titles, ["all 3 clusters"]);
}

/// Who may not call has no line, and who may only in part is said.
#[test]
fn callers_are_told_apart() {
    let document = HOPS.replacen(
        "[services.stock]\n",
        "[services.stock]\ncallers = [\"edge/shop\", \"east\"]\n",
        1,
    );
    let graph = drawn(&document, &["stock", "cart"]);
    let titles = |nodes: &[cwc::graph::Node]| -> Vec<String> {
        nodes.iter().map(|node| node.titles.join(" ")).collect()
    };
    assert_eq!(titles(&graph.callers), ["east edge", "island west"]);
    assert_eq!(graph.services[1].lines, ["only edge/shop"]);
    assert_eq!(graph.calls, [(0, 0), (0, 1), (1, 0)]);
}

#[test]
fn services_are_chosen() {
    let graph = drawn(HOPS, &["stock"]);
    assert_eq!(graph.services[0].titles, ["stock.shop.global  http 8080"]);
    assert_eq!((graph.services.len(), graph.clusters.len()), (1, 2));
    let (status, said, told) = cwc(&["stok"], HOPS);
    assert_eq!((status, said.as_str()), (2, ""));
    assert!(told.contains("there is no service `stok`") && told.contains("`stock`"), "{told}");
}

#[test]
fn the_order_of_tables_draws_nothing_else() {
    let mut parts: Vec<&str> = HOPS.split("\n\n").collect();
    parts.reverse();
    let turned = parts.join("\n\n");
    assert_ne!(turned, HOPS);
    for format in ["mermaid", "dot", "svg"] {
        assert_eq!(cwc(&["--format", format], HOPS).1, cwc(&["--format", format], &turned).1);
    }
}

/// Twelve clusters and forty services that run in all pairs of them.
fn large() -> String {
    let clusters =
        (0..12).map(|n| format!("[clusters.c{n}]\ngateway = \"203.0.113.{n}\"\nregion = \"r\"\n"));
    let service = |n: usize| {
        let (one, two) = (n % 12, (n * 5 + 1) % 12);
        let two = if one == two { (two + 1) % 12 } else { two };
        format!(
            "[services.s{n}]\nnamespace = \"n\"\nports = {{ http = 80 }}\nclusters = [\"c{one}\", \"c{two}\"]\n"
        )
    };
    clusters.chain((0..40).map(service)).collect()
}

/// A large drawing has each box and line once, in every form.
#[test]
fn every_form_has_every_box_and_line() {
    let document = large();
    let graph = drawn(&document, &[]);
    let boxes = graph.callers.len() + graph.services.len() + graph.clusters.len();
    let lines = graph.calls.len() + graph.runs.len();
    assert!(graph.clusters.len() == 12 && graph.services.len() >= 12, "{}", graph.services.len());
    let count = |text: &str, what: &str| text.matches(what).count();
    let mermaid = cwc(&[], &document).1;
    assert_eq!(
        (count(&mermaid, "[\"<b>"), count(&mermaid, "--> s") + count(&mermaid, "| k")),
        (boxes, lines)
    );
    let dot = cwc(&["--format", "dot"], &document).1;
    assert_eq!((count(&dot, "0 [label=\"") > 0, count(&dot, " -> ")), (true, lines));
    let svg = cwc(&["--format", "svg"], &document).1;
    // The background, and a line in the legend.
    assert_eq!((count(&svg, "<rect") - 1, count(&svg, "<g fill=\"none\"") - 1), (boxes, lines));
    for service in 0..40 {
        for text in [&mermaid, &dot, &svg] {
            assert!(text.contains(&format!("s{service}.n.global")), "{service}");
        }
    }
}

/// Read by another program's parser of XML, and nothing is fetched when it is shown.
#[test]
fn the_picture_is_xml_and_needs_nothing_else() {
    let graph = drawn(HOPS, &[]);
    let text = svg::write(&graph);
    let foreign = text.replace("xmlns=\"http://www.w3.org/2000/svg\"", "");
    for word in ["://", "href", "url(", "<script", "<style", "@import"] {
        assert!(!foreign.contains(word), "{word}");
    }
    let script =
        "import sys, xml.dom.minidom as x; print(x.parse(sys.stdin).documentElement.tagName)";
    let mut python = Command::new("python3");
    let streams = python.args(["-c", script]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = streams.spawn().unwrap();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "svg\n");
}

#[test]
fn a_document_with_errors_is_not_drawn() {
    let (status, said, told) = cwc(&[], "[clusters.east]\ngatewya = \"a.example\"\n");
    assert_eq!((status, said.as_str()), (2, ""));
    assert!(told.contains("error[CW0101]"), "{told}");
}
