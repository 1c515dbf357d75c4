//! Who may call: the policies that the pods' sidecars enforce.

use std::collections::BTreeSet;

use super::follow::{Journey, Wire, name_of};
use super::object::{self, AuthorizationPolicy, Object, Rule};
use super::{Pods, Step, What, Who};
use crate::kinds::Kind;
use crate::mesh::ClusterId;
use crate::span::Span;

/// The identity of a caller, `trust-domain/ns/namespace/sa/account`, as far as it is known.
struct Identity(String, bool);

/// The pods at the end of a way, or the refusal of their sidecars.
pub(super) fn pods(
    journey: &Journey<'_>,
    cluster: ClusterId,
    pods: Pods,
    port: u16,
    wire: &Wire,
    place: Option<Span>,
) -> Step {
    let policies = wire.sni.as_deref().map(|sni| policies(journey, cluster, sni));
    let identity = identity(journey);
    let mut may: BTreeSet<String> = BTreeSet::new();
    let mut object = None;
    for (policy, sni) in policies.into_iter().flatten() {
        let rules = policy.spec.rules.iter().filter(|rule| is_for(rule, sni));
        for source in rules.flat_map(|rule| &rule.from).map(|from| &from.source) {
            may.extend(source.not_principals.iter().cloned());
            object.get_or_insert_with(|| name_of(cluster, &policy));
            let of = source.principals.is_empty() || identity.could_be_one_of(&source.principals);
            if of && !identity.could_be_one_of(&source.not_principals) {
                let only: Vec<&str> = source.not_principals.iter().map(String::as_str).collect();
                let only = only.join(", ");
                let why = format!("the pods refuse it: of such callers only {only} may call");
                return Step { place, object, ..Step::dead(why) };
            }
        }
    }
    let who = if may.is_empty() { Who::Everyone } else { Who::Only(may.into_iter().collect()) };
    let what = What::Pods { cluster, pods, port, how: wire.how(), who };
    Step { what, object, place, to: Vec::new() }
}

/// The policies that refuse calls with an SNI.
fn policies<'w, 's>(
    journey: &Journey<'w>,
    cluster: ClusterId,
    sni: &'s str,
) -> Vec<(Object<'w, AuthorizationPolicy>, &'s str)> {
    let tree = journey.world.tree(cluster);
    let found: Vec<Object<'_, AuthorizationPolicy>> =
        object::mentioning(tree, Kind::AuthorizationPolicy, sni);
    found.into_iter().filter(|policy| policy.spec.action == "DENY").map(|own| (own, sni)).collect()
}

fn is_for(rule: &Rule, sni: &str) -> bool {
    let said = |key: &str, values: &[String]| {
        key == "connection.sni" && values.iter().any(|value| value == sni)
    };
    rule.when.iter().all(|when| said(&when.key, &when.values))
}

fn identity(journey: &Journey<'_>) -> Identity {
    let from = &journey.call.from;
    let domain = &journey.world.mesh()[from.cluster].trust_domain;
    match (&from.namespace, &from.account) {
        (Some(namespace), Some(account)) => {
            Identity(format!("{domain}/ns/{namespace}/sa/{account}"), true)
        }
        (Some(namespace), None) => Identity(format!("{domain}/ns/{namespace}/"), false),
        (None, _) => Identity(format!("{domain}/"), false),
    }
}

impl Identity {
    /// Whether it is, or as far as it is known may be, one of some identities; `*` at the end stands for anything.
    fn could_be_one_of(&self, some: &[String]) -> bool {
        let Self(own, whole) = self;
        some.iter().any(|other| match other.strip_suffix('*') {
            Some(prefix) => own.starts_with(prefix) || !whole && prefix.starts_with(own.as_str()),
            None => own == other || !whole && other.starts_with(own.as_str()),
        })
    }
}
