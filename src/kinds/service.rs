//! `Service`: where kube-dns finds the CoreDNS that answers for the mesh's names.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;

use super::{Kind, Manifest, Spec, deployment};
use crate::plan::Plan;

/// `Service`'s specification, as far as it is used.
#[derive(Debug, Serialize)]
pub struct Service {
    selector: BTreeMap<&'static str, &'static str>,
    ports: [ServicePort; 2],
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ServicePort {
    name: &'static str,
    port: u16,
    protocol: &'static str,
    target_port: u16,
}

/// Port 53 of an address that stays: kube-dns looks the name up once.
pub(super) fn for_kube_dns<'p>(plan: &'p Plan<'_>) -> Manifest<'p> {
    let port =
        |name, protocol| ServicePort { name, port: 53, protocol, target_port: deployment::PORT };
    let ports = [port("udp-dns", "UDP"), port("tcp-dns", "TCP")];
    Manifest {
        kind: Kind::Service,
        namespace: &plan.settings.namespace,
        name: Cow::Borrowed(deployment::NAME),
        labels: &[],
        spec: Spec::Service(Service { selector: deployment::selector(), ports }),
        origin: plan.cluster.dns.span,
    }
}
