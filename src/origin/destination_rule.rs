//! Where the fields of a `DestinationRule` come from: its service's ports, `outlier`, and in which clusters the service runs.

use super::{Origins, Places, runs, said};
use crate::changes::path::Difference;
use crate::changes::path::Part::{Index, Key};
use crate::changes::{Action, ObjectChange};
use crate::document::OutlierTable;
use crate::plan::ServicePlan;
use crate::span::Span;

impl<'m> Origins<'m> {
    pub(super) fn destination_rule(
        &self,
        service: &'m ServicePlan<'m>,
        change: &ObjectChange,
        places: &mut Places,
    ) {
        let ports = &service.service.ports;
        for difference in &change.differences {
            let path = difference.parts();
            if let [Key("spec"), Key("exportTo"), ..] = path[..] {
                places.direct.extend(self.callers(service));
            }
            let [Key("spec"), Key("trafficPolicy"), Key("portLevelSettings"), rest @ ..] =
                &path[..]
            else {
                continue;
            };
            match *rest {
                [] if difference.action == Action::Remove => {
                    places.direct.extend(ports.first().map(|port| port.span));
                }
                [Index(at)] => places.direct.extend(ports.get(at).map(|port| port.span)),
                [Index(_), Key("tls"), Key("sni")] if is_renamed(service, difference) => {
                    places.direct.extend(self.crosses(service));
                }
                [Index(at), Key("port" | "tls"), ..] => {
                    places.direct.extend(ports.get(at).map(|port| port.number_span));
                }
                // Both are there as soon as there is a choice of ways.
                [Index(_), Key("outlierDetection" | "loadBalancer")] => {
                    places.direct.extend(self.chooses(service));
                }
                [Index(_), Key("outlierDetection"), Key(field), ..] => {
                    places.direct.push(self.outlier(service, field));
                }
                [Index(_), Key("loadBalancer"), Key(_), Key("distribute")] => {
                    places.direct.push(self.prefer(service).unwrap_or(service.service.span));
                }
                [Index(_), Key("loadBalancer"), Key(_), Key("distribute"), ..] => {
                    places.direct.extend(self.weights(service));
                    places.indirect.extend(runs(service));
                }
                [Index(_), Key("loadBalancer"), ..] => {
                    let backends = service.service.backends.iter();
                    let clusters = backends.map(|backend| &self.mesh[backend.cluster]);
                    self.order(service, clusters, None, places);
                }
                _ => {}
            }
        }
    }

    /// The place of the key of `outlier` that a field comes from, or of the service where the key has its default.
    fn outlier(&self, service: &ServicePlan<'_>, field: &str) -> Span {
        let of = |table: &OutlierTable| match field {
            "consecutiveGatewayErrors" => said(&table.errors),
            "interval" => said(&table.interval),
            "baseEjectionTime" => said(&table.eject),
            "maxEjectionPercent" => said(&table.max_percent),
            _ => None,
        };
        let own = self.table(service).map(|table| &table.outlier);
        let tables = own.into_iter().chain([&self.document.defaults.outlier]);
        tables.filter_map(|key| key.given()).find_map(of).unwrap_or(service.service.span)
    }
}

/// Whether an SNI differs in the name by which calls cross, and not only in the port's number.
fn is_renamed(service: &ServicePlan<'_>, difference: &Difference) -> bool {
    let name = service.sni_name.as_deref().unwrap_or_default();
    difference.gone.as_deref().is_some_and(|old| !old.ends_with(&format!("_.{name}")))
}
