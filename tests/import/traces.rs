//! Calls go where they went: what is imported is traced, and each answer follows from the files that it was imported from.

use serde_json::Value;

use crate::Folder;

/// Coddiwomple's own sample: one service in each of three clusters, `car` over TCP. Its address is nobody's pool, and a key is misspelt in its README.
const CLUSTERS: &str = r#"[
  {"name": "a", "address": "a.com", "kubeconfig_path": "./kubeconfig-a", "kubecondig_context": "default"},
  {"name": "b", "address": "b.com", "kubeconfig_path": "./kubeconfig-b", "kubecondig_context": "default"},
  {"name": "c", "address": "c.com", "kubeconfig_path": "./kubeconfig-c", "kubecondig_context": "default"}
]"#;

fn service(name: &str, port: (&str, u16), clusters: &[&str], more: &str) -> String {
    let (protocol, number) = port;
    let backend = |cluster: &&str| format!(r#""{cluster}": "{name}.default.svc.cluster.local""#);
    let backends: Vec<String> = clusters.iter().map(backend).collect();
    format!(
        r#"{{"name": "{name}", "dns_prefixes": ["{name}", "{name}.default"], "backends": {{{}}}, "ports":
           [{{"name": "{protocol}", "protocol": "{}", "service_port": {number}, "backend_port": {number}}}]{more}}}"#,
        backends.join(", "),
        protocol.to_uppercase()
    )
}

/// A folder with the document that an import prints, which checks clean.
fn imported(files: &[(&str, &str)], arguments: &[&str]) -> Folder {
    let folder = Folder::new(files);
    let said = folder.cwc(&[&["import"], arguments].concat(), "");
    assert_eq!(said.status, 0, "{}", said.stderr);
    assert_eq!(folder.checks(&said.stdout), [""; 0], "{}", said.stdout);
    std::fs::write(folder.path().join("mesh.toml"), said.stdout).unwrap();
    folder
}

/// Where the calls of a cluster arrive: `100 % a foo.default.svc.cluster.local:80 through a`, or the words with which they are lost.
fn goes(folder: &Folder, call: &str) -> Vec<String> {
    let words: Vec<&str> = call.split(' ').collect();
    let said = folder.cwc(&[&["trace"], &words[..], &["--format", "json"]].concat(), "");
    assert!(said.status < 2, "{call}: {}", said.stderr);
    let answer: Value = serde_json::from_str(&said.stdout).unwrap();
    let mut goes: Vec<String> = answer["reached"].as_array().unwrap().iter().map(told).collect();
    if !answer["lost"].is_null() {
        goes.push(format!("{:.0} % lost", answer["lost"]["share"].as_f64().unwrap() * 100.0));
    }
    goes
}

fn told(to: &Value) -> String {
    let text = |key: &str| to[key].as_str().unwrap_or_default().to_owned();
    let labels = |labels: &Value| {
        let labels = labels.as_object().unwrap().iter();
        labels.map(|(key, value)| format!("{key}={}", value.as_str().unwrap())).collect::<Vec<_>>()
    };
    let pods = match &to["labels"] {
        Value::Null => text("service"),
        found => labels(found).join(","),
    };
    let through = to["through"].as_array().unwrap().iter();
    let through: Vec<&str> = through.map(|cluster| cluster.as_str().unwrap()).collect();
    let through =
        if through.is_empty() { String::new() } else { format!(" through {}", through.join(", ")) };
    let share = to["share"].as_f64().unwrap() * 100.0;
    format!("{share:.0} % {} {pods}:{}{through}", text("cluster"), to["port"])
}

fn coddiwomple(services: &[String], regions: &[&str]) -> Folder {
    let services = format!("[{}]", services.join(",\n"));
    let files = [("clusters.json", CLUSTERS), ("services.json", services.as_str())];
    imported(&files, &[&["coddiwomple"], regions].concat())
}

