//! `AuthorizationPolicy`: who is refused, by which calls.
//!
//! Always DENY: an ALLOW closes everything that it does not name, what is no business of the document's among it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;

use super::{Kind, Manifest, Spec};
use crate::plan::{Guard, Plan, Reading, Refused, ServicePlan};

/// `AuthorizationPolicy`'s specification, as far as it is used.
#[derive(Debug, Serialize)]
pub struct AuthorizationPolicy<'p> {
    #[serde(skip_serializing_if = "Option::is_none")]
    selector: Option<Selector<'p>>,
    rules: Vec<Rule<'p>>,
    action: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Selector<'p> {
    match_labels: &'p BTreeMap<String, String>,
}

#[derive(Debug, Serialize)]
struct Rule<'p> {
    from: [From<'p>; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<[To; 1]>,
    when: [Condition<'p>; 1],
}

#[derive(Debug, Serialize)]
struct From<'p> {
    source: Source<'p>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Source<'p> {
    #[serde(skip_serializing_if = "Option::is_none")]
    principals: Option<[&'p str; 1]>,
    not_principals: &'p [String],
}

#[derive(Debug, Serialize)]
struct To {
    operation: Operation,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Operation {
    hosts: Vec<String>,
    not_ports: [&'static str; 1],
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Condition<'p> {
    key: &'static str,
    values: Cow<'p, [String]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    not_values: Option<[&'static str; 1]>,
}

/// What the pods of a service refuse; `None` where everyone may call.
///
/// Without a selector: which pods are meant is told by the SNI, and one that was mistyped would leave them open. Identity and SNI are known
/// of every TLS connection, so the rules hold for HTTP and TCP ports alike (`pilot/pkg/security/authz/model/model.go`).
pub(super) fn for_pods<'p>(service: &'p ServicePlan<'_>) -> Option<Manifest<'p>> {
    let Guard { snis, refused } = service.guard.as_ref()?;
    let name = service.service.names.first()?;
    let rule = |refused: &'p Refused| Rule {
        from: [from(refused)],
        to: None,
        when: [Condition {
            key: "connection.sni",
            values: Cow::Borrowed(snis.as_slice()),
            not_values: None,
        }],
    };
    let rules = refused.iter().map(rule).collect();
    let spec = AuthorizationPolicy { selector: None, rules, action: "DENY" };
    Some(Manifest {
        kind: Kind::AuthorizationPolicy,
        namespace: service.home,
        name: Cow::Borrowed(&name.host),
        labels: &[],
        spec: Spec::AuthorizationPolicy(spec),
        origin: service.service.span,
    })
}

/// What a gateway refuses of the calls that it reads, a policy for each service that not everyone may call.
///
/// Calls are known by their Host, as a session that was begun for one name may carry requests for another. For bytes, those that somebody else's
/// server on the same pods passes on, Istio takes such a rule as if it said nothing of Hosts (`pilot/pkg/security/authz/model/model.go`), so the
/// SNI keeps it to sessions that end at the gateway: those for names that callers use, and never one that passes unread. The webhook warns of
/// Hosts without ports all the same (`pkg/config/validation/validation.go`). Which port the pods listen at is their Service's to say, so the
/// one that is named is the one for their health, at which no call arrives.
pub(super) fn for_gateway<'p>(plan: &'p Plan<'_>) -> Vec<Manifest<'p>> {
    let Some(inward) = &plan.gateway else { return Vec::new() };
    let below = format!(".{}", plan.settings.domain.value);
    let apart = inward.ended.iter().map(|(name, _)| name).filter(|name| !name.ends_with(&below));
    let snis: Vec<String> = [format!("*{below}")].into_iter().chain(apart.cloned()).collect();
    let guarded =
        plan.services.iter().filter_map(|service| Some((service, service.reading.as_ref()?)));
    let manifest = |(service, reading): (&'p ServicePlan<'_>, &'p Reading<'_>)| {
        let names = service.service.names.iter().map(|name| &name.host);
        let hosts: Vec<String> =
            names.flat_map(|host| [host.clone(), format!("{host}:*")]).collect();
        let rule = |refused: &'p Refused| Rule {
            from: [from(refused)],
            to: Some([To { operation: Operation { hosts: hosts.clone(), not_ports: ["15021"] } }]),
            when: [Condition {
                key: "connection.sni",
                values: Cow::Owned(snis.clone()),
                not_values: Some(["outbound_.*"]),
            }],
        };
        let spec = AuthorizationPolicy {
            selector: Some(Selector { match_labels: &reading.gateway.selector }),
            rules: reading.refused.iter().map(rule).collect(),
            action: "DENY",
        };
        Manifest {
            kind: Kind::AuthorizationPolicy,
            namespace: &reading.gateway.namespace,
            name: Cow::Owned(service.service.export_name(&plan.settings.domain)),
            labels: &[],
            spec: Spec::AuthorizationPolicy(spec),
            origin: service.service.span,
        }
    };
    guarded.filter(|(_, reading)| !reading.refused.is_empty()).map(manifest).collect()
}

fn from(refused: &Refused) -> From<'_> {
    From {
        source: Source {
            principals: refused.of.as_deref().map(|of| [of]),
            not_principals: &refused.except,
        },
    }
}
