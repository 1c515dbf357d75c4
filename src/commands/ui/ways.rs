//! How calls of a name go from every cluster, as things are or with some clusters down, and one of them hop by hop.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{Known, Told, Why, checked, failed};
use crate::commands::Machine;
use crate::commands::diff::unified::visible;
use crate::commands::input;
use crate::commands::trace::draw;
use crate::compile::Fleet;
use crate::disk::Failure;
use crate::mesh::{ClusterId, Mesh, Service};
use crate::trace::{Call, Caller, Pods, Request as Asked, What, World, follow};
use crate::ui::Request;

/// Where the calls of each cluster arrive.
pub(super) fn told(known: &Known, request: &Request) -> Told {
    let mesh = checked(&known.input)?;
    let service = service(mesh.mesh(), request)?;
    let fleet = Fleet::new(mesh);
    let world = World::compiled(&fleet, known.trees(&fleet).map_err(failed)?);
    let mesh = mesh.mesh();
    let from: Vec<Value> = mesh
        .cluster_ids()
        .map(|id| {
            let call = call_from(id, mesh, service, request)?;
            let step = follow(&world, &call);
            let outcome = step.outcome();
            let reached: Vec<Value> = outcome
                .reached
                .iter()
                .filter_map(|arrival| {
                    let What::Pods { cluster, pods, port, .. } = &arrival.step.what else { return None };
                    let through: Vec<&str> =
                        arrival.through.iter().map(|id| mesh[*id].name.as_str()).collect();
                    let pods = match pods {
                        Pods::Of(host) => visible(host),
                        Pods::With(namespace, labels) => {
                            let labels: Vec<String> =
                                labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
                            visible(&format!("pods of {namespace} with {}", labels.join(",")))
                        }
                    };
                    let cluster = &mesh[*cluster].name;
                    Some(json!({ "cluster": cluster, "share": arrival.share, "through": through, "pods": pods, "port": port }))
                })
                .collect();
            let lost = outcome.lost.map(|(share, why)| json!({ "share": share, "why": visible(why) }));
            Ok(json!({ "from": mesh[id].name, "reached": reached, "lost": lost }))
        })
        .collect::<Result<_, Why>>()?;
    Ok(json!({ "ways": from }))
}

/// One call, drawn.
pub(super) fn call(known: &Known, request: &Request, machine: &Machine) -> Told {
    let input = &known.input;
    let mesh = checked(input)?;
    let service = service(mesh.mesh(), request)?;
    let fleet = Fleet::new(mesh);
    let world = World::compiled(&fleet, known.trees(&fleet).map_err(failed)?);
    let from = input::cluster(request.get("from"), mesh.mesh()).map_err(failed)?;
    let call = call_from(from, mesh.mesh(), service, request)?;
    let step = follow(&world, &call);
    let drawn = draw::drawn(&call, &step, &step.outcome(), input, mesh.mesh(), machine.stdout);
    Ok(json!({ "text": drawn }))
}

fn service<'m>(mesh: &'m Mesh, request: &Request) -> Result<&'m Service, Why> {
    let key = request.get("service");
    let found = mesh.services.iter().find(|service| service.key == key);
    found.ok_or_else(|| (404, format!("there is no service `{}`", visible(key))))
}

/// The call of a cluster: at the port asked for, or the first one.
fn call_from(
    cluster: ClusterId,
    mesh: &Mesh,
    service: &Service,
    request: &Request,
) -> Result<Call, Why> {
    let down = request.get("down").split(',').filter(|name| !name.is_empty());
    let down: Result<BTreeSet<ClusterId>, Failure> =
        down.map(|name| input::cluster(name, mesh)).collect();
    let asked = request.get("port").parse().ok();
    let port = asked.or_else(|| service.ports.first().map(|port| port.number));
    let host = service.names.first().map(|name| name.host.clone());
    let (Some(port), Some(host)) = (port, host) else {
        return Err((409, "it has no port".to_owned()));
    };
    Ok(Call {
        from: Caller { cluster, namespace: None, account: None },
        host,
        port,
        request: Asked { method: "GET".to_owned(), path: "/".to_owned(), headers: BTreeMap::new() },
        down: down.map_err(failed)?,
    })
}
