//! Whom the pods of a service refuse, and whom a gateway that reads its calls.
//!
//! A gateway that lets a name pass does not see who calls: TLS ends at the pods. So the pods are told. They know a call from another cluster by
//! its SNI, which is the name that it crossed by; a call by a Kubernetes Service's own name carries another, so callers within the cluster
//! go on as before, and no label of a pod must be known.

use std::collections::{BTreeMap, BTreeSet};

use super::survey::{Arrival, Crossings};
use crate::mesh::{Caller, Callers, ClusterId, Mesh, Port, Scope, Service, passthrough_sni};

/// Whom the pods of a service refuse, in one cluster.
#[derive(Debug, PartialEq, Eq)]
pub struct Guard {
    /// The SNIs of the calls that are looked at.
    pub snis: Vec<String>,
    /// Who is refused; a call is refused if one of these fits it.
    pub refused: Vec<Refused>,
}

/// Some of the identities that are refused, as Istio writes them: without `spiffe://`, with `*` at the end for all that begin so.
#[derive(Debug, PartialEq, Eq)]
pub struct Refused {
    /// Out of these; `None` is all there are, callers without any among them.
    pub of: Option<String>,
    /// All but these.
    pub except: Vec<String>,
}

/// Whom a service's pods in a cluster refuse; `None` where everyone may call, or no call crosses to them.
pub(super) fn guard(
    mesh: &Mesh,
    service: &Service,
    id: ClusterId,
    crossings: &Crossings,
) -> Option<Guard> {
    let arriving = crossings.at_backend.get(&id)?;
    if service.callers == Callers::Everyone {
        return None;
    }
    // What only the cluster itself calls by is nobody's business.
    let crosses = |arrival: &Arrival| {
        let others = arriving.iter().any(|(caller, other)| other == arrival && *caller != id);
        others || matches!(arrival, Arrival::Crossing(_))
    };
    let guarded: BTreeSet<Arrival> =
        arriving.iter().map(|(_, arrival)| *arrival).filter(crosses).collect();
    let entry = service.entry(mesh);
    let mut snis: BTreeSet<String> = BTreeSet::new();
    for arrival in &guarded {
        let names: Vec<String> = match arrival {
            Arrival::Called => service.names.iter().map(|name| name.host.clone()).collect(),
            Arrival::Crossing(crossing) => vec![crossing.name(mesh, service)],
            Arrival::Pin(index) => {
                service.pins.get(*index).map(|pin| pin.to.0.clone()).into_iter().collect()
            }
        };
        // What a gateway reads does not come by the name by which the rest crosses.
        let comes = |port: &&Port| *arrival == Arrival::Called || !entry.reads(port);
        for port in service.ports.iter().filter(comes) {
            snis.extend(names.iter().map(|name| passthrough_sni(port.number, name)));
        }
    }
    if snis.is_empty() {
        return None;
    }
    let arrives = |caller: &Caller| {
        let mut own = arriving.iter().filter(|(cluster, _)| *cluster == caller.cluster);
        own.any(|(_, arrival)| guarded.contains(arrival))
    };
    let refused = others(mesh, service, arrives);
    Some(Guard { snis: snis.into_iter().collect(), refused })
}

/// Whom a cluster's gateway refuses of those whose calls to a service it reads; nobody where everyone may call.
pub(super) fn at_gateway(
    mesh: &Mesh,
    service: &Service,
    id: ClusterId,
    crossings: &Crossings,
) -> Vec<Refused> {
    if service.callers == Callers::Everyone {
        return Vec::new();
    }
    let arriving = crossings.at_backend.get(&id);
    others(mesh, service, |caller| {
        let comes = |(cluster, arrival): &(ClusterId, Arrival)| {
            *cluster == caller.cluster && matches!(arrival, Arrival::Crossing(_))
        };
        caller.cluster != id && arriving.is_some_and(|arriving| arriving.iter().any(comes))
    })
}

