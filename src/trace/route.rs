//! Which of its routes takes a call: the first that matches, as Envoy searches them.

use std::collections::BTreeMap;

use regex::Regex;
use serde_yaml::Value;

use super::object::{HttpMatch, HttpRoute, StringMatch, TcpRoute, VirtualService, Weighted};
use super::{Call, Request};

/// A route that takes a call.
pub(super) struct Taken {
    /// Which of the routes for the port, from 0, and of how many.
    pub(super) number: (usize, usize),
    /// Where it leads, with shares from 0 to 1.
    pub(super) to: Vec<(Weighted, f64)>,
    /// What it does besides.
    pub(super) done: Vec<String>,
    /// Which share of the calls the proxy answers itself, on purpose, and with which status.
    pub(super) aborted: Option<(f64, u64)>,
}

/// The route that takes a call to a port of a service that speaks HTTP, or TCP.
pub(super) fn taken(routes: &VirtualService, http: bool, call: &Call, at: u16) -> Option<Taken> {
    if http {
        let for_port = |route: &&HttpRoute| {
            let ports = |matches: &HttpMatch| matches.port.is_none_or(|port| port == at);
            route.matches.is_empty() || route.matches.iter().any(ports)
        };
        let here: Vec<&HttpRoute> = routes.http.iter().filter(for_port).collect();
        let takes = |route: &&HttpRoute| {
            route.matches.is_empty()
                || route.matches.iter().any(|matches| takes_request(matches, call, at))
        };
        let number = here.iter().position(takes)?;
        let route = here.get(number)?;
        let to = shares(&route.route);
        let (done, aborted) = (done(&route.done), aborted(&route.done));
        return Some(Taken { number: (number, here.len()), to, done, aborted });
    }
    let for_port = |route: &&TcpRoute| {
        route.matches.is_empty()
            || route.matches.iter().any(|matches| matches.port.is_none_or(|port| port == at))
    };
    let here: Vec<&TcpRoute> = routes.tcp.iter().filter(for_port).collect();
    let takes = |route: &&TcpRoute| {
        let own = |namespace: &Option<String>| is_from(namespace.as_deref(), call);
        route.matches.is_empty()
            || route.matches.iter().any(|matches| own(&matches.source_namespace))
    };
    let number = here.iter().position(takes)?;
    let to = shares(&here.get(number)?.route);
    Some(Taken { number: (number, here.len()), to, done: Vec::new(), aborted: None })
}

fn shares(to: &[Weighted]) -> Vec<(Weighted, f64)> {
    let sum: u32 = to.iter().filter_map(|to| to.weight).sum();
    let share = |to: &Weighted| match to.weight {
        Some(weight) if sum > 0 => f64::from(weight) / f64::from(sum),
        _ => 1.0,
    };
    let all = to.iter().map(|to| (to.clone(), share(to)));
    all.filter(|(_, share)| *share > 0.0).collect()
}

/// Whether a call is from the namespace that is asked for; one whose namespace is not known is from none.
fn is_from(namespace: Option<&str>, call: &Call) -> bool {
    namespace.is_none_or(|namespace| call.from.namespace.as_deref() == Some(namespace))
}

fn takes_request(matches: &HttpMatch, call: &Call, at: u16) -> bool {
    let Request { method, path, headers } = &call.request;
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let authority = call.authority();
    let query: BTreeMap<&str, &str> =
        query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, ""))).collect();
    let is = |wanted: &Option<StringMatch>, text: &str| {
        wanted.as_ref().is_none_or(|wanted| wanted.takes(text))
    };
    matches.port.is_none_or(|port| port == at)
        && is(&matches.uri, path)
        && is(&matches.method, method)
        && is(&matches.authority, &authority)
        && is_from(matches.source_namespace.as_deref(), call)
        && matches.headers.iter().all(|(name, wanted)| {
            headers.get(&name.to_lowercase()).is_some_and(|text| wanted.takes(text))
        })
        && matches
            .query_params
            .iter()
            .all(|(name, wanted)| query.get(name.as_str()).is_some_and(|text| wanted.takes(text)))
}

impl StringMatch {
    /// Whether it takes a text. A pattern has to match the whole of it, as in Envoy (`safe_regex`).
    fn takes(&self, text: &str) -> bool {
        match self {
            Self { exact: Some(exact), .. } => text == exact,
            Self { prefix: Some(prefix), .. } => text.starts_with(prefix.as_str()),
            Self { regex: Some(regex), .. } => {
                Regex::new(&format!("^(?:{regex})$")).is_ok_and(|regex| regex.is_match(text))
            }
            // Istio reads a match that says nothing as: it is there.
            _ => true,
        }
    }
}

/// What a route does besides sending calls on, in a few words each.
fn done(done: &BTreeMap<String, Value>) -> Vec<String> {
    done.iter().map(|(key, value)| format!("{key} {}", said(value))).collect()
}

fn aborted(done: &BTreeMap<String, Value>) -> Option<(f64, u64)> {
    let abort = done.get("fault")?.get("abort")?;
    let percent = abort.get("percentage")?.get("value")?.as_f64()?;
    Some((percent / 100.0, abort.get("httpStatus")?.as_u64()?))
}

/// A value on one line.
fn said(value: &Value) -> String {
    match value {
        Value::Mapping(mapping) => {
            let pair = |(key, value): (&Value, &Value)| format!("{} {}", said(key), said(value));
            let pairs: Vec<String> = mapping.iter().map(pair).collect();
            pairs.join(" ")
        }
        Value::Sequence(values) => values.iter().map(said).collect::<Vec<String>>().join(", "),
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(value) => value.to_string(),
        Value::Null | Value::Tagged(_) => String::new(),
    }
}
