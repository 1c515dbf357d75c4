//! The fleet as declared: clusters with their gateways, services with their names, and the drawing of both.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Told, checked};
use crate::commands::diff::unified::visible;
use crate::commands::input::Input;
use crate::graph::{draw, svg};
use crate::mesh::{Callers, Cluster, Dns, Mesh, Prefer, Service};
use crate::span::Span;
use crate::ui::Request;

/// More boxes than this are no drawing that anybody reads.
const DRAWN: usize = 400;

/// Clusters and services.
pub(super) fn told(input: &Input) -> Told {
    let mesh = checked(input)?.mesh();
    let line = |span: Span| input.sources().of(span.file).position(span.range().start).line;
    let clusters: Vec<Value> =
        mesh.clusters.iter().map(|cluster| of_cluster(cluster, mesh, line(cluster.span))).collect();
    let services: Vec<Value> =
        mesh.services.iter().map(|service| of_service(service, mesh, line(service.span))).collect();
    Ok(
        json!({ "state": super::problems::state(input), "clusters": clusters, "services": services }),
    )
}

fn of_cluster(cluster: &Cluster, mesh: &Mesh, line: usize) -> Value {
    let gateway = cluster.gateway.as_ref().map(|gateway| {
        let addresses: Vec<String> =
            gateway.addresses.iter().map(|address| visible(&address.value.text())).collect();
        json!({ "addresses": addresses, "port": gateway.port })
    });
    let id = mesh.cluster_named(&cluster.name);
    let runs = |service: &&Service| id.is_some_and(|id| service.backend_in(id).is_some());
    json!({
        "name": cluster.name,
        "line": line,
        "gateway": gateway,
        "region": cluster.region.as_ref().map(|region| &region.value),
        "zone": cluster.zone.as_ref().map(|zone| &zone.value),
        "network": cluster.network.as_ref().map(|network| &network.value),
        "mesh": cluster.mesh.as_ref().map(|mesh| &mesh.value),
        "istio": cluster.istio.to_string(),
        "dns": match cluster.dns.value {
            Dns::Istio => "istio",
            Dns::CoreDns => "coredns",
            Dns::KubeDns => "kube-dns",
            Dns::Other => "none",
        },
        "drained": cluster.drained,
        "egress": cluster.egress.is_some(),
        "via": cluster.via.as_ref().map(|via| &mesh[via.value].name),
        "behind": cluster.behind.as_ref().map(|behind| &mesh[behind.value].name),
        "services": mesh.services.iter().filter(runs).count(),
    })
}

fn of_service(service: &Service, mesh: &Mesh, line: usize) -> Value {
    let callers = match &service.callers {
        Callers::Everyone => None,
        Callers::Only(callers) => {
            let text = callers.iter();
            let text = text.map(|caller| caller.scope.written(&mesh[caller.cluster].name));
            Some(text.collect::<Vec<String>>())
        }
    };
    let ports: Vec<Value> = service
        .ports
        .iter()
        .map(|port| json!({ "name": port.name, "number": port.number, "protocol": port.protocol.word() }))
        .collect();
    let names: Vec<Value> = service
        .names
        .iter()
        .map(|name| json!({ "host": name.host, "vip": name.vip.to_string() }))
        .collect();
    let clusters: Vec<&str> =
        service.backends.iter().map(|backend| mesh[backend.cluster].name.as_str()).collect();
    json!({
        "key": service.key,
        "name": service.name,
        "namespace": service.namespace,
        "line": line,
        "names": names,
        "ports": ports,
        "clusters": clusters,
        "callers": callers,
        "prefer": match &service.prefer {
            Prefer::Local => "local".to_owned(),
            Prefer::Any => "any".to_owned(),
            Prefer::Order(order) => {
                order.iter().map(|id| mesh[id.value].name.as_str()).collect::<Vec<_>>().join(", ")
            }
        },
    })
}

/// The drawing, as `cwc graph --format svg` writes it; the pages show it as a picture, in which nothing runs.
pub(super) fn graph(input: &Input, request: &Request) -> Told {
    let mesh = checked(input)?;
    let wanted = request.get("service");
    let graph =
        draw(mesh, &BTreeSet::from([wanted]).into_iter().filter(|key| !key.is_empty()).collect());
    let boxes = graph.callers.len() + graph.services.len() + graph.clusters.len();
    if boxes > DRAWN {
        return Ok(json!({ "svg": null, "boxes": boxes }));
    }
    Ok(json!({ "svg": svg::write(&graph), "boxes": boxes }))
}
