//! The routes of a `VirtualService` for ports that speak HTTP.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Serialize, Serializer};

use super::{Destination, PortSelector, Weighted, all_to, destination, weighted};
use crate::document::{EditsTable, Pattern};
use crate::kinds::duration::seconds;
use crate::mesh::{Name, Policy, Port};
use crate::plan::{RouteHost, RoutePlan, ServicePlan};
use crate::span::Spanned;

#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct HttpRoute<'p> {
    #[serde(rename = "match", skip_serializing_if = "Vec::is_empty")]
    matches: Vec<HttpMatch<'p>>,
    route: Vec<Weighted<'p>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rewrite: Option<Rewrite<'p>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    timeout: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retries: Option<Retries<'p>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<Fault>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    mirrors: Vec<MirrorTo<'p>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    headers: Option<Headers<'p>>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct HttpMatch<'p> {
    #[serde(skip_serializing_if = "Option::is_none")]
    uri: Option<StringMatch<'p>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<StringMatch<'p>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    authority: Option<StringMatch<'p>>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    headers: BTreeMap<&'p str, StringMatch<'p>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    port: Option<u16>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    query_params: BTreeMap<&'p str, StringMatch<'p>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source_namespace: Option<&'p str>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
enum StringMatch<'p> {
    Exact(&'p str),
    Prefix(&'p str),
    Regex(Cow<'p, str>),
}

#[derive(Debug, Serialize)]
struct Rewrite<'p> {
    #[serde(skip_serializing_if = "Option::is_none")]
    uri: Option<&'p str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    authority: Option<&'p str>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Retries<'p> {
    attempts: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    per_try_timeout: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_on: Option<&'p str>,
}

#[derive(Debug, Serialize)]
struct Fault {
    #[serde(skip_serializing_if = "Option::is_none")]
    delay: Option<Delay>,
    #[serde(skip_serializing_if = "Option::is_none")]
    abort: Option<Abort>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Delay {
    fixed_delay: Time,
    percentage: Percentage,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Abort {
    http_status: u32,
    percentage: Percentage,
}

/// Per cent; carried in thousandths so that no float is compared or rounded on the way.
#[derive(Debug, Serialize)]
struct Percentage {
    #[serde(serialize_with = "thousandths")]
    value: u32,
}

#[derive(Debug, Serialize)]
struct MirrorTo<'p> {
    destination: Destination<'p>,
    percentage: Percentage,
}

#[derive(Debug, Serialize)]
struct Headers<'p> {
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<Edits<'p>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response: Option<Edits<'p>>,
}

#[derive(Debug, Serialize)]
struct Edits<'p> {
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    set: BTreeMap<&'p str, &'p str>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    add: BTreeMap<&'p str, &'p str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    remove: Vec<&'p str>,
}

/// A duration as protobuf's JSON writes it.
#[derive(Debug, Serialize)]
struct Time(#[serde(serialize_with = "seconds")] Duration);

impl<'p> HttpRoute<'p> {
    /// A route of some calls, or of all, to a host's port.
    pub(super) fn to(matches: Option<HttpMatch<'p>>, host: &'p str, number: u16) -> Self {
        let matches = matches.into_iter().collect();
        Self { matches, route: all_to(host, number), ..Self::default() }
    }
}

impl HttpMatch<'_> {
    /// Calls to a port.
    pub(super) fn port(number: u16) -> Self {
        Self { port: Some(number), ..Self::default() }
    }

    /// Calls with a Host, by a pattern.
    pub(super) fn authority(regex: String) -> Self {
        Self { authority: Some(StringMatch::Regex(Cow::Owned(regex))), ..Self::default() }
    }
}

pub(super) fn http_routes<'p>(
    service: &'p ServicePlan<'_>,
    name: &'p Name,
    port: &'p Port,
    say_port: bool,
) -> Vec<HttpRoute<'p>> {
    let mut routes = Vec::new();
    let number = say_port.then_some(port.number);
    for plan in service.routes_of(port) {
        let matches = http_matches(plan, number);
        let matches = if matches == [HttpMatch::default()] { Vec::new() } else { matches };
        routes.push(http_route(plan, name, port, matches));
        if plan.takes_all() {
            return routes;
        }
    }
    routes.push(HttpRoute::to(number.map(HttpMatch::port), &name.host, port.number));
    routes
}

