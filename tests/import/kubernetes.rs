//! What kubectl prints of the Services of a cluster, and of a second one into the same document.

use crate::{Folder, Said};

const EAST: &str = include_str!("kubernetes/east.yaml");
const WEST: &str = include_str!("kubernetes/west.json");

const IMPORTED: &str = r#"[clusters.east]
gateway = ["203.0.113.10", "203.0.113.11"]
region = "us-east-1"

[services.details]
namespace = "bookinfo"
ports = { http = 9080 }
clusters = ["east"]

[services.reviews]
namespace = "bookinfo"
ports = { web = { port = 80, protocol = "http" }, grpc-admin = 9000 }
clusters = ["east"]

[services.ledger]
namespace = "bank"
ports = { tcp-5432 = 5432 }
clusters = ["east"]
"#;

const MERGED: &str = r#"[clusters.east]
gateway = ["203.0.113.10", "203.0.113.11"]
region = "us-east-1"

[clusters.west]
region = "us-west-2"

[clusters.west.gateway]
address = "lb.west.example.com"
namespace = "mesh"

[services.details]
namespace = "bookinfo"
ports = { http = 9080 }
clusters = ["east"]

[services.details.backends.west]
ports = { http = 9081 }

[services.reviews]
namespace = "bookinfo"
ports = { web = { port = 80, protocol = "http" }, grpc-admin = 9000 }
clusters = ["east"]

[services.ledger]
namespace = "bank"
ports = { tcp-5432 = 5432 }
clusters = ["east", "west"]

[services.ratings]
namespace = "bookinfo"
ports = { http = 9080 }
clusters = ["west"]
"#;

fn east(arguments: &[&str]) -> Said {
    let arguments = [&["import", "kubernetes", "--cluster", "east"], arguments].concat();
    Folder::new(&[]).cwc(&arguments, EAST)
}

#[test]
fn a_cluster_becomes_a_document_that_checks_clean() {
    let said = east(&[]);
    assert_eq!((said.status, said.stdout.as_str()), (0, IMPORTED), "{}", said.stderr);
    assert_eq!(Folder::new(&[]).checks(IMPORTED), [""; 0]);
}

#[test]
fn what_cannot_be_called_across_clusters_is_told_with_its_place() {
    let expected = "\
        <stdin>:99:7: note: port 9000 of service bookinfo/reviews is called `grpc-admin`, as its `appProtocol` is another than its name `http-admin` says\n\
        <stdin>:104:7: left out: port 514 of service bookinfo/reviews: it speaks UDP\n\
        <stdin>:118:7: note: port 5432 of service bank/ledger does not say what it speaks and is taken for TCP; with `protocol = \"http\"` it is routed as HTTP\n\
        <stdin>:120:3: left out: service bank/pods: it is headless, so its pods are called one by one\n\
        <stdin>:131:3: left out: service bank/partner: it is a name of something else (ExternalName)\n\
        <stdin>:139:3: left out: service bank/by-hand: it has no selector, so there may be no sidecar behind it\n\
        <stdin>:148:3: left out: service bank/clock: it has no port that can be called across clusters\n\
        <stdin>:158:7: left out: port 123 of service bank/clock: it speaks UDP\n\
        note: 1 of the services choose their pods by other labels than `app`, or at another port; --pods says both, which matters once a service has versions or callers\n\
        ok: 1 cluster, 3 services, 0 changed; 6 left out\n";
    assert_eq!(east(&[]).stderr, expected);
}

/// The same services of two clusters, the second in JSON, with other ports and one more.
#[test]
fn a_second_cluster_is_merged_into_the_first() {
    let folder = Folder::new(&[("mesh.toml", IMPORTED), ("west.json", WEST)]);
    let merge = [
        "import",
        "kubernetes",
        "west.json",
        "--cluster",
        "west",
        "--merge",
        "--region",
        "west=us-west-2",
    ];
    let said = folder.cwc(&merge, "");
    assert_eq!((said.status, folder.read("mesh.toml").as_str()), (0, MERGED), "{}", said.stderr);
    assert!(said.stderr.contains("left out: port `http-metrics` (9090) of service `ledger`: it is there in cluster `west` only\n"), "{}", said.stderr);
    assert_eq!(folder.checks(MERGED), [""; 0]);
    let again = folder.cwc(&merge, "");
    assert_eq!((again.status, folder.read("mesh.toml").as_str()), (0, MERGED), "{}", again.stderr);
}

