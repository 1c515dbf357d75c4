//! What clusters, services, versions and ports come to.
//!
//! Enters: the mesh as meant. Leaves: Markdown.

use crate::lsp::file::Lock as Beside;
use crate::mesh::{Caller, Callers, Cluster, ClusterId, Lock, Mesh, Prefer, Service};
use crate::report::Report;

/// So many names are listed; more are counted.
const FEW: usize = 8;

/// A service: what callers call it, at which address, where that leads to, and who may.
pub(super) fn service(mesh: &Mesh, service: &Service, lock: &Beside) -> String {
    let mut text =
        format!("**service `{}`** in namespace `{}`\n\n", service.key, service.namespace);
    let recorded =
        lock.source().map_or_else(Lock::default, |lock| Lock::parse(lock, &mut Report::new()));
    for name in &service.names {
        let held = recorded.get(&name.host).is_some_and(|held| held.value == name.vip);
        let since = if held { "" } else { ", once `cwc build` has recorded it" };
        text.push_str(&format!("- `{}` at `{}`{since}\n", name.host, name.vip));
    }
    if !service.ports.is_empty() {
        let ports = service.ports.iter();
        let ports =
            ports.map(|port| format!("{} `{}` ({})", port.number, port.name, port.protocol.word()));
        text.push_str(&format!("\nPorts: {}\n", ports.collect::<Vec<_>>().join(", ")));
    }
    text.push_str("\nRuns in:\n");
    for backend in &service.backends {
        let cluster = &mesh[backend.cluster];
        let entered = backend.entered.entry.word();
        let way = match (&backend.address, &cluster.gateway) {
            (Some(address), _) => format!("at `{}` within its network; ", address.text()),
            _ => String::new(),
        };
        let gateway = gateway(cluster)
            .map_or_else(|| "no gateway".to_owned(), |at| format!("by gateway {at}, {entered}"));
        let drained = if cluster.drained { "; drained" } else { "" };
        text.push_str(&format!(
            "- `{}`: `{}`, {way}{gateway}{drained}\n",
            cluster.name, backend.host
        ));
    }
    text.push_str(&format!(
        "\nCalls go: {}. May call: {}.",
        order(mesh, service),
        who(mesh, service)
    ));
    text
}

/// Which cluster a call goes to first.
fn order(mesh: &Mesh, service: &Service) -> String {
    if !service.routes.is_empty() {
        return "by its routes".to_owned();
    }
    match &service.prefer {
        Prefer::Local => "to the caller's own cluster, then the nearest".to_owned(),
        Prefer::Any => "to all its clusters, by weight".to_owned(),
        Prefer::Order(order) => {
            let names = order.iter().map(|id| format!("`{}`", mesh[id.value].name));
            format!("to {}, then the others", names.collect::<Vec<_>>().join(", "))
        }
    }
}

fn who(mesh: &Mesh, service: &Service) -> String {
    if service.callers == Callers::Everyone {
        return "every cluster".to_owned();
    }
    let one = |caller: &Caller| format!("`{}`", caller.scope.written(&mesh[caller.cluster].name));
    few(service.callers.said().iter().map(one).collect())
}

/// Where a cluster is entered.
fn gateway(cluster: &Cluster) -> Option<String> {
    let gateway = cluster.gateway.as_ref()?;
    let at = gateway.addresses.iter().map(|it| format!("`{}:{}`", it.text(), gateway.port));
    Some(at.collect::<Vec<_>>().join(", "))
}

/// A cluster: where it is, how it is entered, and what runs there.
pub(super) fn cluster(mesh: &Mesh, id: ClusterId) -> String {
    let cluster = &mesh[id];
    let mut text = format!("**cluster `{}`**\n\n", cluster.name);
    text.push_str(&match gateway(cluster) {
        Some(at) => format!("- gateway: {at}\n"),
        None => "- no gateway: it calls, and nobody calls into it\n".to_owned(),
    });
    let said = |key: &str, value: &Option<crate::span::Spanned<String>>| match value {
        Some(value) => format!("- {key}: `{}`\n", value.value),
        None => String::new(),
    };
    text.push_str(&said("region", &cluster.region));
    text.push_str(&said("zone", &cluster.zone));
    text.push_str(&said("network", &cluster.network));
    text.push_str(&said("mesh", &cluster.mesh));
    text.push_str(&format!(
        "- Istio {}\n- trust domain: `{}`\n",
        cluster.istio, cluster.trust_domain
    ));
    for (what, other) in [("calls go through", &cluster.via), ("reached through", &cluster.behind)]
    {
        if let Some(other) = other {
            text.push_str(&format!("- {what} `{}`\n", mesh[other.value].name));
        }
    }
    if cluster.drained {
        text.push_str("- drained: other clusters send nothing to it\n");
    }
    let runs = |service: &&Service| service.backend_in(id).is_some();
    let names = mesh.services.iter().filter(runs).map(|service| format!("`{}`", service.key));
    text.push_str(&format!(
        "\nRuns: {}. Its folder: `{}/{}`.",
        few(names.collect()),
        mesh.settings.out,
        cluster.name
    ));
    text
}

/// A version of a service: its pods, and where it runs.
pub(super) fn version(mesh: &Mesh, service: &Service, name: &str) -> Option<String> {
    let version = service.versions.iter().find(|version| version.name == name)?;
    let labels = version.labels.iter().map(|(key, value)| format!("`{key}={value}`"));
    let runs = service.backends.iter().filter(|backend| backend.runs(Some(name)));
    let runs = runs.map(|backend| format!("`{}`", mesh[backend.cluster].name)).collect();
    let labels = labels.collect::<Vec<_>>().join(", ");
    Some(format!(
        "**version `{name}`** of `{}`: pods with {labels}\n\nRuns in: {}.",
        service.key,
        few(runs)
    ))
}

/// A port of a service.
pub(super) fn port(service: &Service, name: &str) -> Option<String> {
    let port = service.ports.iter().find(|port| port.name == name)?;
    Some(format!(
        "**port `{name}`** of `{}`: {}, {}",
        service.key,
        port.number,
        port.protocol.word()
    ))
}

/// Names with commas; many of them are counted.
fn few(names: Vec<String>) -> String {
    match names.len() {
        0 => "nothing".to_owned(),
        1..=FEW => names.join(", "),
        count => {
            let first: Vec<String> = names.into_iter().take(FEW).collect();
            format!("{} and {} more", first.join(", "), count - FEW)
        }
    }
}
