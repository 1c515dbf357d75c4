//! Coddiwomple's two files: what its programs read, with every way to get it wrong.

use crate::{Folder, Said};

const CLUSTERS: &str = r#"[
  {"name": "a", "address": "203.0.113.10", "kubeconfig_path": "~/.kube/config", "kubeconfig_context": "kind-a"},
  {"name": "b", "address": "lb.b.example.com", "kubeconfig_path": "", "kubeconfig_context": ""},
  {"name": "c", "address": "203.0.113.30"}
]"#;

/// Bookinfo over two clusters, and a database that is called something else in each.
const SERVICES: &str = r#"[
  {
    "name": "details",
    "dns_prefixes": ["details", "details.bookinfo"],
    "ports": [{"name": "http", "service_port": 9080, "protocol": "HTTP", "backend_port": 9080}],
    "backends": {
      "a": "details.bookinfo.svc.cluster.local",
      "b": "details.bookinfo.svc.cluster.local"
    }
  },
  {
    "name": "reviews",
    "dns_prefixes": ["reviews", "reviews.bookinfo"],
    "ports": [{"name": "http", "service_port": 9080, "protocol": "HTTP", "backend_port": 9080}],
    "backends": {"b": "reviews.bookinfo.svc.cluster.local"}
  },
  {
    "name": "orders",
    "dns_prefixes": ["orders.data"],
    "ports": [
      {"name": "mongo", "service_port": 27017, "protocol": "MONGO", "backend_port": 27018},
      {"name": "admin", "service_port": 8080, "protocol": "grpc", "backend_port": 8080}
    ],
    "backends": {
      "b": "orders-db.data.svc.cluster.local",
      "c": "orders.data.svc.cluster.local",
      "a": "orders.data.svc.cluster.local"
    },
    "address": "240.0.0.77"
  }
]"#;

const IMPORTED: &str = r#"[clusters.a]
region = "r1"

[clusters.a.gateway]
address = "203.0.113.10"
service = "istio-ingressgateway"
selector = { istio = "ingressgateway" }

[clusters.b]
region = "r2"

[clusters.b.gateway]
address = "lb.b.example.com"
service = "istio-ingressgateway"
selector = { istio = "ingressgateway" }

[clusters.c]
region = "r2"

[clusters.c.gateway]
address = "203.0.113.30"
service = "istio-ingressgateway"
selector = { istio = "ingressgateway" }

[services.details]
namespace = "bookinfo"
hosts = ["details.global"]
ports = { http = 9080 }
clusters = ["a", "b"]

[services.reviews]
namespace = "bookinfo"
hosts = ["reviews.global"]
ports = { http = 9080 }
clusters = ["b"]

[services.orders]
namespace = "data"
ports = { mongo = 27017, admin = { port = 8080, protocol = "grpc" } }
vip = "240.0.0.77"

[services.orders.backends.a]
ports = { mongo = 27018 }

[services.orders.backends.b]
host = "orders-db.data.svc.cluster.local"
ports = { mongo = 27018 }

[services.orders.backends.c]
ports = { mongo = 27018 }
"#;

const REGIONS: [&str; 6] = ["--region", "a=r1", "--region", "b=r2", "--region", "c=r2"];

fn import(clusters: &str, services: &str, arguments: &[&str]) -> Said {
    let folder = Folder::new(&[("clusters.json", clusters), ("services.json", services)]);
    let said = folder.cwc(&[&["import", "coddiwomple"], arguments].concat(), "");
    if said.status == 0 {
        let form = folder.cwc(&["fmt", "-"], &said.stdout);
        assert_eq!(said.stdout, form.stdout, "what is imported is in its one form");
    }
    said
}

