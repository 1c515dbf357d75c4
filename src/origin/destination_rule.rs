//! Where the fields of a `DestinationRule` come from: its service's ports, `outlier`, and in which clusters the service runs.

use super::crossing::is_entry;
use super::{Origins, Places, is_called, runs, said};
use crate::changes::path::Difference;
use crate::changes::path::Part;
use crate::changes::path::Part::{Index, Key};
use crate::changes::{Action, ObjectChange};
use crate::document::{self, KeepaliveTable, OutlierTable, PoolTable};
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
                [Index(at), Key("tls"), ..] if is_entry(service, at, difference) => {
                    places.direct.extend(self.enters(service));
                }
                [Index(_), Key("tls"), Key("sni")] if is_renamed(service, difference) => {
                    places.direct.extend(self.crosses(service));
                }
                [Index(at), Key("port" | "tls"), ..] => {
                    places.direct.extend(ports.get(at).map(|port| port.number_span));
                }
                [Index(_), Key("connectionPool")] => {
                    places.direct.extend(self.policy(service, &[]));
                    if places.direct.is_empty() {
                        places.direct.extend(self.chooses(service));
                    }
                }
                [Index(_), Key("connectionPool"), ref fields @ ..] => {
                    places.direct.extend(self.policy(service, fields));
                    places.indirect.extend(self.chooses(service));
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

impl Origins<'_> {
    /// What a rule comes from that is there for a policy alone: nothing crosses by it, and there is nothing to choose.
    pub(super) fn policy_of_added(
        &self,
        service: &ServicePlan<'_>,
        change: &ObjectChange,
    ) -> Vec<Span> {
        let name = change.identity.name.as_str();
        let crosses = is_called(service, name) && service.sni_name.is_some();
        let alone = service.ways_of(name).len() < 2;
        if change.identity.kind == "DestinationRule" && alone && !crosses {
            self.policy(service, &[])
        } else {
            Vec::new()
        }
    }

    /// The places of the keys of `pool` and `keepalive` that a field of `connectionPool` may come from, or of all of them.
    fn policy(&self, service: &ServicePlan<'_>, fields: &[Part<'_>]) -> Vec<Span> {
        let named: Vec<&str> = fields
            .iter()
            .filter_map(|part| if let Key(name) = part { Some(*name) } else { None })
            .collect();
        let of_pool = |table: &PoolTable| match named.last() {
            Some(&"connectTimeout") => said(&table.connect_timeout).into_iter().collect(),
            Some(&"maxConnections") => said(&table.max_connections).into_iter().collect(),
            Some(&"http1MaxPendingRequests") => said(&table.max_pending).into_iter().collect(),
            Some(&"http2MaxRequests") => said(&table.max_requests).into_iter().collect(),
            Some(&"maxRequestsPerConnection") => {
                said(&table.max_requests_per_connection).into_iter().collect()
            }
            Some(&"tcp" | &"http") | None => table.places(),
            Some(_) => Vec::new(),
        };
        let of_keepalive = |table: &KeepaliveTable| match named.last() {
            Some(&"time") => said(&table.time).into_iter().collect(),
            Some(&"interval") => said(&table.interval).into_iter().collect(),
            Some(&"probes") => said(&table.probes).into_iter().collect(),
            Some(&"tcp" | &"tcpKeepalive") | None => table.places(),
            Some(_) => Vec::new(),
        };
        let own = self.table(service);
        let backends = own.into_iter().flat_map(|table| &table.backends);
        let here = backends
            .filter(|(cluster, _)| cluster.value == self.plan.cluster.name)
            .map(|(_, table)| (&table.pool, &table.keepalive));
        let own = own.into_iter().map(|table| (&table.pool, &table.keepalive));
        let defaults = &self.document.defaults;
        let tables = here.chain(own).chain([(&defaults.pool, &defaults.keepalive)]);
        let said =
            |(pool, keepalive): (&document::Key<PoolTable>, &document::Key<KeepaliveTable>)| {
                let pool = pool.given().map(of_pool).unwrap_or_default();
                let keepalive = keepalive.given().map(of_keepalive).unwrap_or_default();
                [pool, keepalive].concat()
            };
        tables.map(said).find(|places| !places.is_empty()).unwrap_or_default()
    }
}

/// Whether an SNI differs in the name by which calls cross, and not only in the port's number.
fn is_renamed(service: &ServicePlan<'_>, difference: &Difference) -> bool {
    let name = service.sni_name.as_deref().unwrap_or_default();
    difference.gone.as_deref().is_some_and(|old| !old.ends_with(&format!("_.{name}")))
}
