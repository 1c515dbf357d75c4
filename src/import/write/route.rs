//! A drafted route, as a table of `mesh.toml`.

use super::super::{MatchDraft, RetriesDraft, RouteDraft, TextDraft, ToDraft};
use super::{inline, key, list, string};

/// A route's table.
pub(super) fn route(service: &str, route: &RouteDraft) -> String {
    let mut text = format!("[[services.{}.routes]]\n", key(service));
    if !route.from.is_empty() {
        let from: Vec<&str> = route.from.iter().map(String::as_str).collect();
        text.push_str(&format!("from = {}\n", list(&from)));
    }
    let matches = matches(&route.matches);
    if !matches.is_empty() {
        text.push_str(&format!("match = {}\n", inline(matches)));
    }
    let to: Vec<String> = route.to.iter().map(to).collect();
    text.push_str(&format!("to = [{}]\n", to.join(", ")));
    text.extend(route.timeout.iter().map(|timeout| format!("timeout = {}\n", string(timeout))));
    if let Some(RetriesDraft { attempts, per_try, on }) = &route.retries {
        let mut parts = vec![format!("attempts = {attempts}")];
        parts.extend(per_try.iter().map(|per_try| format!("per-try = {}", string(per_try))));
        parts.extend(on.iter().map(|on| format!("on = {}", string(on))));
        text.push_str(&format!("retries = {}\n", inline(parts)));
    }
    text
}

fn matches(matches: &MatchDraft) -> Vec<String> {
    let MatchDraft { path, method, headers, query_params, port } = matches;
    let mut parts = Vec::new();
    parts.extend(path.as_ref().map(|path| match path {
        TextDraft::Exact(text) => format!("path = {}", string(text)),
        TextDraft::Prefix(text) => format!("path-prefix = {}", string(text)),
        TextDraft::Regex(text) => format!("path-regex = {}", string(text)),
    }));
    parts.extend(method.iter().map(|method| format!("method = {}", string(method))));
    for (word, values) in [("headers", headers), ("query-params", query_params)] {
        if !values.is_empty() {
            parts.push(format!("{word} = {}", inline(values.iter().map(named))));
        }
    }
    parts.extend(port.iter().map(|port| format!("port = {}", string(port))));
    parts
}

/// A header or a query parameter.
fn named((name, value): &(String, TextDraft)) -> String {
    let name = key(name);
    match value {
        TextDraft::Exact(text) => format!("{name} = {}", string(text)),
        TextDraft::Prefix(text) => format!("{name} = {{ prefix = {} }}", string(text)),
        TextDraft::Regex(text) => format!("{name} = {{ regex = {} }}", string(text)),
    }
}

fn to(to: &ToDraft) -> String {
    let ToDraft { cluster, version, weight } = to;
    let cluster = cluster.as_deref().map(|cluster| format!("cluster = {}", string(cluster)));
    let version = version.as_deref().map(|version| format!("version = {}", string(version)));
    let weight = weight.map(|weight| format!("weight = {weight}"));
    inline([cluster, version, weight].into_iter().flatten())
}
