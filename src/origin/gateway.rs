//! Where the fields of a `Gateway` come from: its cluster's `gateway`, and the services that it lets in.

use super::{Origins, Places};
use crate::changes::path::Part::{Index, Key};
use crate::changes::{Action, ObjectChange};
use crate::span::Span;

impl Origins<'_> {
    pub(super) fn gateway(&self, change: &ObjectChange, places: &mut Places) {
        let Some(exposed) = &self.plan.gateway else { return };
        let cluster = self.plan.cluster;
        for difference in &change.differences {
            match difference.parts()[..] {
                [Key("spec"), Key("selector"), ..] => {
                    let first = self.of_gateway_key(
                        cluster,
                        |table| &table.selector,
                        |labels| labels.first().map(|(key, _)| key.span),
                    );
                    places.direct.extend(first);
                }
                [Key("spec"), Key("servers"), _, Key("port"), Key("number")] => {
                    places.direct.extend(self.gateway_port(cluster));
                }
                [Key("spec"), Key("servers"), _, Key("hosts"), Index(at)] => {
                    if let Some((name, service)) = exposed.names.get(at) {
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

    /// A name is let in because its service is new, or because it runs here now.
    fn let_in(&self, name: &str, service: Span, places: &mut Places) {
        match self.named(name) {
            Some(known) if self.is_recorded(known, name) => {
                places.direct.extend(self.runs_for_this_cluster(known));
            }
            _ => places.direct.push(service),
        }
    }
}
