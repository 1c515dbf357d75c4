//! Where the routes of a `VirtualService` come from: a route of the service, and where one part of it differs the line of that part.

use super::{Origins, Places, said};
use crate::changes::ObjectChange;
use crate::changes::path::Part::{self, Index, Key};
use crate::document::RouteTable;
use crate::mesh::Port;
use crate::plan::ServicePlan;
use crate::span::Span;

impl Origins<'_> {
    pub(super) fn virtual_service(
        &self,
        service: &ServicePlan<'_>,
        change: &ObjectChange,
        places: &mut Places,
    ) {
        for difference in &change.differences {
            let parts = difference.parts();
            let [Key("spec"), Key(protocol), Index(at), field @ ..] = parts.as_slice() else {
                continue;
            };
            let Some(Some(route)) = in_order(service, protocol).get(*at).copied() else { continue };
            match self.route_table(service, route) {
                Some(table) => places.direct.extend(part(table, field)),
                None => places.direct.push(route),
            }
        }
    }

    /// A route as it is written.
    fn route_table(&self, service: &ServicePlan<'_>, route: Span) -> Option<&RouteTable> {
        let mut routes = self.table(service)?.routes.iter();
        routes.find(|table| table.span == route)
    }
}

/// The routes that hold in the cluster, in their order.
pub(super) fn held(service: &ServicePlan<'_>) -> Vec<Span> {
    service.routes.iter().map(|plan| plan.route.span).collect()
}

/// The routes of a protocol as they are written out: by port, and behind those of each port the one to the name itself, which no line says.
fn in_order(service: &ServicePlan<'_>, protocol: &str) -> Vec<Option<Span>> {
    let speaks = |port: &&Port| match protocol {
        "http" => port.protocol.is_http(),
        _ => !port.protocol.is_http() && !port.protocol.is_tls(),
    };
    let of = |port: &Port| {
        let all = service.routes_of(port).any(crate::plan::RoutePlan::takes_all);
        let written: Vec<Option<Span>> =
            service.routes_of(port).map(|plan| Some(plan.route.span)).collect();
        written.into_iter().chain((!all).then_some(None))
    };
    service.service.ports.iter().filter(speaks).flat_map(of).collect()
}

/// The lines of a part of a route, or that of the route as a whole.
fn part(table: &RouteTable, field: &[Part<'_>]) -> Vec<Span> {
    let found: Vec<Span> = match field {
        [Key("route"), ..] => table.to.given().into_iter().flatten().map(|to| to.span).collect(),
        [Key("match"), _, Key("sourceNamespace"), ..] => {
            table.from.given().into_iter().flatten().map(|from| from.span).collect()
        }
        [Key("match"), ..] => {
            table.matches.given().map(|matches| matches.span).into_iter().collect()
        }
        [Key("timeout"), ..] => said(&table.timeout).into_iter().collect(),
        [Key("mirrors"), ..] => {
            table.mirror.given().map(|mirror| mirror.to.span).into_iter().collect()
        }
        _ => Vec::new(),
    };
    if found.is_empty() { vec![table.span] } else { found }
}
