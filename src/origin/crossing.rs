//! Where it is said how calls enter a cluster, and which fields come from that: `crossing` of the service, the cluster, the defaults or the mesh.
//!
//! The old document is not known, so it is named where the new text shows that calls enter otherwise than the old one.

use super::{Origins, Places};
use crate::changes::path::Difference;
use crate::changes::path::Part::{Index, Key};
use crate::changes::{Action, ObjectChange};
use crate::mesh::Entry;
use crate::plan::ServicePlan;
use crate::span::Span;

impl<'m> Origins<'m> {
    /// Where it is said how a service's calls enter other clusters; nowhere, if nothing is said.
    pub(super) fn enters(&self, service: &ServicePlan<'_>) -> Vec<Span> {
        service.service.entered(self.mesh).filter_map(|backend| backend.entered.span).collect()
    }

    /// Where it is said that the cluster's gateway takes plain text.
    pub(super) fn opened(&self) -> Vec<Span> {
        let services = self.plan.services.iter().filter(|service| {
            service.reading.as_ref().is_some_and(|reading| reading.entry == Entry::Plaintext)
        });
        services.flat_map(|service| self.enters(service)).collect()
    }

    /// What a gateway's routes come from.
    pub(super) fn gateway_route(
        &self,
        service: &'m ServicePlan<'m>,
        change: &ObjectChange,
        places: &mut Places,
    ) {
        let Some(reading) = &service.reading else { return };
        let ports = &service.service.ports;
        let read: Vec<_> = ports.iter().filter(|port| reading.entry.reads(port)).collect();
        for difference in &change.differences {
            match difference.parts()[..] {
                [Key("spec"), Key("hosts"), Index(at)] => {
                    places.direct.extend(service.service.names.get(at).map(|name| name.span));
                }
                [Key("spec"), Key("gateways" | "exportTo"), ..] => {
                    places.direct.push(reading.gateway.span);
                }
                [Key("spec"), Key("http"), Index(at), Key("route"), .., Key(field)] => {
                    let port = read.get(at).map(|port| port.name.as_str());
                    let field = if field == "host" { "address" } else { "ports" };
                    let path = [Key(field), Key(port.unwrap_or_default())];
                    self.backend(service, reading.backend, &path, difference.action, places);
                }
                [Key("spec"), Key("http"), Index(at), ..] => {
                    places.direct.extend(read.get(at).map(|port| port.number_span));
                }
                _ => {}
            }
        }
    }
}

/// Whether a rule's `tls` differs because calls enter otherwise: in its mode, or as one of two SNIs is not for a gateway that passes calls on.
pub(super) fn is_entry(service: &ServicePlan<'_>, at: usize, difference: &Difference) -> bool {
    let port = service.service.ports.get(at);
    let ends =
        service.entry == Entry::Terminate && port.is_some_and(|port| service.entry.reads(port));
    match difference.parts()[..] {
        [.., Key("tls"), Key("sni")] => {
            let passed = difference.gone.as_deref().map(|old| old.starts_with("outbound_."));
            difference.action != Action::Change || passed.is_some_and(|passed| passed == ends)
        }
        [.., Key("tls")] | [.., Key("tls"), Key("mode")] => true,
        _ => false,
    }
}

/// Whether an endpoint is called otherwise now: its label says whether by mutual TLS.
pub(super) fn is_relabelled(change: &ObjectChange, at: usize) -> bool {
    change.differences.iter().any(|difference| {
        matches!(
            difference.parts()[..],
            [Key("spec"), Key("endpoints"), Index(here), Key("labels"), ..] if here == at
        )
    })
}

/// Whether the cluster's gateway reads all calls to a service, so that nothing arrives by the export name.
pub(super) fn is_all_read(service: &ServicePlan<'_>) -> bool {
    let Some(reading) = &service.reading else { return false };
    service.service.ports.iter().all(|port| reading.entry.reads(port))
}

/// Whether a port that is gone from a name by which calls cross is the service's still, so that the gateway reads its calls now.
pub(super) fn is_read_now(service: &ServicePlan<'_>, difference: &Difference) -> bool {
    let key = difference.parts().last().and_then(|part| match *part {
        Key(key) => Some(key.to_owned()),
        Index(_) => None,
    });
    let gone = difference.gone.clone().or(key).unwrap_or_default();
    let mut ports = service.service.ports.iter();
    difference.action == Action::Remove
        && service.reading.is_some()
        && ports.any(|port| port.name == gone || port.number.to_string() == gone)
}
