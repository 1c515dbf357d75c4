//! CW0603: mixed-gateway.

use std::collections::BTreeSet;

use crate::mesh::distance::rank;
use crate::mesh::path::{is_direct, path, to_backend};
use crate::mesh::{Backend, ClusterId, Mesh, Prefer};
use crate::report::{Diagnostic, Report, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0603",
    name: "mixed-gateway",
    severity: Severity::Warning,
    summary: "an order that a gateway in the middle mixes up",
    explain: "Several clusters that are reached through one gateway are one place to a caller. If another place \
              comes between them in the caller's order, or is as far as the later of them, the gateway still tries \
              all of its own before the caller turns to the other place. If another place is as near as the first of \
              them and fails, a part of the calls goes to places that are farther than the gateway's own.",
    bad: include_str!("../../tests/rules/CW0603-mixed-gateway/bad.toml"),
    good: include_str!("../../tests/rules/CW0603-mixed-gateway/good.toml"),
};

/// What a caller calls next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Local,
    Direct(ClusterId),
    Egress,
    Gateway(ClusterId),
}

/// Checks the order of the calls of every cluster that reaches several others through one gateway.
pub fn check(mesh: &Mesh, report: &mut Report) {
    let through = |caller: ClusterId, to: &Backend| -> Option<Place> {
        if is_direct(mesh, caller, to) {
            return Some(Place::Direct(to.cluster));
        }
        let path = path(mesh, caller, to.cluster).ok()?;
        let egress = mesh[caller].egress.is_some() && !path.is_empty();
        Some(if egress {
            Place::Egress
        } else {
            path.first().copied().map_or(Place::Local, Place::Gateway)
        })
    };
    if !mesh.has_hops && mesh.clusters.iter().all(|cluster| cluster.egress.is_none()) {
        return;
    }
    for service in mesh.services.iter().filter(|service| service.prefer != Prefer::Any) {
        let callers: Vec<ClusterId> =
            mesh.cluster_ids().filter(|id| service.is_federated(mesh, *id)).collect();
        // A gateway on the way chooses for the callers behind it, whether its own cluster calls or not.
        let passed = callers.iter().flat_map(|caller| {
            let ways = service.backends.iter().filter_map(|to| to_backend(mesh, *caller, to).ok());
            ways.flat_map(|hops| hops.iter().rev().skip(1).copied().collect::<Vec<_>>())
        });
        let passed = passed.filter(|id| service.discovered(mesh, *id).is_none());
        let choosing: BTreeSet<ClusterId> = callers.iter().copied().chain(passed).collect();
        for caller in choosing {
            let ranked: Vec<(Place, usize)> = service
                .backends
                .iter()
                .filter_map(|backend| {
                    Some((
                        through(caller, backend)?,
                        rank(mesh, &service.prefer, caller, backend.cluster),
                    ))
                })
                .collect();
            let mixed = |place: Place| {
                let of = |own: bool| {
                    let some = ranked.iter().filter(move |(other, _)| (*other == place) == own);
                    some.map(|(_, rank)| *rank)
                };
                let least = of(true).min().unwrap_or_default();
                let most = of(true).max().unwrap_or_default();
                // Envoy takes less than 72 per cent of a priority in good health for too little, and sends what is left over to the next
                // (`overprovisioning_factor` in envoy/config/endpoint/v3/endpoint.proto): the gateway stays, and what is as near as it fails.
                let beside = least < most
                    && of(false).any(|rank| rank == least)
                    && of(false).any(|rank| rank > most);
                beside || of(false).any(|rank| least < rank && rank <= most)
            };
            if ranked.iter().any(|(place, _)| mixed(*place)) {
                let name = &mesh[caller].name;
                let (calls, who) = if callers.contains(&caller) {
                    ("of", "the caller")
                } else {
                    ("through", "its gateway chooses for others")
                };
                let message = format!(
                    "calls {calls} `{name}` to service `{}` do not keep their order",
                    service.key
                );
                let found = Diagnostic::new(&RULE, service.span, message)
                    .label("several of its clusters are reached through one gateway");
                let found = found.other(mesh[caller].span, who);
                report.push(found.help("give an order with `prefer` in which the clusters behind one gateway stand together"));
                break;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::raised;

    /// Whether the rule finds something: `inner` is reached through `outer`, and `near` is in the same zone as `outer` and the caller.
    fn is_mixed(service: &str) -> bool {
        let zone = "region = \"r\"\nzone = \"z\"\n";
        let text = [
            &format!("[clusters.caller]\n{zone}"),
            &format!("[clusters.outer]\ngateway = \"outer.example.com\"\n{zone}"),
            &format!("[clusters.near]\ngateway = \"near.example.com\"\n{zone}"),
            "[clusters.inner]\ngateway = \"inner.example.com\"\nbehind = \"outer\"\nregion = \"r\"\n",
            "[clusters.far]\ngateway = \"far.example.com\"\nregion = \"q\"\n",
            "[services.s]\nnamespace = \"n\"\nports = { http = 80 }\n",
            service,
        ];
        !raised(&super::RULE, &text.concat()).is_empty()
    }

    #[test]
    fn what_is_as_near_as_a_gateway_to_several_matters_where_something_is_farther() {
        assert!(is_mixed("clusters = [\"outer\", \"inner\", \"near\", \"far\"]\n"));
        assert!(!is_mixed("clusters = [\"outer\", \"inner\", \"near\"]\n"));
        assert!(!is_mixed("clusters = [\"outer\", \"inner\", \"far\"]\n"));
        assert!(!is_mixed(
            "clusters = [\"outer\", \"inner\", \"near\", \"far\"]\n\
             prefer = [\"outer\", \"inner\", \"near\", \"far\"]\n"
        ));
    }
}