fn http_matches<'p>(plan: &'p RoutePlan<'_>, port: Option<u16>) -> Vec<HttpMatch<'p>> {
    let base = match &plan.route.matches {
        Some(table) => HttpMatch {
            uri: table.path.as_ref().map(string_match),
            method: table.method.given().map(|method| StringMatch::Exact(&method.value)),
            headers: patterns(&table.headers),
            authority: None,
            port,
            query_params: patterns(&table.query_params),
            source_namespace: None,
        },
        None => HttpMatch { port, ..HttpMatch::default() },
    };
    match &plan.namespaces {
        None => vec![base],
        Some(namespaces) => {
            let within = |namespace: &&'p str| HttpMatch {
                source_namespace: Some(namespace),
                ..base.clone()
            };
            namespaces.iter().map(within).collect()
        }
    }
}

fn patterns(table: &[(Spanned<String>, Pattern)]) -> BTreeMap<&str, StringMatch<'_>> {
    table.iter().map(|(name, pattern)| (name.value.as_str(), string_match(pattern))).collect()
}

fn string_match(pattern: &Pattern) -> StringMatch<'_> {
    match pattern {
        Pattern::Exact(text) => StringMatch::Exact(text),
        Pattern::Prefix(text) => StringMatch::Prefix(text),
        Pattern::Regex(text) => StringMatch::Regex(Cow::Borrowed(text)),
    }
}

fn http_route<'p>(
    plan: &'p RoutePlan<'_>,
    name: &'p Name,
    port: &'p Port,
    matches: Vec<HttpMatch<'p>>,
) -> HttpRoute<'p> {
    let policy = &plan.route.policy;
    let mirror = plan.mirror.as_ref().and_then(|(host, percent)| {
        let destination = mirror_destination(*host, name, port)?;
        Some(MirrorTo { destination, percentage: Percentage { value: *percent } })
    });
    HttpRoute {
        matches,
        route: weighted(plan, name, port),
        rewrite: policy.rewrite.as_ref().map(|(uri, authority)| Rewrite {
            uri: uri.as_deref(),
            authority: authority.as_deref(),
        }),
        timeout: policy.timeout.map(Time),
        retries: policy.retries.as_ref().map(|(attempts, per_try, on)| Retries {
            attempts: *attempts,
            per_try_timeout: per_try.map(Time),
            retry_on: on.as_deref(),
        }),
        fault: fault(policy),
        mirrors: mirror.into_iter().collect(),
        headers: headers(policy),
    }
}

fn fault(policy: &Policy) -> Option<Fault> {
    let percentage = |value| Percentage { value };
    let delay = policy
        .delay
        .map(|(time, percent)| Delay { fixed_delay: Time(time), percentage: percentage(percent) });
    let abort = policy
        .abort
        .map(|(status, percent)| Abort { http_status: status, percentage: percentage(percent) });
    (delay.is_some() || abort.is_some()).then_some(Fault { delay, abort })
}

fn headers(policy: &Policy) -> Option<Headers<'_>> {
    fn edits(table: &EditsTable) -> Edits<'_> {
        fn pairs(texts: &[(Spanned<String>, Spanned<String>)]) -> BTreeMap<&str, &str> {
            texts.iter().map(|(name, value)| (name.value.as_str(), value.value.as_str())).collect()
        }
        Edits {
            set: pairs(&table.set),
            add: pairs(&table.add),
            remove: table.remove.iter().map(|name| name.value.as_str()).collect(),
        }
    }
    let (request, response) = (policy.request.as_ref(), policy.response.as_ref());
    let any = request.is_some() || response.is_some();
    any.then(|| Headers { request: request.map(edits), response: response.map(edits) })
}

/// Where a copy goes; another service gets it at the port that is meant for it.
fn mirror_destination<'p>(
    host: RouteHost<'p>,
    name: &'p Name,
    port: &Port,
) -> Option<Destination<'p>> {
    let RouteHost::Service(other) = host else { return Some(destination(host, name, port)) };
    let (_, port) = other.port_for_copies(port)?;
    let number = port.number;
    Some(Destination { host: &other.names.first()?.host, port: PortSelector { number } })
}

fn thousandths<S: Serializer>(value: &u32, serializer: S) -> Result<S::Ok, S::Error> {
    if value.is_multiple_of(1000) {
        serializer.serialize_u32(value / 1000)
    } else {
        serializer.serialize_f64(f64::from(*value) / 1000.0)
    }
}
