//! Where changes come from: one line of a document is edited, and every object that changes for it names that line and no other.

use crate::repository::Repository;

/// A document that says everything that a line can be about.
const DOCUMENT: &str = r#"
[mesh]
name = "acme"
[defaults.outlier]
interval = "10s"
[clusters.a]
gateway = "203.0.113.1"
region = "r1"
zone = "z1"
[clusters.b.gateway]
address = [
  "203.0.113.2",
  "203.0.113.3",
]
port = 15443
namespace = "gateways"
service = "eastwest"
selector = { istio = "eastwest" }
[clusters.c]
gateway = "203.0.113.4"
region = "r2"
[services.orders]
namespace = "shop"
hosts = ["orders.acme.example"]
clusters = ["a"]
vip = "240.0.0.7"
[services.orders.ports]
http = 8080
admin = { port = 9090, protocol = "grpc" }
[services.orders.outlier]
errors = 5
[services.orders.backends.b]
host = "old-orders.legacy.svc.cluster.local"
ports = { http = 80 }
[services.payments]
namespace = "shop"
ports = { tcp-pay = 7000 }
clusters = ["c"]
"#;

/// Edits of one line: what it says, what it says then, and how many objects change for it.
///
/// In each of `a` and `b` there are a Gateway, two names of `orders` with two objects each, its export, and two objects of `payments`; in
/// `c` a Gateway, four objects of `orders`, and of `payments` a name without a rule and the export.
const EDITS: [(&str, &str, usize); 22] = [
    ("name = \"acme\"", "name = \"acme-eu\"", 23),
    ("interval = \"10s\"", "interval = \"20s\"", 6),
    ("gateway = \"203.0.113.1\"", "gateway = \"203.0.113.9\"", 4),
    ("gateway = \"203.0.113.1\"", "gateway = \"lb.a.example.com\"", 4),
    ("region = \"r1\"", "region = \"r3\"", 2),
    ("  \"203.0.113.2\",", "  \"203.0.113.9\",", 4),
    ("  \"203.0.113.3\",", "  \"203.0.113.3\", \"203.0.113.5\",", 4),
    ("port = 15443", "port = 15444", 5),
    ("namespace = \"gateways\"", "namespace = \"istio-ingress\"", 1),
    ("selector = { istio = \"eastwest\" }", "selector = { istio = \"ew\" }", 1),
    ("gateway = \"203.0.113.4\"", "gateway = \"203.0.113.9\"", 2),
    ("clusters = [\"a\"]", "clusters = [\"a\", \"c\"]", 5),
    ("vip = \"240.0.0.7\"", "vip = \"240.0.0.8\"", 3),
    ("http = 8080", "http = 8081", 14),
    (GRPC, "admin = { port = 9091, protocol = \"grpc\" }", 14),
    (GRPC, "admin = { port = 9090, protocol = \"http2\" }", 6),
    ("errors = 5", "errors = 7", 6),
    (
        "host = \"old-orders.legacy.svc.cluster.local\"",
        "host = \"orders.legacy.svc.cluster.local\"",
        3,
    ),
    ("ports = { http = 80 }", "ports = { http = 81 }", 3),
    ("ports = { tcp-pay = 7000 }", "ports = { tcp-pay = 7000, tcp-more = 7001 }", 6),
    ("ports = { tcp-pay = 7000 }", "ports = { tcp-pay = 7001 }", 6),
    ("ports = { tcp-pay = 7000 }", "ports = { tcp-money = 7000 }", 4),
];

const GRPC: &str = "admin = { port = 9090, protocol = \"grpc\" }";

