//! CW0601: shared-gateway-address.

use std::collections::BTreeMap;

use crate::document::Address;
use crate::mesh::{Cluster, Gateway, Mesh};
use crate::report::{Diagnostic, Report, Rule, Severity};
use crate::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0601",
    name: "shared-gateway-address",
    severity: Severity::Error,
    summary: "one gateway address for two clusters",
    explain: "Calls for one of the two clusters would arrive at the gateway of the other, which does not know \
              their names and refuses them; or, where both run the service, half of them would come to the wrong \
              place.",
    bad: include_str!("../../tests/rules/CW0601-shared-gateway-address/bad.toml"),
    good: include_str!("../../tests/rules/CW0601-shared-gateway-address/good.toml"),
};

/// Checks the addresses of all gateways.
pub fn check(mesh: &Mesh, report: &mut Report) {
    let mut seen: BTreeMap<(&Address, u16), (&str, Span)> = BTreeMap::new();
    let mut gateways: Vec<(&Cluster, &Gateway)> = mesh
        .clusters
        .iter()
        .filter_map(|cluster| Some((cluster, cluster.gateway.as_ref()?)))
        .collect();
    gateways.sort_by_key(|(cluster, _)| cluster.span);
    for (cluster, gateway) in gateways {
        for address in &gateway.addresses {
            let place = (&address.value, gateway.port);
            if let Some((first, span)) = seen.get(&place) {
                let (text, port) = (address.value.text(), gateway.port);
                let message = if *first == cluster.name {
                    format!("cluster `{first}` says the gateway address {text} twice")
                } else {
                    format!(
                        "clusters `{first}` and `{}` have one gateway address, {text} port {port}",
                        cluster.name
                    )
                };
                let found = Diagnostic::new(&RULE, address.span, message).label("again here");
                report.push(
                    found
                        .other(*span, format!("the gateway of `{first}`"))
                        .help("give each cluster the address of its own gateway"),
                );
            } else {
                seen.insert(place, (&cluster.name, address.span));
            }
        }
    }
}
