//! Where the fields of a `Gateway` come from: its cluster's `gateway`, and the services that it lets in.

use super::{Origins, Places, is_called};
use crate::changes::path::Part::{Index, Key};
use crate::changes::{Action, ObjectChange};
use crate::plan::Names;
use crate::span::Span;

impl Origins<'_> {
    pub(super) fn gateway(&self, change: &ObjectChange, places: &mut Places) {
        let cluster = self.plan.cluster;
        let outward = cluster.egress.as_ref().filter(|egress| change.origin == Some(egress.span));
        let outgoing = || self.plan.egress.as_ref().map(|out| vec![&out.names]);
        let servers = match outward {
            Some(_) => outgoing(),
            None => self.plan.gateway.as_ref().map(|inward| {
                // As they are written: those of which there are any.
                let fixed = [&inward.names, &inward.ended].into_iter();
                fixed.chain(inward.open.values()).filter(|names| !names.is_empty()).collect()
            }),
        };
        let servers: Vec<&Names> = servers.unwrap_or_default();
        for difference in &change.differences {
            match difference.parts()[..] {
                [Key("spec"), Key("selector"), ..] => {
                    let table = match outward {
                        Some(_) => self.egress_table(cluster),
                        None => self.gateway_table(cluster),
                    };
                    let labels = table.and_then(|table| table.selector.given());
                    let first = labels.and_then(|labels| labels.first());
                    places.direct.extend(first.map(|(key, _)| key.span).or(change.origin));
                }
                [Key("spec"), Key("servers"), _, Key("port"), Key("number")] => {
                    places.direct.extend(self.gateway_port(cluster));
                }
                [Key("spec"), Key("servers"), Index(server), Key("hosts"), Index(at)] => {
                    let names = servers.get(server);
                    if let Some((name, service)) = names.and_then(|names| names.get(at)) {
                        self.let_in(name, *service, places);
                    }
                }
                [Key("spec"), Key("servers"), Index(server)] => {
                    for (name, service) in servers.get(server).copied().into_iter().flatten() {
                        self.let_in(name, *service, places);
                    }
                }
                // A server goes, or one way in takes the place of another.
                [Key("spec"), Key("servers")]
                | [Key("spec"), Key("servers"), _, Key("port" | "tls"), ..] => {
                    let arriving = self
                        .plan
                        .services
                        .iter()
                        .filter(|plan| plan.reading.is_some() || !plan.relays.is_empty());
                    places.direct.extend(arriving.flat_map(|service| self.enters(service)));
                }
                [Key("spec"), Key("servers"), _, Key("hosts")]
                    if difference.action == Action::Remove =>
                {
                    if let Some(host) = &difference.gone {
                        self.of_gone(host, places);
                    }
                }
                _ => {}
            }
        }
    }

    /// A name is let in because its service is new, or because its calls arrive here now, or are read here now.
    fn let_in(&self, name: &str, service: Span, places: &mut Places) {
        match self.named(name) {
            Some(known) if is_called(known, name) && self.is_recorded(known, name) => {
                places.direct.extend(self.enters(known));
                places.indirect.push(service);
            }
            Some(known) if self.is_recorded(known, name) => {
                places.direct.extend(self.arrives(known, name));
            }
            _ => places.direct.push(service),
        }
    }
}
