//! The Service of the gateway that takes calls of other clusters.
//!
//! Enters: a Service. Leaves: whether it is a gateway's, how likely it is the one, and what of it the document says.

use std::collections::BTreeMap;

use super::super::{GatewayDraft, Item, Notes, Weight};
use super::identity;

/// The port of Istio's east-west gateways for calls that are passed on by SNI.
const PORT: u64 = 15443;

/// Whether a Service is that of a gateway of Istio's: by its pods' label, or by its port.
pub(in crate::import) fn is_one(object: &Item<'_>) -> bool {
    label(object).is_some_and(|label| label.ends_with("gateway")) || listens(object).is_some()
}

/// The likelier, the higher: the port that other clusters call, then the name that Istio's scripts give it.
pub(super) fn rank(object: &Item<'_>) -> (bool, bool, bool) {
    let label = label(object);
    let east_west = label == Some("eastwestgateway");
    (label != Some("egressgateway"), listens(object).is_some(), east_west)
}

/// What the document says of it; nothing where it has no address, which is said.
pub(in crate::import) fn read(object: &Item<'_>, notes: &mut Notes) -> Option<GatewayDraft> {
    let label = label(object);
    if label == Some("egressgateway") {
        return None;
    }
    let (namespace, name) = identity(object)?;
    let addresses = addresses(object);
    if addresses.is_empty() {
        let message = format!(
            "the gateway {namespace}/{name}: its Service has no external address here; say it with --gateway ADDRESS"
        );
        object.say(Weight::LeftOut, message, notes);
        return None;
    }
    let selector = |label: &str| BTreeMap::from([("istio".to_owned(), label.to_owned())]);
    Some(GatewayDraft {
        addresses,
        port: None,
        namespace: Some(namespace).filter(|namespace| namespace != "istio-system"),
        service: Some(name).filter(|name| name != "istio-eastwestgateway"),
        selector: label
            .filter(|label| *label != "eastwestgateway")
            .map(selector)
            .unwrap_or_default(),
    })
}

/// Its pods' label `istio`.
fn label<'t>(object: &Item<'t>) -> Option<&'t str> {
    object.get("spec")?.get("selector")?.text_of("istio")
}

/// The port of its Service for calls of other clusters.
fn listens(object: &Item<'_>) -> Option<u64> {
    let ports = object.get("spec")?.items_of("ports");
    let mut numbers = ports.iter().filter_map(|port| port.get("port")?.as_number());
    numbers.find(|number| *number == PORT)
}

/// Where it is reached from outside.
fn addresses(object: &Item<'_>) -> Vec<String> {
    let balancer = object.get("status").and_then(|status| status.get("loadBalancer"));
    let ingress = balancer.map_or_else(Vec::new, |balancer| balancer.items_of("ingress"));
    let of = |entry: &Item<'_>| {
        let found = entry.get("ip").or_else(|| entry.get("hostname"))?;
        found.as_text().map(str::to_owned)
    };
    let found: Vec<String> = ingress.iter().filter_map(of).collect();
    if !found.is_empty() {
        return found;
    }
    let external = object.get("spec").map_or_else(Vec::new, |spec| spec.items_of("externalIPs"));
    external.iter().filter_map(|ip| ip.as_text().map(str::to_owned)).collect()
}
