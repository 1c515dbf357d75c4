//! What is imported goes into a document that is there: what it says stays, with its comments.

use std::fs;

use crate::Folder;

const CLUSTERS: &str = r#"[
  {"name": "east", "address": "203.0.113.99", "kubeconfig_context": "kind-east"},
  {"name": "west", "address": "lb.west.example.com"}
]"#;
const SERVICES: &str = r#"[
  {
    "name": "details",
    "dns_prefixes": ["details", "details.bookinfo"],
    "ports": [{"name": "http", "service_port": 9080, "protocol": "HTTP", "backend_port": 9080}],
    "backends": {"east": "details.bookinfo.svc.cluster.local", "west": "details.bookinfo.svc.cluster.local"}
  },
  {
    "name": "ratings",
    "dns_prefixes": ["ratings.bookinfo"],
    "ports": [{"name": "http", "service_port": 9080, "protocol": "HTTP", "backend_port": 9080}],
    "backends": {"east": "ratings.bookinfo.svc.cluster.local", "west": "ratings.old.svc.cluster.local"}
  },
  {
    "name": "details-v2",
    "dns_prefixes": ["details-v2.bookinfo"],
    "ports": [{"name": "http", "service_port": 80, "protocol": "HTTP", "backend_port": 8080}],
    "backends": {"west": "details.new.svc.cluster.local"}
  }
]"#;

const BEFORE: &str = r#"# The fleet.

[clusters.east]                 # the old one
gateway = "203.0.113.10"        # by hand
region = "us-east-1"

# What is called across.
[services.ratings]
namespace = "bookinfo"
ports = { http = 9090 }         # moved
clusters = ["east"]

[services.details]
namespace = "bookinfo"
ports = { http = 9080 }
clusters = [
    "east", # here
]

# The end.
"#;

const AFTER: &str = r#"# The fleet.

[clusters.east]                 # the old one
gateway = "203.0.113.10"        # by hand
region = "us-east-1"

[clusters.west]
region = "us-west-2"

[clusters.west.gateway]
address = "lb.west.example.com"
service = "istio-ingressgateway"
selector = { istio = "ingressgateway" }

# What is called across.
[services.ratings]
namespace = "bookinfo"
ports = { http = 9090 }         # moved
clusters = ["east"]

[services.ratings.backends.west]
host = "ratings.old.svc.cluster.local"
ports = { http = 9080 }

[services.details]
namespace = "bookinfo"
ports = { http = 9080 }
clusters = [
    "east", # here
    "west",
]
hosts = ["details.global"]

[services.details-v2]
namespace = "new"
name = "details"
hosts = ["details-v2.bookinfo.global"]
ports = { http = 80 }

[services.details-v2.backends.west]
ports = { http = 8080 }

# The end.
"#;

const MERGE: [&str; 5] = ["import", "coddiwomple", "--merge", "--region", "west=us-west-2"];

fn folder(document: &str) -> Folder {
    Folder::new(&[
        ("clusters.json", CLUSTERS),
        ("services.json", SERVICES),
        ("mesh.toml", document),
    ])
}

#[test]
fn what_is_new_is_added_and_all_else_stays() {
    let folder = folder(BEFORE);
    let said = folder.cwc(&MERGE, "");
    assert_eq!((said.status, said.stdout.as_str()), (0, ""), "{}", said.stderr);
    assert_eq!(folder.read("mesh.toml"), AFTER);
    assert!(said.stderr.contains(
        "note: the gateway of cluster `east` stays 203.0.113.10; here it is 203.0.113.99\n"
    ));
    assert!(
        said.stderr.ends_with("ok: 1 cluster, 1 service, 2 changed; 1 left out\n"),
        "{}",
        said.stderr
    );
    assert_eq!(folder.checks(AFTER), [""; 0]);
}

#[test]
fn a_second_time_changes_nothing() {
    let folder = folder(AFTER);
    let said = folder.cwc(&MERGE, "");
    assert_eq!((said.status, folder.read("mesh.toml").as_str()), (0, AFTER), "{}", said.stderr);
    assert!(
        said.stderr.ends_with("ok: 0 clusters, 0 services, 0 changed; 1 left out\n"),
        "{}",
        said.stderr
    );
}

#[test]
fn a_preview_writes_nothing() {
    let folder = folder(BEFORE);
    let said = folder.cwc(&["import", "coddiwomple", "--diff", "--region", "west=r"], "");
    assert_eq!((said.status, folder.read("mesh.toml").as_str()), (0, BEFORE));
    assert!(said.stdout.starts_with("--- mesh.toml\n+++ mesh.toml\n"), "{}", said.stdout);
    assert!(said.stdout.contains("+[services.details-v2]\n"), "{}", said.stdout);
}

/// A document in other forms of TOML: inline tables, dotted keys, defaults.
#[test]
fn every_form_of_a_table_is_merged_into() {
    let before = "clusters = { east = { gateway = \"203.0.113.10\", region = \"r\" } }\n\n[defaults]\nnamespace = \"bookinfo\"\nclusters = [\"east\"]\nports.http = 9080\n\n[services]\ndetails = {}\nratings.backends = {}\n";
    let folder = folder(before);
    let said = folder.cwc(&MERGE, "");
    assert_eq!(said.status, 0, "{}", said.stderr);
    let after = folder.read("mesh.toml");
    assert_eq!(folder.checks(&after), [""; 0], "{after}");
    let second = folder.cwc(&MERGE, "");
    assert_eq!((second.status, folder.read("mesh.toml")), (0, after), "{}", second.stderr);
}

#[test]
fn a_document_that_is_not_there_is_made() {
    let folder = folder(BEFORE);
    fs::remove_file(folder.path().join("mesh.toml")).unwrap();
    let said = folder.cwc(&MERGE, "");
    assert_eq!(said.status, 0, "{}", said.stderr);
    assert!(folder.read("mesh.toml").starts_with("[clusters.east.gateway]\n"));
}

#[test]
fn a_broken_document_is_left_alone() {
    for broken in ["[clusters\n", "[clusters.east]\ngatewya = \"a.example\"\n"] {
        let folder = folder(broken);
        let said = folder.cwc(&MERGE, "");
        assert_eq!((said.status, folder.read("mesh.toml").as_str()), (2, broken));
        assert!(said.stderr.contains("cannot merge into mesh.toml: "), "{}", said.stderr);
    }
}

/// What would not compile is shown, and not written.
#[test]
fn a_document_that_would_have_errors_is_not_written() {
    let before = "[clusters.east]\ngateway = \"203.0.113.10\"\nregion = \"r\"\n\n[services.other]\nnamespace = \"bookinfo\"\nhosts = [\"details.global\"]\nports = { http = 80 }\nclusters = [\"east\"]\n";
    let folder = folder(before);
    let said = folder.cwc(&MERGE, "");
    assert_eq!((said.status, folder.read("mesh.toml").as_str()), (1, before));
    assert!(said.stderr.contains("error[CW0303]"), "{}", said.stderr);
    assert!(
        said.stderr.ends_with("mesh.toml: not written, as it would have errors\n"),
        "{}",
        said.stderr
    );
}
