//! A change of a route names the line of what changed: a share, a match, a caller, a timeout, or the route where it comes or goes.

use crate::repository::Repository;

const DOCUMENT: &str = "\
[clusters.east]
gateway = \"203.0.113.10\"
region = \"us-east-1\"

[clusters.west]
gateway = \"203.0.113.20\"
region = \"us-west-2\"

[services.reviews]
namespace = \"bookinfo\"
ports = { http = 9080, tcp = 9081 }
clusters = [\"east\"]
versions = { v1 = { version = \"v1\" }, v2 = { version = \"v2\" } }

[services.reviews.backends.west]
versions = [\"v1\"]

[[services.reviews.routes]]
from = [\"east/shop\"]
match = { headers = { end-user = \"jason\" } }
to = [{ version = \"v2\" }]

[[services.reviews.routes]]
match = { path = \"/health\" }
to = [{ cluster = \"west\" }]

[[services.reviews.routes]]
to = [
  { cluster = \"east\", version = \"v1\", weight = 90 },
  { cluster = \"east\", version = \"v2\", weight = 10 },
]
timeout = \"2s\"
";

/// What is shown of the objects after an edit of the document.
fn shown(edit: impl Fn(&str) -> String) -> Vec<String> {
    let repository = Repository::new();
    repository.write("mesh.toml", DOCUMENT);
    let built = repository.run("cwc build");
    assert_eq!(built.status, 0, "{}", built.stdout);
    let edited = edit(DOCUMENT);
    assert_ne!(edited, DOCUMENT);
    repository.write("mesh.toml", &edited);
    let shown = repository.run("cwc diff --stat");
    assert_eq!(shown.status, 1, "{}", shown.stdout);
    let sign = |line: &&str| ["  + ", "  ~ ", "  - "].iter().any(|sign| line.starts_with(sign));
    shown.stdout.lines().filter(sign).map(str::to_owned).collect()
}

/// The line of a text, counted from 1.
fn line(text: &str) -> usize {
    DOCUMENT.lines().position(|line| line.contains(text)).unwrap() + 1
}

#[test]
fn a_change_of_a_route_names_the_line_of_what_changed() {
    let first = line("[[services.reviews.routes]]");
    let shares = [line("weight = 90"), line("weight = 10")];
    let cases: &[(&str, &str, usize, String)] = &[
        ("jason", "alice", 1, line("jason").to_string()),
        ("\"/health\"", "\"/healthz\"", 2, line("/health").to_string()),
        ("\"2s\"", "\"3s\"", 2, line("timeout").to_string()),
        ("weight = 90", "weight = 80", 2, format!("{}, {}", shares[0], shares[1])),
        ("[\"east/shop\"]", "[\"east/web\"]", 1, line("east/shop").to_string()),
    ];
    for (before, after, objects, lines) in cases {
        let edit = |text: &str| {
            let text = text.replace(before, after);
            if *before == "weight = 90" { text.replace("weight = 10", "weight = 20") } else { text }
        };
        let shown = shown(edit);
        let end = format!("(from mesh.toml:{lines})");
        let right = |line: &String| line.contains("~ VirtualService") && line.ends_with(&end);
        assert!(shown.len() == *objects && shown.iter().all(right), "{after}, {end}: {shown:#?}");
    }
    assert!(first < shares[0]);
}

#[test]
fn a_place_that_is_new_names_its_route() {
    let place = line("cluster = \"west\"");
    let shown = shown(|text| {
        text.replace("{ cluster = \"west\" }", "{ cluster = \"west\", version = \"v1\" }")
    });
    let route = format!("(from mesh.toml:{})", place - 2);
    let named = |sign: &str, kind: &str| {
        let mut lines = shown.iter().filter(|line| line.contains(sign) && line.contains(kind));
        lines.next().unwrap_or_else(|| panic!("no {sign} {kind}: {shown:#?}"))
    };
    assert!(named("+ ", "ServiceEntry").ends_with(&route), "{shown:#?}");
    assert!(named("~ ", "Gateway").ends_with(&route), "{shown:#?}");
    assert!(named("~ ", "VirtualService").ends_with(&format!("mesh.toml:{place})")), "{shown:#?}");
    assert!(named("- ", "ServiceEntry").contains("no longer in mesh.toml"), "{shown:#?}");
}

#[test]
fn routes_that_come_are_named_and_those_that_go_are_missed() {
    let routes = DOCUMENT.find("[[services.reviews.routes]]").unwrap();
    let without = &DOCUMENT[..routes];
    let went = shown(|_| without.to_owned());
    let gone =
        |line: &String| line.contains("VirtualService") && line.contains("no longer in mesh.toml");
    assert_eq!(went.iter().filter(|line| gone(line)).count(), 2, "{went:#?}");

    let repository = Repository::new();
    repository.write("mesh.toml", without);
    assert_eq!(repository.run("cwc build").status, 0);
    repository.write("mesh.toml", DOCUMENT);
    let shown = repository.run("cwc diff --stat").stdout;
    let heads: Vec<usize> = DOCUMENT
        .lines()
        .enumerate()
        .filter(|(_, line)| line.starts_with("[[services.reviews"))
        .map(|(at, _)| at + 1)
        .collect();
    let all = format!("(from mesh.toml:{}, {}, {})", heads[0], heads[1], heads[2]);
    let came = shown.lines().find(|line| line.contains("+ VirtualService bookinfo")).unwrap();
    assert!(came.ends_with(&all), "{shown}");
}