#[test]
fn both_files_become_a_document_that_checks_clean() {
    let said = import(CLUSTERS, SERVICES, &REGIONS);
    assert_eq!((said.status, said.stdout.as_str()), (0, IMPORTED));
    assert_eq!(Folder::new(&[]).checks(&said.stdout), [""; 0]);
    assert_eq!(
        said.stderr,
        "services.json:17:3: note: service `orders` is called at its `service_port`; what Coddiwomple generated for clusters \
         without it listened at `backend_port`\n\
         left out: how kubectl reaches the clusters: nothing is compiled from it\n\
         note: calls cross as mutual TLS at port 15443 of the gateways, not as plain HTTP at the services' own ports; each \
         cluster's gateway-ports opens it\n\
         ok: 3 clusters, 3 services, 0 changed; 1 left out\n"
    );
}

/// Regions are what the files do not know.
#[test]
fn without_regions_only_they_are_missing() {
    let said = import(CLUSTERS, SERVICES, &[]);
    assert_eq!(said.status, 0);
    let codes = Folder::new(&[]).checks(&said.stdout);
    assert!(codes.len() == 3 && codes.iter().all(|code| code == "CW0401"), "{codes:?}");
    assert!(
        said.stderr
            .contains("note: 3 warnings, which `cwc check` shows; say each cluster's region")
    );
    let said = import(CLUSTERS, SERVICES, &["--region", "d=r1"]);
    assert_eq!(said.status, 2);
    assert!(said.stderr.contains("there is no cluster `d`"), "{}", said.stderr);
}

/// An address that no cluster's sidecars could be given again is told, not taken.
#[test]
fn an_address_outside_the_pool_is_left_out() {
    let said = import(CLUSTERS, &SERVICES.replace("240.0.0.77", "1.2.3.4"), &REGIONS);
    assert_eq!(said.status, 0);
    assert!(!said.stdout.contains("vip"));
    assert!(said.stderr.contains(
        "services.json:29:16: left out: the address 1.2.3.4 of service `orders`: names get theirs from the mesh's `vip-pool`\n"
    ), "{}", said.stderr);
}

/// Coddiwomple's own README misspells a key, and its programs read over it.
#[test]
fn an_unknown_key_is_left_out_with_a_guess() {
    let said =
        import(&CLUSTERS.replace("kubeconfig_context", "kubecondig_context"), SERVICES, &REGIONS);
    assert_eq!(said.status, 0);
    assert!(said.stderr.contains(
        "clusters.json:2:81: left out: `kubecondig_context` is no key of a cluster; did you mean `kubeconfig_context`?\n"
    ), "{}", said.stderr);
}

#[test]
fn a_service_that_is_on_its_way_out_is_left_out() {
    let services = SERVICES
        .replace("\"name\": \"reviews\",", "\"name\": \"reviews\", \"unregistered\": true,");
    let said = import(CLUSTERS, &services, &REGIONS);
    assert!(!said.stdout.contains("reviews"));
    assert!(
        said.stderr.contains("11:3: left out: service `reviews` is unregistered\n"),
        "{}",
        said.stderr
    );
}

/// Istio goes by the port's name, and the document, too; Coddiwomple wrote both without looking.
#[test]
fn a_port_is_named_for_what_it_speaks() {
    let services = SERVICES.replace("\"name\": \"admin\"", "\"name\": \"http-admin\"");
    let said = import(CLUSTERS, &services, &REGIONS);
    assert!(
        said.stdout.contains("ports = { mongo = 27017, grpc-admin = 8080 }"),
        "{}",
        said.stdout
    );
    assert!(
        said.stderr.contains("note: port `http-admin` speaks grpc, so it is called `grpc-admin`")
    );
}