/// `a` calls `foo` at home; the others enter `a` by its ingress gateway, by both names. `car` was never reached, as its `VirtualService` had no
/// routes for TCP; its name and port are the sample's all the same.
#[test]
fn coddiwomples_sample() {
    let folder = coddiwomple(
        &[
            service("foo", ("http", 80), &["a"], ""),
            service("bar", ("http", 80), &["b"], ""),
            service("car", ("tcp", 81), &["c"], r#", "address": "1.2.3.4""#),
        ],
        &[],
    );
    for (name, cluster, port) in [("foo", "a", 80), ("bar", "b", 80), ("car", "c", 81)] {
        let place = format!("100 % {cluster} {name}.default.svc.cluster.local:{port}");
        for caller in ["a", "b", "c"] {
            for host in [format!("{name}.global"), format!("{name}.default.global")] {
                let through =
                    if caller == cluster { String::new() } else { format!(" through {cluster}") };
                let call = format!("{caller} {host}:{port}");
                assert_eq!(goes(&folder, &call), [format!("{place}{through}")], "{call}");
            }
        }
    }
}

/// productpage in `a` calls reviews in `b`, which calls ratings back in `a`; details are in both, and stay at home as long as they are there.
#[test]
fn coddiwomples_split_bookinfo() {
    let bookinfo = |name, clusters: &[&str]| service(name, ("http", 9080), clusters, "");
    let folder = coddiwomple(
        &[
            bookinfo("details", &["a", "b"]),
            bookinfo("ratings", &["a"]),
            bookinfo("productpage", &["a"]),
            bookinfo("reviews", &["b"]),
        ],
        &["--region", "a=r1", "--region", "b=r2", "--region", "c=r3"],
    );
    let at = |cluster: &str, name: &str| {
        format!("100 % {cluster} {name}.default.svc.cluster.local:9080")
    };
    let chain = [
        ("a reviews.global", format!("{} through b", at("b", "reviews"))),
        ("b ratings.global", format!("{} through a", at("a", "ratings"))),
        ("a details.global", at("a", "details")),
        ("b details.global", at("b", "details")),
        ("b productpage.global", format!("{} through a", at("a", "productpage"))),
        ("c details.global --down a", format!("{} through b", at("b", "details"))),
        ("a reviews.global --down b", "100 % lost".to_owned()),
    ];
    for (call, expected) in chain {
        assert_eq!(goes(&folder, call), [expected], "{call}");
    }
}

/// The recipe by hand, filter and all: what `east` calls by `.global` enters `west` at its gateway, and the way back leaves `west` by its egress gateway.
#[test]
fn replicated_control_planes() {
    let files = [
        ("east.yaml", include_str!("istio/east.yaml")),
        ("west.yaml", include_str!("istio/west.yaml")),
    ];
    let folder = imported(&files, &["istio", "east=east.yaml", "west=west.yaml"]);
    for (call, expected) in [
        // The Service that a VirtualService of west names.
        (
            "east ratings.bookinfo.global",
            "100 % west book-ratings.bookinfo.svc.cluster.local:9080 through west",
        ),
        ("west ratings.bookinfo.global", "100 % west book-ratings.bookinfo.svc.cluster.local:9080"),
        (
            "east ledger.bank.global:5432",
            "100 % west ledger.bank.svc.cluster.local:5432 through west",
        ),
        (
            "west reviews.bookinfo.global",
            "100 % east reviews.bookinfo.svc.cluster.local:9080 through west, east",
        ),
        (
            "east reviews.bookinfo.global --down west",
            "100 % east reviews.bookinfo.svc.cluster.local:9080",
        ),
    ] {
        assert_eq!(goes(&folder, call), [expected], "{call}");
    }
}

/// jason's calls go to v2 and v3 of the other cluster by three and one in four; everybody else's stay with v1. No rule of the other cluster's own says
/// anything of its calls.
#[test]
fn versions_of_another_cluster() {
    let files = [
        ("1.yaml", include_str!("routing/cluster1.yaml")),
        ("2.yaml", include_str!("routing/cluster2.yaml")),
    ];
    let arguments = ["istio", "cluster1=1.yaml", "cluster2=2.yaml"];
    let regions = ["--region", "cluster1=r1", "--region", "cluster2=r2"];
    let folder = imported(&files, &[&arguments[..], &regions].concat());
    let name = "reviews.default.global";
    assert_eq!(
        goes(&folder, &format!("cluster1 {name} --header end-user=jason")),
        [
            "75 % cluster2 app=reviews,version=v2:9080 through cluster2",
            "25 % cluster2 app=reviews,version=v3:9080 through cluster2",
        ]
    );
    for call in [format!("cluster1 {name}"), format!("cluster1 {name} --header end-user=ann")] {
        assert_eq!(goes(&folder, &call), ["100 % cluster1 app=reviews,version=v1:9080"], "{call}");
    }
    let own = "100 % cluster2 reviews.default.svc.cluster.local:9080";
    assert_eq!(goes(&folder, &format!("cluster2 {name} --header end-user=jason")), [own]);
}
