//! Where the fields of a `Gateway` come from: its cluster's `gateway`, and the services that it lets in.

use super::{Origins, Places};
use crate::changes::path::Part::{Index, Key};
use crate::changes::{Action, ObjectChange};
use crate::document::GatewayTable;
use crate::mesh::Cluster;
use crate::span::Span;

impl Origins<'_> {
    pub(super) fn gateway(&self, change: &ObjectChange, places: &mut Places) {
        let cluster = self.plan.cluster;
        let outward = cluster.egress.as_ref().filter(|egress| change.origin == Some(egress.span));
        let inward = self.plan.gateway.as_ref().map(|exposed| &exposed.names);
        let outgoing = self.plan.egress.as_ref().map(|exposed| &exposed.names);
        let names = if outward.is_some() { outgoing } else { inward };
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
                [Key("spec"), Key("servers"), _, Key("hosts"), Index(at)] => {
                    if let Some((name, service)) = names.and_then(|names| names.get(at)) {
                        self.let_in(name, *service, places);
                    }
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

    /// A name is let in because its service is new, or because its calls arrive here now.
    fn let_in(&self, name: &str, service: Span, places: &mut Places) {
        match self.named(name) {
            Some(known) if self.is_recorded(known, name) => {
                places.direct.extend(self.arrives(known, name));
            }
            _ => places.direct.push(service),
        }
    }

    /// The table of a cluster's egress gateway, as written.
    fn egress_table(&self, cluster: &Cluster) -> Option<&GatewayTable> {
        self.cluster_table(cluster)?.egress.given()?.as_ref()
    }
}