#[test]
fn every_mistake_is_told_in_one_run_and_nothing_is_imported() {
    let mistakes = [
        (
            ("\"name\": \"a\"", "\"name\": \"A_1\""),
            "2:12: error: `[0].name` is `A_1`; a cluster's name is made of lower-case letters",
        ),
        (
            ("\"203.0.113.10\"", "17"),
            "2:28: error: `[0].address` must be a string, and is a number",
        ),
        (
            ("\"address\": \"203.0.113.30\"", "\"addres\": \"x\""),
            "4:3: error: `[2]` has no `address`",
        ),
        (("\"name\": \"c\"", "\"name\": \"b\""), "4:3: error: there are two clusters `b`"),
    ];
    for ((from, to), expected) in mistakes {
        let said = import(&CLUSTERS.replace(from, to), SERVICES, &[]);
        assert_eq!((said.status, said.stdout.as_str()), (1, ""));
        assert!(
            said.stderr.contains(&format!("clusters.json:{expected}")),
            "{expected}\n{}",
            said.stderr
        );
        assert!(said.stderr.contains("nothing is imported: "), "{}", said.stderr);
    }
    let mistakes = [
        (
            ("\"reviews\",\n", "\"details\",\n"),
            "11:3: error: there are two services `details`; Coddiwomple takes the last",
        ),
        (("\"name\": \"reviews\",", ""), "11:3: error: `[1]` has no `name`"),
        (
            ("{\"b\": \"rev", "{\"bb\": \"rev"),
            "15:24: error: service `reviews` runs in `bb`, which is no cluster; did you mean `b`?",
        ),
        (
            ("{\"b\": \"reviews.bookinfo.svc.cluster.local\"}", "{}"),
            "15:17: error: service `reviews` runs in no cluster",
        ),
        (
            ("\"reviews.bookinfo.svc.cluster.local\"", "\"reviews\""),
            "15:23: error: `[1].backends.b` is `reviews`, and must be a whole name",
        ),
        (
            ("\"MONGO\"", "\"UDP\""),
            "21:60: error: `[2].ports[0].protocol` is `UDP`; must be HTTP, HTTPS, GRPC, HTTP2, MONGO or TCP",
        ),
        (
            ("\"MONGO\"", "\"MONGOO\""),
            "21:60: error: `[2].ports[0].protocol` is `MONGOO`; did you mean `MONGO`?",
        ),
        (
            ("27017", "70000"),
            "21:41: error: `[2].ports[0].service_port` is 70000, and ports go from 1 to 65535",
        ),
        (
            ("27017", "\"27017\""),
            "21:41: error: `[2].ports[0].service_port` must be a port's number, and is a string",
        ),
        (
            ("\"backend_port\": 27018", "\"backend\": 27018"),
            "21:7: error: `[2].ports[0]` has no `backend_port`",
        ),
        (("\"admin\"", "\"mongo\""), "22:7: error: there are two ports `mongo`"),
        (
            ("\"name\": \"admin\"", "\"name\": \"ad_min\""),
            "22:16: error: `[2].ports[1].name` is `ad_min`; a port's name",
        ),
        (
            ("\"240.0.0.77\"", "\"240.0.0\""),
            "29:16: error: `[2].address` is `240.0.0`, and must be an IP address",
        ),
        (
            ("[\"orders.data\"]", "\"orders.data\""),
            "19:21: error: `[2].dns_prefixes` must be an array, and is a string",
        ),
    ];
    for ((from, to), expected) in mistakes {
        let services = SERVICES.replacen(from, to, 1);
        assert_ne!(services, SERVICES, "{from}");
        let said = import(CLUSTERS, &services, &[]);
        assert_eq!((said.status, said.stdout.as_str()), (1, ""), "{expected}\n{}", said.stderr);
        assert!(
            said.stderr.contains(&format!("services.json:{expected}")),
            "{expected}\n{}",
            said.stderr
        );
    }
}

#[test]
fn what_is_no_array_or_not_there_is_said() {
    let said = import("{\"name\": \"a\"}", SERVICES, &[]);
    assert!(
        said.stderr
            .starts_with("clusters.json:1:1: error: the file must be an array, and is an object\n"),
        "{}",
        said.stderr
    );
    let said = import("[{\"name\": \"a\",}", SERVICES, &[]);
    assert!(said.stderr.starts_with("clusters.json:"), "{}", said.stderr);
    assert!(said.stderr.contains("error: neither JSON nor YAML: "), "{}", said.stderr);
    assert!(
        import("", SERVICES, &[])
            .stderr
            .starts_with("clusters.json:1:1: error: the file must be one array")
    );
    let said = Folder::new(&[]).cwc(&["import", "coddiwomple"], "");
    assert_eq!(said.status, 2);
    assert!(said.stderr.contains("cannot read clusters.json"), "{}", said.stderr);
}
