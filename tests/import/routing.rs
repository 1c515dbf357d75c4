//! Routes by hand, over two clusters: subsets and shares become versions and routes, and what has no counterpart is left out with the reason.

use crate::{Folder, Said};

const FIRST: &str = include_str!("routing/cluster1.yaml");
const SECOND: &str = include_str!("routing/cluster2.yaml");

const ROUTED: &str = r#"
[services.reviews]
namespace = "default"
ports = { http = 9080 }
vip = "240.0.0.3"
versions = { v1 = { version = "v1" }, v2 = { version = "v2" }, v3 = { version = "v3" } }

[services.reviews.backends.cluster1]
versions = ["v1"]

[services.reviews.backends.cluster2]
versions = ["v2", "v3"]

[[services.reviews.routes]]
from = ["cluster1"]
match = { headers = { end-user = "jason" } }
to = [
  { cluster = "cluster2", version = "v2", weight = 75 },
  { cluster = "cluster2", version = "v3", weight = 25 },
]
timeout = "2s"
retries = { attempts = 2, per-try = "500ms" }

[[services.reviews.routes]]
from = ["cluster1"]
to = [{ cluster = "cluster1", version = "v1" }]
"#;

fn import(first: &str, second: &str) -> Said {
    let folder = Folder::new(&[("1.yaml", first), ("2.yaml", second)]);
    let clusters = ["cluster1=1.yaml", "cluster2=2.yaml"];
    let regions = ["--region", "cluster1=r1", "--region", "cluster2=r2"];
    folder.cwc(&[&["import", "istio"], &clusters[..], &regions].concat(), "")
}

/// The first cluster's resources with one part of them changed.
fn changed(from: &str, to: &str) -> Said {
    let first = FIRST.replacen(from, to, 1);
    assert_ne!(first, FIRST, "{from}");
    let said = import(&first, SECOND);
    assert_eq!(said.status, 0, "{from}: {}", said.stderr);
    said
}

#[test]
fn subsets_and_shares_become_versions_and_routes() {
    let said = import(FIRST, SECOND);
    assert!(said.status == 0 && said.stdout.ends_with(ROUTED), "{}{}", said.stdout, said.stderr);
    assert_eq!(
        said.stderr,
        "1.yaml:44:1: note: VirtualService `reviews`: its routes hold for calls of the names of `reviews`, not of \
         reviews.default.svc.cluster.local\n\
         ok: 2 clusters, 1 service, 0 changed; 0 left out\n"
    );
}

#[test]
fn conditions_and_callers_are_carried_over() {
    let header = "    - headers:\n        end-user: {exact: jason}\n";
    for (written, expected) in [
        ("uri: {prefix: /api}", "match = { path-prefix = \"/api\" }"),
        (
            "uri: {exact: /a}\n      method: {exact: GET}",
            "match = { path = \"/a\", method = \"GET\" }",
        ),
        (
            "queryParams: {beta: {regex: '[0-9]+'}}",
            "match = { query-params = { beta = { regex = \"[0-9]+\" } } }",
        ),
        (
            "headers: {a: {prefix: b}}\n      port: 9080",
            "match = { headers = { a = { prefix = \"b\" } }, port = \"http\" }",
        ),
        ("sourceNamespace: shop", "from = [\"cluster1/shop\"]\nto = ["),
    ] {
        let said = changed(header, &format!("    - {written}\n"));
        assert!(said.stdout.contains(expected), "{expected}\n{}", said.stdout);
    }
    let either = changed(header, "    - uri: {prefix: /a}\n    - uri: {prefix: /b}\n");
    assert_eq!(either.stdout.matches("weight = 75").count(), 2, "{}", either.stdout);
    let hidden =
        changed("spec:\n  hosts: [reviews]\n", "spec:\n  exportTo: ['.']\n  hosts: [reviews]\n");
    assert_eq!(
        hidden.stdout.matches("from = [\"cluster1/default\"]").count(),
        2,
        "{}",
        hidden.stdout
    );
}

