//! The recipe for replicated control planes, written by hand for two clusters: names below `global`, gateways, filters.

use crate::{Folder, Said};

const EAST: &str = include_str!("istio/east.yaml");
const WEST: &str = include_str!("istio/west.yaml");

const IMPORTED: &str = r#"[clusters.east.gateway]
address = "lb.east.example.com"
service = "istio-ingressgateway"
selector = { istio = "ingressgateway" }

[clusters.west]
egress = true

[clusters.west.gateway]
address = "198.51.100.20"
service = "istio-ingressgateway"
selector = { istio = "ingressgateway" }

[services.ledger]
namespace = "bank"
ports = { tcp-db = 5432 }
clusters = ["west"]
vip = "240.0.0.3"
outlier = { errors = 3, interval = "5s", eject = "1m", max-percent = 100 }

[services.ratings]
namespace = "bookinfo"
ports = { http = 9080 }
vip = "240.0.0.2"

[services.ratings.backends.west]
host = "book-ratings.bookinfo.svc.cluster.local"

[services.reviews]
namespace = "bookinfo"
ports = { http = 9080 }
clusters = ["east"]
"#;

fn import(east: &str, west: &str, arguments: &[&str]) -> Said {
    let folder = Folder::new(&[("east.yaml", east), ("west.yaml", west)]);
    folder.cwc(&[&["import", "istio", "east=east.yaml", "west=west.yaml"], arguments].concat(), "")
}

#[test]
fn the_recipe_becomes_a_document_that_checks_clean() {
    let said = import(EAST, WEST, &[]);
    assert_eq!((said.status, said.stdout.as_str()), (0, IMPORTED), "{}", said.stderr);
    assert_eq!(Folder::new(&[]).checks(IMPORTED), [""; 0]);
    let form = Folder::new(&[]).cwc(&["fmt", "-"], IMPORTED);
    assert_eq!(form.stdout, IMPORTED);
}

/// What the compiler generates anyway is not worth a word: the rule for `*.global`, the filter, the gateways.
#[test]
fn what_is_not_carried_over_is_told_and_nothing_else() {
    let expected = "\
        east.yaml:113:7: left out: `connectionPool` of DestinationRule `ledger`\n\
        east.yaml:116:1: left out: ServiceEntry `partner`: not all of its names are below `global`\n\
        west.yaml:15:1: note: lb.east.example.com is taken for the gateway of `east`, as it can be no other's\n\
        west.yaml:55:1: left out: VirtualService `reviews-by-user`: no DestinationRule of `west` says what subset `v2` of reviews.bookinfo.global is; what it does to calls of `reviews` is to be said as `routes`\n\
        left out: the address 240.0.0.2 of `reviews`: another service has it in another cluster, and addresses hold for the whole fleet\n\
        ok: 2 clusters, 3 services, 0 changed; 4 left out\n";
    assert_eq!(import(EAST, WEST, &[]).stderr, expected);
}

/// The document compiles to what the recipe did: each name leads from the other cluster to the gateway at 15443, with mutual TLS.
#[test]
fn it_compiles_to_what_the_recipe_did() {
    let folder = Folder::new(&[("mesh.toml", IMPORTED)]);
    assert_eq!(folder.cwc(&["build"], "").status, 0);
    let east = folder.read("generated/east/services.bookinfo.yaml");
    let entry =
        east.split("---\n").find(|one| one.contains("name: ratings.bookinfo.global\n")).unwrap();
    for line in
        ["- 240.0.0.2\n", "address: 198.51.100.20\n", "http: 15443\n", "location: MESH_INTERNAL\n"]
    {
        assert!(entry.replace('"', "").contains(line), "{line}\n{entry}");
    }
    let west = folder.read("generated/west/services.bookinfo.yaml");
    assert!(west.contains("book-ratings.bookinfo.svc.cluster.local"), "{west}");
    assert!(folder.read("generated/west/gateway.yaml").contains("AUTO_PASSTHROUGH"));
}

#[test]
fn an_address_that_could_be_anybodys_is_asked_for() {
    let folder = Folder::new(&[("east.yaml", EAST), ("west.yaml", WEST), ("north.yaml", WEST)]);
    let arguments = ["import", "istio", "east=east.yaml", "west=west.yaml", "north=north.yaml"];
    let strange = EAST.replace("    labels:\n      cluster: west\n", "");
    std::fs::write(folder.path().join("east.yaml"), strange).unwrap();
    let said = folder.cwc(&arguments, "");
    assert_eq!((said.status, said.stdout.as_str()), (1, ""));
    assert!(
        said.stderr.contains(
            "error: whose gateway is 198.51.100.20? say it with --gateway CLUSTER=198.51.100.20\n"
        ),
        "{}",
        said.stderr
    );
    let told = [&arguments[..], &["--gateway", "west=198.51.100.20"]].concat();
    let said = folder.cwc(&told, "");
    assert_eq!(said.status, 0, "{}", said.stderr);
}