/// All but the callers of a service whose calls arrive.
fn others(mesh: &Mesh, service: &Service, arrives: impl Fn(&Caller) -> bool) -> Vec<Refused> {
    let domains: BTreeSet<&str> =
        mesh.clusters.iter().map(|cluster| cluster.trust_domain.as_str()).collect();
    let mut admitted: BTreeMap<&str, BTreeSet<&Scope>> = BTreeMap::new();
    for caller in service.callers.said().iter().filter(|caller| arrives(caller)) {
        let domain = mesh[caller.cluster].trust_domain.as_str();
        admitted.entry(domain).or_default().insert(&caller.scope);
    }
    refused(&admitted, domains.len() > 1)
}

/// Who is refused, where each trust domain has these admitted.
///
/// Where istiod has `trustDomainAliases`, it takes an identity in full (`a/ns/b/sa/c`) for that of the same service account in every trust
/// domain it knows (`pilot/pkg/security/trustdomain/bundle.go`, `ReplaceTrustDomainAliases`), and `cluster.local` always for its own. Only
/// identities that end with `*` are taken as they are. So with more than one trust domain, one that has service accounts admitted gets a
/// rule of its own: out of this domain, all but these.
fn refused(admitted: &BTreeMap<&str, BTreeSet<&Scope>>, aliased: bool) -> Vec<Refused> {
    let mut others = Vec::new();
    let mut own = Vec::new();
    for (domain, scopes) in admitted {
        let narrow = scopes
            .iter()
            .filter(|scope| !scopes.iter().any(|other| other != *scope && other.covers(scope)));
        let principals: Vec<String> = narrow.map(|scope| principal(domain, scope)).collect();
        let exact = principals.iter().any(|principal| !principal.ends_with('*'));
        if aliased && exact {
            let all = principal(domain, &Scope::Cluster);
            others.push(all.clone());
            own.push(Refused { of: Some(all), except: principals });
        } else {
            others.extend(principals);
        }
    }
    let mut refused = vec![Refused { of: None, except: others }];
    refused.append(&mut own);
    refused
}

/// The identities of a scope: `spiffe://DOMAIN/ns/NAMESPACE/sa/ACCOUNT` (`pkg/spiffe/spiffe.go`), without what is before the domain.
fn principal(domain: &str, scope: &Scope) -> String {
    match scope {
        Scope::Cluster => format!("{domain}/*"),
        Scope::Namespace(namespace) => format!("{domain}/ns/{namespace}/*"),
        Scope::ServiceAccount(namespace, account) => {
            format!("{domain}/ns/{namespace}/sa/{account}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account() -> Scope {
        Scope::ServiceAccount("shop".to_owned(), "cart".to_owned())
    }

    fn drawn(admitted: &[(&str, &[&Scope])], aliased: bool) -> Vec<String> {
        let admitted = admitted
            .iter()
            .map(|(domain, scopes)| (*domain, scopes.iter().copied().collect()))
            .collect();
        let one = |refused: Refused| {
            format!("{} but {}", refused.of.unwrap_or_default(), refused.except.join(" "))
        };
        refused(&admitted, aliased).into_iter().map(one).collect()
    }

    #[test]
    fn one_trust_domain_needs_one_rule() {
        let namespace = Scope::Namespace("web".to_owned());
        assert_eq!(
            drawn(&[("d", &[&account(), &namespace])], false),
            [" but d/ns/web/* d/ns/shop/sa/cart"]
        );
    }

    #[test]
    fn what_a_wider_one_covers_is_left_out() {
        assert_eq!(drawn(&[("d", &[&Scope::Cluster, &account()])], false), [" but d/*"]);
    }

    #[test]
    fn a_full_identity_is_refused_by_its_own_domain_where_domains_are_aliases() {
        let (a, b): (&[&Scope], &[&Scope]) = (&[&account()], &[&Scope::Cluster]);
        assert_eq!(
            drawn(&[("a", a), ("b", b)], true),
            [" but a/* b/*", "a/* but a/ns/shop/sa/cart"]
        );
    }
}