/// Istio takes weights in proportion, and routes of all clusters that say the same are everybody's.
#[test]
fn shares_are_per_cent_and_what_holds_everywhere_is_said_once() {
    let thirds = changed("weight: 75", "weight: 3").stdout;
    assert!(!thirds.contains("[[services.reviews.routes]]"), "3 of 28 is no per cent:\n{thirds}");
    let first = FIRST.replace("weight: 75", "weight: 3").replace("weight: 25", "weight: 1");
    assert!(import(&first, SECOND).stdout.ends_with(ROUTED));

    let global = FIRST.replace("hosts: [reviews]", "hosts: [reviews.default.global]");
    let (_, route) = global.rsplit_once("---\n").unwrap();
    let pinned =
        route.replace("host: reviews, subset: v1", "host: reviews.default.global, subset: v2");
    let entry = FIRST.split("---\n").next().unwrap();
    let rule = FIRST.split("---\n").nth(1).unwrap();
    let both = format!("{entry}---\n{rule}---\n{pinned}");
    let third = format!("{SECOND}---\n{}", both.replace("203.0.113.20", "203.0.113.10"));
    let folder = Folder::new(&[("1.yaml", &both), ("2.yaml", SECOND), ("3.yaml", &third)]);
    let clusters = ["cluster1=1.yaml", "cluster2=2.yaml", "cluster3=3.yaml"];
    let gateways = ["--gateway", "cluster2=203.0.113.20", "--gateway", "cluster2=203.0.113.10"];
    let said = folder.cwc(&[&["import", "istio"], &clusters[..], &gateways].concat(), "");
    assert_eq!(said.status, 0, "{}", said.stderr);
    assert!(said.stdout.contains("from = [\"cluster1\", \"cluster3\"]"), "{}", said.stdout);
}

#[test]
fn what_has_no_counterpart_is_left_out_with_the_reason() {
    let left = "; what it does to calls of `reviews` is to be said as `routes`\n";
    for (from, to, reason) in [
        ("{exact: jason}", "{}", "`spec.http[0].match[0].headers.end-user` has no counterpart"),
        (
            "    - headers:",
            "    - sourceLabels: {app: a}\n      headers:",
            "`spec.http[0].match[0].sourceLabels` has no counterpart",
        ),
        ("    timeout: 2s", "    rewrite: {uri: /}", "`spec.http[0].rewrite` has no counterpart"),
        ("  http:\n", "  tcp: []\n  http:\n", "`spec.tcp` has no counterpart"),
        ("  http:\n", "  gateways: [shop]\n  http:\n", "it is for calls that come by a gateway"),
        (
            "global, subset: v2}",
            "global, subset: v9}",
            "no DestinationRule of `cluster1` says what subset `v9` of reviews.default.global is",
        ),
        (
            "host: reviews, subset: v1}",
            "host: other}",
            "calls go to `other.default.svc.cluster.local`",
        ),
        (
            "name: v2, labels: {cluster: cluster2}",
            "name: v2, labels: {cluster: x}",
            "no endpoint of reviews.default.global is where calls go to",
        ),
        (
            "name: v1, labels: {version: v1}",
            "name: v2, labels: {version: v1}",
            "no DestinationRule of `cluster1` says what subset `v1` of reviews.default.svc.cluster.local is",
        ),
        ("weight: 25", "weight: 26", "the weights of `spec.http[0].route` make no whole per cent"),
    ] {
        let said = changed(from, to);
        let line = format!("left out: VirtualService `reviews`: {reason}{left}");
        assert!(said.stderr.contains(&line), "{line}\n{}", said.stderr);
        assert!(
            !said.stdout.contains("routes") && !said.stdout.contains("versions"),
            "{}",
            said.stdout
        );
    }
}

/// What can be said beside a route is left out alone, and what nobody said is noted.
#[test]
fn a_part_that_takes_no_call_elsewhere_is_left_out_alone() {
    let said = changed("    timeout: 2s", "    fault: {}\n    timeout: 2s");
    assert!(
        said.stderr.contains("left out: `fault` of VirtualService `reviews`\n"),
        "{}",
        said.stderr
    );
    assert!(said.stdout.ends_with(ROUTED), "{}", said.stdout);

    let said = changed("  - route:\n    - destination: {host: reviews, subset: v1}\n", "");
    let note = "calls that it has no route for go to the nearest backends of `reviews`, and are not answered with 404\n";
    assert!(said.stderr.contains(note), "{}", said.stderr);

    let folder = Folder::new(&[("1.yaml", FIRST)]);
    let gateway = ["--gateway", "cluster2=203.0.113.20"];
    let said = folder.cwc(&[&["import", "istio", "cluster1=1.yaml"], &gateway[..]].concat(), "");
    assert_eq!(said.status, 0, "{}", said.stderr);
    let guess = "note: VirtualService `reviews`: the pods of `v3` in `cluster2` are taken to be labelled version=v3\n";
    assert!(said.stderr.contains(guess), "{}", said.stderr);
    assert!(
        said.stdout.contains("[services.reviews.backends.cluster2]\nversions = [\"v2\", \"v3\"]"),
        "{}",
        said.stdout
    );
}