/// A cluster whose resources nobody has is known by what calls it.
#[test]
fn one_side_is_enough() {
    let folder = Folder::new(&[("east.yaml", EAST)]);
    let said =
        folder.cwc(&["import", "istio", "east=east.yaml", "--gateway", "west=198.51.100.20"], "");
    assert_eq!(said.status, 0, "{}", said.stderr);
    assert!(
        said.stdout.contains("[clusters.west]\ngateway = \"198.51.100.20\"\n"),
        "{}",
        said.stdout
    );
    assert_eq!(Folder::new(&[]).checks(&said.stdout), [""; 0], "{}", said.stdout);
}

#[test]
fn every_mistake_is_told() {
    let told = [
        (
            ("number: 9080", "number: 0"),
            "error: `spec.ports[0].number` is 0, and ports go from 1 to 65535\n",
        ),
        (
            ("  ports:\n  - name: tcp-db\n    number: 5432\n    protocol: TCP\n", ""),
            "error: `spec` has no `ports`\n",
        ),
        (
            ("  - address: 198.51.100.20\n    ports", "  - port"),
            "error: `spec.endpoints[0]` has no `address`\n",
        ),
        (("kind: DestinationRule\n", ""), "error: no object of Kubernetes: it has no `kind`\n"),
        (("kind: Gateway\n", "kind: [\n"), "error: neither JSON nor YAML: "),
    ];
    for ((from, to), expected) in told {
        let east = EAST.replacen(from, to, 1);
        assert_ne!(east, EAST, "{from}");
        let said = import(&east, WEST, &[]);
        assert_eq!((said.status, said.stdout.as_str()), (1, ""), "{from}\n{}", said.stderr);
        assert!(said.stderr.contains(expected), "{expected}\n{}", said.stderr);
    }
    assert!(
        import("", WEST, &[]).stderr.contains("east.yaml:1:1: error: there is no object in it\n")
    );
    assert_eq!(Folder::new(&[]).cwc(&["import", "istio", "east.yaml"], "").status, 2);
    assert_eq!(
        Folder::new(&[("a.yaml", EAST)]).cwc(&["import", "istio", "A=a.yaml"], "").status,
        2
    );
}

/// What is left out of ports, addresses and objects is said.
#[test]
fn what_the_document_cannot_say_is_left_out() {
    let told = [
        (("protocol: TCP", "protocol: UDP"), "left out: port 5432 of `ledger`: it speaks UDP\n"),
        (
            ("240.0.0.3", "127.255.0.3"),
            "left out: the address 127.255.0.3 of `ledger`: names get theirs from the mesh's `vip-pool`\n",
        ),
        (
            ("tcp_cluster_rewrite\n", "lua\n"),
            "left out: EnvoyFilter `istio-multicluster-ingressgateway`: nothing of it is for other clusters' services\n",
        ),
        (
            ("mode: AUTO_PASSTHROUGH", "mode: SIMPLE"),
            "left out: Gateway `istio-multicluster-ingressgateway`: it takes no calls of other clusters by SNI\n",
        ),
        (
            ("mode: ISTIO_MUTUAL", "mode: DISABLE"),
            "left out: `tls` of DestinationRule `istio-multicluster-destinationrule`; calls of names are mutual TLS\n",
        ),
        (
            ("host: ledger.bank.global", "host: other.bank.global"),
            "left out: DestinationRule `ledger`: it is for no name of the fleet\n",
        ),
        (
            ("consecutiveGatewayErrors", "consecutive5xxErrors"),
            "note: `consecutive5xxErrors`: here errors of the way count (502, 503, 504), not an application's own\n",
        ),
        (
            ("ledger.bank.global", "ledger.global"),
            "left out: ServiceEntry `ledger-in-west`: none of its names is NAME.NAMESPACE.global\n",
        ),
    ];
    for ((from, to), expected) in told {
        let east = EAST.replacen(from, to, 1);
        assert_ne!(east, EAST, "{from}");
        let said = import(&east, WEST, &[]);
        assert!(said.stderr.contains(expected), "{expected}\n{}", said.stderr);
    }
}
