//! What the rivals are given: fleet.json, and for kustomize a folder for each cluster.
//!
//! Enters: the size of W(C,S), and what cwc built from it. Leaves: the clusters' names, and for each service all that cwc decides about it: its
//! address, and for each cluster which of its ways there is taken, with the endpoints in order, their localities and weights. A rival puts the
//! objects together and prints them. It is worked out here anew, so that comparing a rival's objects with cwc's compares two reckonings.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::mesh;

/// The text of fleet.json; `lock` is the text of mesh.lock, which has the addresses of the names.
pub fn fleet(clusters: usize, services: usize, lock: &str) -> String {
    let names: Vec<String> = (0..clusters).map(|cluster| format!("c{cluster:03}")).collect();
    let vips: BTreeMap<&str, &str> = lock
        .lines()
        .filter_map(|line| line.split_once(" = "))
        .map(|(name, vip)| (name.trim_matches('"'), vip.trim_matches('"')))
        .collect();
    let services: Vec<Value> =
        (0..services).map(|number| service(clusters, number, &vips)).collect();
    json!({ "clusters": names, "services": services }).to_string()
}

fn service(clusters: usize, number: usize, vips: &BTreeMap<&str, &str>) -> Value {
    let namespace = format!("team-{}", number / 100);
    let name = format!("s{number:05}.{namespace}");
    let host = format!("{name}.svc.cluster.local");
    let backends = mesh::backends(clusters, number);
    let mut ways = Vec::new();
    let mut taken = Vec::new();
    for caller in 0..clusters {
        let way = way(caller, &backends, &host);
        let known = ways.iter().position(|known| *known == way);
        taken.push(known.unwrap_or(ways.len()));
        if known.is_none() {
            ways.push(way);
        }
    }
    let ports: Vec<Value> = mesh::ports(number)
        .iter()
        .map(|(name, port)| json!({ "number": port, "name": name, "protocol": protocol(name) }))
        .collect();
    let vip = vips[format!("{name}.global").as_str()];
    json!({
        "name": name, "namespace": namespace, "host": host, "vip": vip, "ports": ports, "ways": ways, "use": taken,
    })
}

fn protocol(port: &str) -> &'static str {
    match port.split('-').next() {
        Some("grpc") => "GRPC",
        Some("tcp") => "TCP",
        _ => "HTTP",
    }
}

/// How one cluster calls a service: its own backend first, then its region's, then the others', each cluster with an equal share of its rank.
fn way(caller: usize, backends: &[usize], host: &str) -> Value {
    let rank = |backend: usize| match backend {
        own if own == caller => 0,
        near if mesh::region(near) == mesh::region(caller) => 1,
        _ => 2,
    };
    let mut order: Vec<(usize, usize)> =
        backends.iter().map(|backend| (rank(*backend), *backend)).collect();
    order.sort_unstable();
    let mut ranks: Vec<usize> = order.iter().map(|(rank, _)| *rank).collect();
    ranks.dedup();
    let mut endpoints = Vec::new();
    for (rank, backend) in &order {
        let own = *backend == caller;
        let addresses = if own { vec![host.to_owned()] } else { mesh::addresses(*backend) };
        let peers = order.iter().filter(|(other, _)| other == rank);
        let uneven = peers
            .map(|(_, peer)| mesh::addresses(*peer).len())
            .any(|count| count != addresses.len());
        let tier = ranks.iter().position(|known| known == rank).unwrap();
        for address in &addresses {
            let mut endpoint = json!({ "address": address, "own": own });
            if ranks.len() > 1 {
                let region = mesh::region(caller);
                endpoint["locality"] =
                    json!(if tier == 0 { region } else { format!("cwc-{tier}") });
            }
            if uneven && !own {
                endpoint["weight"] = json!(2 / addresses.len());
            }
            endpoints.push(endpoint);
        }
    }
    let named =
        |endpoint: &Value| endpoint["address"].as_str().unwrap().ends_with(char::is_alphabetic);
    let resolution = if endpoints.iter().any(named) { "DNS" } else { "STATIC" };
    json!({ "here": backends.contains(&caller), "resolution": resolution, "endpoints": endpoints })
}

/// Writes kustomize's folders, each with the cluster's `ServiceEntries` but for the label that kustomize sets. Returns the bytes of all
/// `ServiceEntries` as cwc wrote them.
pub fn kustomize(generated: &Path, to: &Path) -> usize {
    let mut bytes = 0;
    for cluster in fs::read_dir(generated).unwrap().map(Result::unwrap) {
        let mut entries = String::new();
        for file in fs::read_dir(cluster.path()).unwrap().map(Result::unwrap) {
            if file.file_name().to_string_lossy().starts_with("services.") {
                let text = fs::read_to_string(file.path()).unwrap();
                for document in
                    text.split("---\n").filter(|text| text.contains("\nkind: ServiceEntry\n"))
                {
                    bytes += document.len() + "---\n".len();
                    let bare = document.replacen("    app.kubernetes.io/managed-by: cwc\n", "", 1);
                    entries.push_str(&format!(
                        "---\n{}",
                        bare.replacen("  labels:\nspec:", "spec:", 1)
                    ));
                }
            }
        }
        let folder = to.join(cluster.file_name());
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("entries.yaml"), entries).unwrap();
        fs::write(folder.join("kustomization.yaml"), KUSTOMIZATION).unwrap();
    }
    bytes
}

const KUSTOMIZATION: &str = "\
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
- entries.yaml
labels:
- pairs:
    app.kubernetes.io/managed-by: cwc
";
