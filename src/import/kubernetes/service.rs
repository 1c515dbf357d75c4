//! A Kubernetes Service, as a service of the document.
//!
//! Enters: the Service. Leaves: its draft, or why it is none: what cannot be called through another cluster's sidecars is left out and said.

use std::collections::{BTreeMap, BTreeSet};

use super::super::{BackendDraft, Item, Notes, PortDraft, ServiceDraft, Weight, port};
use super::Wanted;
use crate::mesh::Protocol;

/// A service, and whether its pods are chosen in another way than a document's are by default.
pub(super) struct Found {
    /// The service.
    pub draft: ServiceDraft,
    /// Whether it is.
    pub differs: bool,
}

/// Reads a Service.
pub(super) fn read(
    object: &Item<'_>,
    name: &str,
    namespace: &str,
    wanted: &Wanted,
    notes: &mut Notes,
) -> Option<Found> {
    let spec = object.required("spec", notes)?;
    let out = |why: &str, notes: &mut Notes| {
        object.say(Weight::LeftOut, format!("service {namespace}/{name}: {why}"), notes);
    };
    if spec.text_of("type") == Some("ExternalName") {
        out("it is a name of something else (ExternalName)", notes);
        return None;
    }
    if spec.text_of("clusterIP") == Some("None") {
        out("it is headless, so its pods are called one by one", notes);
        return None;
    }
    let selector = spec.get("selector").map(|item| item.texts()).unwrap_or_default();
    if selector.is_empty() {
        out("it has no selector, so there may be no sidecar behind it", notes);
        return None;
    }
    let mut found: Vec<PortDraft> = Vec::new();
    let (mut names, mut numbers) = (BTreeSet::new(), BTreeSet::new());
    let mut pod_ports = BTreeMap::new();
    for item in spec.items_of("ports") {
        let Some(number) = item.get("port").and_then(|number| number.port(notes)) else { continue };
        let transport = item.text_of("protocol").unwrap_or("TCP");
        let why = if transport != "TCP" {
            Some(format!("it speaks {transport}"))
        } else if !numbers.insert(number) {
            Some("it is there twice".to_owned())
        } else {
            None
        };
        if let Some(why) = why {
            let message = format!("port {number} of service {namespace}/{name}: {why}");
            item.say(Weight::LeftOut, message, notes);
            continue;
        }
        let (name_said, speaks) = (item.text_of("name"), item.text_of("appProtocol"));
        let Drafted { port: mut drafted, told } = draft(name_said, speaks, number);
        while !names.insert(drafted.name.clone()) {
            drafted.name = format!("{}-{number}", drafted.name);
        }
        if let Some(told) = told {
            let message = format!("port {number} of service {namespace}/{name} {told}");
            item.say(Weight::Note, message, notes);
        }
        let target = item.get("targetPort").and_then(|target| target.as_number());
        let target = target.and_then(|target| u16::try_from(target).ok());
        pod_ports.extend(
            target.filter(|target| *target != number).map(|target| (drafted.name.clone(), target)),
        );
        found.push(drafted);
    }
    if found.is_empty() {
        out("it has no port that can be called across clusters", notes);
        return None;
    }
    let usual = BTreeMap::from([("app".to_owned(), name.to_owned())]);
    let differs = selector != usual || !pod_ports.is_empty();
    let backend = if wanted.pods {
        BackendDraft { pod_ports, selector, ..BackendDraft::default() }
    } else {
        BackendDraft::default()
    };
    let draft = ServiceDraft {
        key: name.to_owned(),
        name: name.to_owned(),
        namespace: namespace.to_owned(),
        ports: found,
        backends: BTreeMap::from([(wanted.cluster.clone(), backend)]),
        ..ServiceDraft::default()
    };
    Some(Found { draft, differs })
}

struct Drafted {
    port: PortDraft,
    /// What is to be said about it.
    told: Option<String>,
}

/// A port, which speaks what `appProtocol` says, or else its name, and TCP where that says nothing.
///
/// As Istio reads them: `pkg/config/kube/conversion.go`, `ConvertProtocol`, does not look at the name where there is an `appProtocol`. Where nothing is
/// said Istio's sidecars look at the first bytes, which those of other clusters cannot, so bytes are passed on as they are.
fn draft(name: Option<&str>, says: Option<&str>, number: u16) -> Drafted {
    let speaks = match says {
        Some(says) => app_protocol(says),
        None => name.and_then(Protocol::from_port_name),
    };
    let protocol = speaks.unwrap_or(Protocol::Tcp);
    let fallback = format!("{}-{number}", protocol.word());
    let drafted = port(name.unwrap_or(&fallback), number, protocol);
    let told = match (speaks, name) {
        (None, _) => Some(
            "does not say what it speaks and is taken for TCP; with `protocol = \"http\"` it is routed as HTTP"
                .to_owned(),
        ),
        (Some(_), Some(name)) if drafted.name != name => Some(format!(
            "is called `{}`, as its `appProtocol` is another than its name `{name}` says",
            drafted.name
        )),
        _ => None,
    };
    Drafted { port: drafted, told }
}

/// What a value of `appProtocol` means to Istio.
fn app_protocol(value: &str) -> Option<Protocol> {
    match value {
        "kubernetes.io/h2c" => Some(Protocol::Http2),
        "kubernetes.io/ws" => Some(Protocol::Http),
        "kubernetes.io/wss" => Some(Protocol::Https),
        other => Protocol::from_port_name(&other.to_ascii_lowercase()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_speaks_what_is_said_then_what_it_is_named_for_then_tcp() {
        let of = |name, says| {
            let PortDraft { name, protocol, .. } = draft(name, says, 80).port;
            (name, protocol)
        };
        assert_eq!(of(Some("http-web"), None), ("http-web".to_owned(), Protocol::Http));
        assert_eq!(of(Some("http"), Some("grpc")), ("grpc".to_owned(), Protocol::Grpc));
        assert_eq!(of(Some("web"), Some("kubernetes.io/h2c")), ("web".to_owned(), Protocol::Http2));
        assert_eq!(of(Some("web"), None), ("web".to_owned(), Protocol::Tcp));
        assert_eq!(of(None, Some("HTTP")), ("http-80".to_owned(), Protocol::Http));
        assert_eq!(of(None, None), ("tcp-80".to_owned(), Protocol::Tcp));
        assert_eq!(of(Some("http"), Some("acme.example/x")), ("tcp".to_owned(), Protocol::Tcp));
    }
}