#[test]
fn namespaces_are_chosen() {
    let said = east(&["--namespace", "bank"]);
    assert!(
        said.stdout.contains("[services.ledger]") && !said.stdout.contains("reviews"),
        "{}",
        said.stdout
    );
    let said = east(&["-n", "kube-system"]);
    assert!(said.stdout.contains("[services.kube-dns]"), "{}", said.stdout);
}

#[test]
fn exports_choose_services() {
    let export = "- apiVersion: multicluster.x-k8s.io/v1alpha1\n  kind: ServiceExport\n  metadata: {name: details, namespace: bookinfo}\n";
    let said = Folder::new(&[])
        .cwc(&["import", "kubernetes", "--cluster", "east"], &format!("{EAST}{export}"));
    assert!(
        said.stdout.contains("[services.details]") && !said.stdout.contains("ledger"),
        "{}",
        said.stdout
    );
}

#[test]
fn pods_are_said_where_they_are_wanted() {
    let said = east(&["--pods"]);
    let expected = "\n[services.reviews.backends.east]\npod-ports = { web = 8080 }\nselector = { \"app.kubernetes.io/name\" = \"reviews\" }\n";
    assert!(said.stdout.contains(expected), "{}", said.stdout);
    assert!(!said.stderr.contains("--pods"), "{}", said.stderr);
    assert_eq!(Folder::new(&[]).checks(&said.stdout), [""; 0]);
}

#[test]
fn the_gateway_is_said_where_its_service_does_not() {
    let without = EAST.replace("loadBalancer:", "other:");
    let cwc = |arguments: &[&str]| {
        let arguments = [&["import", "kubernetes", "--cluster", "east"], arguments].concat();
        Folder::new(&[]).cwc(&arguments, &without)
    };
    let said = cwc(&[]);
    assert!(said.stderr.contains(
        "35:3: left out: the gateway istio-system/istio-eastwestgateway: its Service has no external address here; say it with --gateway ADDRESS\n"
    ), "{}", said.stderr);
    let said = cwc(&["--gateway", "lb.east.example.com"]);
    assert!(
        said.stdout.starts_with("[clusters.east]\ngateway = \"lb.east.example.com\"\n"),
        "{}",
        said.stdout
    );
}

#[test]
fn what_is_no_list_of_objects_is_refused() {
    let cwc =
        |input: &str| Folder::new(&[]).cwc(&["import", "kubernetes", "--cluster", "east"], input);
    let told = [
        ("", "<stdin>:1:1: error: there is no object in it\n"),
        ("a: 1\n", "<stdin>:1:1: error: no object of Kubernetes: it has no `kind`\n"),
        ("kind: Service\nmetadata: {}\n", "<stdin>:1:1: error: a Service without a name\n"),
        ("a: [\n", "<stdin>:2:1: error: neither JSON nor YAML: "),
        (
            "kind: Service\nmetadata: {name: a}\nspec: {selector: {app: a}, ports: [{port: 0}]}\n",
            "error: `spec.ports[0].port` is 0, and ports go from 1 to 65535\n",
        ),
    ];
    for (input, expected) in told {
        let said = cwc(input);
        assert_eq!((said.status, said.stdout.as_str()), (1, ""), "{input}");
        assert!(said.stderr.contains(expected), "{expected}\n{}", said.stderr);
    }
    let said = cwc("kind: Pod\nmetadata: {name: a}\n");
    assert!(
        said.stderr.contains("left out: a Pod: only Services, ServiceExports and Nodes are read\n"),
        "{}",
        said.stderr
    );
    let said = Folder::new(&[]).cwc(&["import", "kubernetes", "--cluster", "East"], EAST);
    assert_eq!(said.status, 2);
}

#[test]
fn each_port_has_a_name_and_a_number_of_its_own() {
    let ports = "[{name: web, port: 80}, {name: web, port: 81}, {name: web-82, port: 83}, {name: web, port: 82}, {name: x, port: 80}]";
    let input = format!(
        "kind: Service\nmetadata: {{name: a}}\nspec: {{selector: {{app: a}}, ports: {ports}}}\n"
    );
    let said = Folder::new(&[]).cwc(&["import", "kubernetes", "--cluster", "east"], &input);
    let named = ["web", "web-81", "web-82", "web-82-82"].map(|name| format!("{name} = {{"));
    assert!(named.iter().all(|name| said.stdout.contains(name)), "{}", said.stdout);
    assert!(!said.stdout.contains(" x = "), "{}", said.stdout);
    let told = "left out: port 80 of service default/a: it is there twice\n";
    assert!(said.stderr.contains(told), "{}", said.stderr);
}
