//! Who may call: the policies that the sidecars of pods and the gateways enforce.

use std::collections::{BTreeMap, BTreeSet};

use super::follow::{Journey, Wire, name_of};
use super::object::{self, AuthorizationPolicy, Object, Rule};
use super::{ObjectName, Pods, Step, What, Who};
use crate::kinds::Kind;
use crate::mesh::ClusterId;
use crate::span::Span;

/// A call where a policy looks at it.
pub(super) struct Arrival<'a> {
    pub(super) cluster: ClusterId,
    /// The labels of a gateway's pods; those of other pods are not known, and no policy of ours selects by them.
    pub(super) gateway: Option<&'a BTreeMap<String, String>>,
    /// The SNI of the session that ends there.
    pub(super) sni: &'a str,
    pub(super) port: u16,
}

/// What the policies say of a call.
pub(super) struct Verdict {
    /// Who may call.
    pub(super) who: Who,
    /// The first policy that looks at such calls.
    pub(super) object: Option<ObjectName>,
    /// Why this one is refused, if it is.
    pub(super) refused: Option<String>,
}

/// The identity of a caller, `trust-domain/ns/namespace/sa/account`, and whether all of it is known.
struct Identity(String, bool);

/// The pods at the end of a way, or why they do not answer: their cluster is down, or their sidecars refuse the call.
pub(super) fn pods(
    journey: &Journey<'_, '_>,
    cluster: ClusterId,
    pods: Pods,
    port: u16,
    wire: &Wire,
    place: Option<Span>,
) -> Step {
    if journey.call.down.contains(&cluster) {
        let name = &journey.world.mesh()[cluster].name;
        return Step { place, ..Step::dead(format!("{name} is down")) };
    }
    let arrival = wire.sni.as_deref().map(|sni| Arrival { cluster, gateway: None, sni, port });
    let verdict = arrival.map(|arrival| verdict(journey, &arrival, arrival.sni));
    let verdict = verdict.unwrap_or(Verdict { who: Who::Everyone, object: None, refused: None });
    let Verdict { who, object, refused } = verdict;
    if let Some(why) = refused {
        let why = format!("the pods refuse it: {why}");
        return Step { object, place, ..Step::dead(why) };
    }
    let what = What::Pods { cluster, pods, port, how: wire.how(), who };
    Step { what, object, place, to: Vec::new() }
}

/// What the policies that mention a text say of a call.
pub(super) fn verdict(journey: &Journey<'_, '_>, arrival: &Arrival<'_>, mention: &str) -> Verdict {
    let tree = journey.world.tree(arrival.cluster);
    let found: Vec<Object<'_, AuthorizationPolicy>> =
        object::mentioning(tree, Kind::AuthorizationPolicy, mention);
    let identity = identity(journey);
    let mut may: BTreeSet<String> = BTreeSet::new();
    let (mut object, mut refused) = (None, None);
    for policy in found.iter().filter(|policy| policy.spec.action == "DENY") {
        let labels = policy.spec.selector.as_ref().map(|selector| &selector.match_labels);
        if labels != arrival.gateway {
            continue;
        }
        let rules = policy.spec.rules.iter().filter(|rule| is_for(rule, journey, arrival));
        for source in rules.flat_map(|rule| &rule.from).map(|from| &from.source) {
            may.extend(source.not_principals.iter().cloned());
            object.get_or_insert_with(|| name_of(arrival.cluster, policy));
            let of = source.principals.is_empty() || identity.could_be_one_of(&source.principals);
            if of && !identity.could_be_one_of(&source.not_principals) {
                let only = source.not_principals.join(", ");
                refused.get_or_insert_with(|| match source.principals.join(", ") {
                    of if of.is_empty() => format!("only {only} may call"),
                    of => format!("of {of} only {only} may call"),
                });
            }
        }
    }
    let who = if may.is_empty() { Who::Everyone } else { Who::Only(may.into_iter().collect()) };
    Verdict { who, object, refused }
}

/// Whether a rule looks at such calls; one that asks for something else than SNI, Host and port is none of ours.
fn is_for(rule: &Rule, journey: &Journey<'_, '_>, arrival: &Arrival<'_>) -> bool {
    let authority = journey.call.authority();
    let port = arrival.port.to_string();
    let when = rule.when.iter().all(|when| {
        when.key == "connection.sni"
            && fits(&when.values, arrival.sni)
            && (when.not_values.is_empty() || !fits(&when.not_values, arrival.sni))
    });
    let to = rule.to.iter().any(|to| {
        let hosts = &to.operation.hosts;
        (hosts.is_empty() || fits(hosts, &authority)) && !to.operation.not_ports.contains(&port)
    });
    when && (rule.to.is_empty() || to)
}

/// Whether a text is one of some, in which `*` at an end stands for anything.
fn fits(some: &[String], text: &str) -> bool {
    some.iter().any(|other| match (other.strip_prefix('*'), other.strip_suffix('*')) {
        (Some(suffix), _) => text.ends_with(suffix),
        (_, Some(prefix)) => text.starts_with(prefix),
        _ => text == other,
    })
}

fn identity(journey: &Journey<'_, '_>) -> Identity {
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