#[test]
fn every_changed_object_names_the_line_that_was_edited() {
    let mut faults = Vec::new();
    for (before, after, objects) in EDITS {
        let (shown, line) = edited(before, after);
        let changed: Vec<&str> = objects_in(&shown).filter(|line| line.contains(" ~ ")).collect();
        let expected = format!("(from mesh.toml:{line})");
        if changed.len() != objects || !changed.iter().all(|line| line.ends_with(&expected)) {
            let found = changed.len();
            faults.push(format!("{after}: {found} objects, not {objects} {expected}, in\n{shown}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn what_comes_and_goes_because_a_service_runs_elsewhere_names_the_list_of_clusters() {
    let (shown, line) = edited("clusters = [\"a\"]", "clusters = [\"a\", \"c\"]");
    let (came, went) =
        (format!("(from mesh.toml:{line})"), format!("(from mesh.toml:{line}; now in shop)"));
    let ends = |sign: &str, end: &str| {
        let own: Vec<&str> = objects_in(&shown).filter(|line| line.contains(sign)).collect();
        assert!(own.iter().all(|line| line.ends_with(end)), "{shown}");
        own.len()
    };
    assert_eq!((ends(" + ", &came), ends(" - ", &went)), (5, 4), "{shown}");
}

#[test]
fn an_address_that_is_written_nowhere_any_more_is_named_itself() {
    let (shown, _) = edited("  \"203.0.113.3\",", "");
    let lines: Vec<&str> = objects_in(&shown).collect();
    assert_eq!(lines.len(), 4, "{shown}");
    let expected = "(no longer in mesh.toml: 203.0.113.3)";
    assert!(lines.iter().all(|line| line.ends_with(expected)), "{shown}");
}

/// A document in which calls have choices, and may be led elsewhere.
const CHOICES: &str = r#"
[defaults]
namespace = "shop"
# defaults
[clusters.a]
gateway = "203.0.113.1"
# a
[clusters.b]
gateway = "203.0.113.2"
# b
[clusters.c]
gateway = "203.0.113.3"
# c
[clusters.edge]
region = "r2"
# edge
[services.orders]
# orders
ports = { http = 8080 }
clusters = ["a", "b"]
[services.stock]
ports = { http = 9090 }
prefer = "any"
[services.stock.backends.b]
weight = 3
[services.stock.backends.c]
weight = 1
# backend
"#;

/// Edits of one line of it, and how many objects come, change or go.
const LED_ELSEWHERE: [(&str, &str, usize); 13] = [
    ("weight = 3", "weight = 4", 4),
    ("weight = 3", "weight = 0", 10),
    ("prefer = \"any\"", "prefer = \"local\"", 8),
    ("prefer = \"any\"", "prefer = [\"c\"]", 8),
    ("# a", "drained = true", 8),
    ("# edge", "via = \"c\"", 14),
    ("# edge", "egress = true", 9),
    ("# a", "egress = true", 10),
    ("# b", "behind = \"c\"", 15),
    ("# orders", "pool = { max-requests = 9 }", 4),
    ("# orders", "keepalive = { time = \"20s\" }", 6),
    ("# defaults", "pool = { max-connections = 9 }", 12),
    ("# backend", "pool = { max-connections = 9 }", 1),
];

#[test]
fn what_leads_calls_elsewhere_is_among_the_lines_named() {
    names_the_line(CHOICES, &LED_ELSEWHERE);
}

/// Each edit changes so many objects, and all of them name its line, perhaps among others.
fn names_the_line(document: &str, edits: &[(&str, &str, usize)]) {
    let mut faults = Vec::new();
    for (before, after, objects) in edits {
        let (shown, line) = edited_in(document, before, after);
        let lines: Vec<&str> = objects_in(&shown).collect();
        let naming = lines.iter().filter(|text| names_line(text, line)).count();
        let found = lines.len();
        if found != *objects || naming != found {
            faults.push(format!(
                "{after}: {naming} of {found} name {line}, expected {objects}, in\n{shown}"
            ));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// A document in which clusters are in networks.
const NETWORKS: &str = r#"
[defaults]
namespace = "shop"
[clusters.one]
gateway = "203.0.113.1"
network = "corp"
[clusters.two]
gateway = "203.0.113.2"
network = "corp" # two
[clusters.far]
gateway = "203.0.113.3"
[services.orders]
ports = { http = 8080 }
[services.orders.backends.one]
address = "10.20.0.15"
[services.stock]
ports = { http = 9090 }
[services.stock.backends.one]
# stock
"#;

/// Edits of one line of it, and how many objects come, change or go.
const REACHED_DIRECTLY: [(&str, &str, usize); 4] = [
    ("address = \"10.20.0.15\"", "address = \"10.20.0.16\"", 1),
    ("address = \"10.20.0.15\"", "address = \"orders.one.example.com\"", 1),
    ("# stock", "address = \"10.20.0.17\"", 2),
    ("network = \"corp\" # two", "network = \"site\"", 2),
];

#[test]
fn who_reaches_a_backend_directly_is_among_the_lines_named() {
    names_the_line(NETWORKS, &REACHED_DIRECTLY);
}

/// A document in which calls to one service pass a gateway unread, and to another end there.
const CROSSINGS: &str = r#"
[defaults]
namespace = "shop"
[clusters.a]
gateway = "203.0.113.1"
region = "r1"
[clusters.b]
gateway = "203.0.113.2"
region = "r2"
# b
[services.orders]
ports = { http = 8080, tcp = 7000 }
clusters = ["a", "b"]
crossing = "passthrough"
[services.stock]
ports = { http = 9090 }
clusters = ["b"]
"#;

/// Edits of one line of it, and how many objects come, change or go.
const ENTERED_OTHERWISE: [(&str, &str, usize); 3] = [
    // In each cluster the name's rule, the export name, the gateway and its route.
    ("crossing = \"passthrough\"", "crossing = \"terminate\"", 8),
    // Of stock in a the rule, in b the export name that goes, the gateway and its route.
    ("# b", "crossing = \"terminate\"", 4),
    // The same, and in a the entry of the name.
    ("# b", "crossing = \"plaintext\"", 5),
];

#[test]
fn what_is_entered_otherwise_names_the_line_that_says_so() {
    let mut faults = Vec::new();
    for (before, after, objects) in ENTERED_OTHERWISE {
        let (shown, line) = edited_in(CROSSINGS, before, after);
        let lines: Vec<&str> = objects_in(&shown).collect();
        let expected = format!("(from mesh.toml:{line}");
        let naming = lines.iter().filter(|text| text.contains(&expected)).count();
        if lines.len() != objects || naming != lines.len() {
            faults.push(format!(
                "{after}: {naming} of {} name {line}, expected {objects}, in\n{shown}",
                lines.len()
            ));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Whether a line of a diff names a line of the document.
fn names_line(text: &str, line: usize) -> bool {
    let told = text.split_once("(from mesh.toml:").map_or("", |(_, told)| told);
    let told = told.split([';', ')']).next().unwrap();
    told.split(", ").any(|number| number == line.to_string())
}

/// A document in which not everyone may call; `b` may not.
const ADMITTED: &str = r#"
[lint]
allow = ["CW0421", "CW0422"]
[defaults]
namespace = "shop"
ports = { http = 8080 }
[clusters.a]
gateway = "203.0.113.1"
[clusters.b]
gateway = "203.0.113.2"
trust-domain = "b.acme"
[clusters.c]
trust-domain = "c.acme"
[services.orders]
clusters = ["a"]
callers = ["c/web"]
"#;

/// Edits of one line of it, and how many objects come, change or go.
///
/// `a` has a Gateway, the export and the policy, `c` the name and its rule; what else knows a name has these two, and the one that hosts it the
/// name alone.
const WHO_MAY: [(&str, &str, usize); 7] = [
    ("callers = [\"c/web\"]", "callers = [\"c/shop\"]", 3),
    ("callers = [\"c/web\"]", "callers = [\"c\"]", 3),
    ("callers = [\"c/web\"]", "callers = [\"c/web/pay\"]", 1),
    ("callers = [\"c/web\"]", "callers = [\"c/web\", \"b\"]", 3),
    ("callers = [\"c/web\"]", "callers = [\"b\"]", 5),
    ("callers = [\"c/web\"]", "callers = [\"a\"]", 6),
    ("trust-domain = \"c.acme\"", "trust-domain = \"d.acme\"", 1),
];

#[test]
fn who_may_call_is_among_the_lines_named() {
    names_the_line(ADMITTED, &WHO_MAY);
}

/// A document in which calls leave a cluster by a gateway of its own choice.
const LEAVING: &str = r#"
[clusters.a]
gateway = "203.0.113.1"
[clusters.a.egress]
service = "out"
selector = { app = "out" }
# a
[clusters.b]
gateway = "203.0.113.2"
[services.orders]
namespace = "shop"
ports = { http = 8080 }
clusters = ["b"]
"#;

/// Edits of one line of it, and how many objects come, change or go: what stands at the gateway; what leads there.
const LEFT_OTHERWISE: [(&str, &str, usize); 2] = [
    ("selector = { app = \"out\" }", "selector = { app = \"outward\" }", 1),
    ("service = \"out\"", "service = \"outward\"", 1),
];

#[test]
fn what_leaves_otherwise_names_the_line_that_says_so() {
    names_the_line(LEAVING, &LEFT_OTHERWISE);
    // The entry, the export name's, and the gateway that goes; the one that comes is at its table.
    let (shown, line) = edited_in(LEAVING, "# a", "namespace = \"edge\"");
    let (new, others): (Vec<&str>, Vec<&str>) =
        objects_in(&shown).partition(|text| text.contains("+ Gateway"));
    assert_eq!((new.len(), others.len()), (1, 3), "{shown}");
    assert!(others.iter().all(|text| names_line(text, line)), "{shown}");
    let table = "[clusters.a.egress]\nservice = \"out\"\nselector = { app = \"out\" }\n";
    let (shown, _) = edited_in(&LEAVING.replace(table, "egress = true\n"), "egress = true", "");
    let gone = "- Gateway istio-system/cwc-egress  +0 -19  (no longer in mesh.toml: egress of a)";
    assert!(shown.contains(gone), "{shown}");
}

/// What is shown after an edit, and the line of the edit.
fn edited(before: &str, after: &str) -> (String, usize) {
    edited_in(DOCUMENT, before, after)
}

fn edited_in(document: &str, before: &str, after: &str) -> (String, usize) {
    let repository = Repository::new();
    repository.write("mesh.toml", document);
    let built = repository.run("cwc build");
    assert_eq!(built.status, 0, "{}", built.stdout);
    let at = document.lines().position(|line| line == before).unwrap();
    let now = document.replace(&format!("\n{before}\n"), &format!("\n{after}\n"));
    repository.write("mesh.toml", &now);
    let shown = repository.run("cwc diff --stat");
    assert_eq!(shown.status, 1, "{after}: {}", shown.stdout);
    (shown.stdout, at + 1)
}

/// The lines about objects.
fn objects_in(shown: &str) -> impl Iterator<Item = &str> {
    let kinds = [
        "Gateway ",
        "ServiceEntry ",
        "DestinationRule ",
        "VirtualService ",
        "AuthorizationPolicy ",
    ];
    shown.lines().filter(move |line| {
        kinds.iter().any(|kind| line.get(4..).is_some_and(|rest| rest.starts_with(kind)))
    })
}
