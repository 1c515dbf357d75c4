//! What istiod is told by the values for its chart: DNS, whose certificates are taken, and its mesh.

use std::collections::BTreeSet;

use serde_yaml::Value;

use super::scene::{few, texts};
use super::{ACCESS_NARROWED, DISCOVERY_CHANGED, DNS_CHANGED, EXPOSURE_WIDENED, UNCLASSED, dns};

/// What a change of the values does: the place of its class, what it is about, and what happens to it. Either text is empty where there is no file.
pub(super) fn of_values(old: &str, new: &str) -> Vec<(usize, &'static str, String)> {
    const TRUST: &str = "trust domains";
    let read = |text: &str| serde_yaml::from_str(text).unwrap_or(Value::Null);
    let (mut old, mut new): (Value, Value) = (read(old), read(new));
    let mut found = Vec::new();
    let capture = |values: &mut Value| {
        let config =
            section(values, "meshConfig").and_then(|config| section(config, "defaultConfig"));
        take(config.and_then(|config| section(config, "proxyMetadata")), "ISTIO_META_DNS_CAPTURE")
    };
    let text = match (capture(&mut old), capture(&mut new)) {
        (was, is) if was == is => None,
        (_, None) => Some("sidecars no longer answer for the names"),
        (None, Some(_)) => Some("sidecars answer for the names now"),
        (Some(_), Some(_)) => Some("sidecars are told otherwise"),
    };
    found.extend(text.map(|text| (DNS_CHANGED, dns::SUBJECT, text.to_owned())));
    let domain = |values: &mut Value| take(section(values, "meshConfig"), "trustDomain");
    let (was, is) = (domain(&mut old), domain(&mut new));
    if was != is {
        let said = |domain: &Option<Value>| {
            domain.as_ref().and_then(Value::as_str).unwrap_or("cluster.local").to_owned()
        };
        let text = format!(
            "its workloads are of {}, were of {}: who names them in policies must follow",
            said(&is),
            said(&was)
        );
        found.push((ACCESS_NARROWED, TRUST, text));
    }
    let aliases = |values: &mut Value| -> BTreeSet<String> {
        let taken = take(section(values, "meshConfig"), "trustDomainAliases");
        texts(taken.as_ref()).into_iter().map(str::to_owned).collect()
    };
    let (was, is) = (aliases(&mut old), aliases(&mut new));
    let minus = |one: &BTreeSet<String>, two: &BTreeSet<String>| -> Vec<String> {
        one.difference(two).cloned().collect()
    };
    let (come, gone) = (minus(&is, &was), minus(&was, &is));
    if !come.is_empty() {
        found.push((EXPOSURE_WIDENED, TRUST, format!("certificates of {} are taken", few(&come))));
    }
    if !gone.is_empty() {
        found.push((
            ACCESS_NARROWED,
            TRUST,
            format!("certificates of {} are no longer taken", few(&gone)),
        ));
    }
    if take(Some(&mut old), "global") != take(Some(&mut new), "global") {
        let text = "istiod is told otherwise of its mesh, its network or others' gateways";
        found.push((DISCOVERY_CHANGED, "discovery", text.to_owned()));
    }
    let rest = |values: &Value| serde_yaml::to_string(&bare(values)).unwrap_or_default();
    if rest(&old) != rest(&new) {
        found.push((UNCLASSED, "istiod", "is told otherwise".to_owned()));
    }
    found
}

fn section<'v>(values: &'v mut Value, key: &str) -> Option<&'v mut Value> {
    values.as_mapping_mut()?.get_mut(key)
}

fn take(values: Option<&mut Value>, key: &str) -> Option<Value> {
    values?.as_mapping_mut()?.remove(key)
}

/// Without what is empty, as what was taken out leaves it.
fn bare(value: &Value) -> Value {
    let Some(mapping) = value.as_mapping() else { return value.clone() };
    let kept = mapping.iter().map(|(key, value)| (key.clone(), bare(value)));
    let kept: serde_yaml::Mapping = kept.filter(|(_, value)| !value.is_null()).collect();
    if kept.is_empty() { Value::Null } else { Value::Mapping(kept) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(old: &str, new: &str) -> Vec<String> {
        of_values(old, new)
            .into_iter()
            .map(|(_, subject, text)| format!("{subject}: {text}"))
            .collect()
    }

    #[test]
    fn each_value_is_told_by_itself() {
        let dns = "meshConfig:\n  defaultConfig:\n    proxyMetadata:\n      ISTIO_META_DNS_CAPTURE: \"true\"\n";
        let trust = "meshConfig:\n  trustDomain: a.acme\n  trustDomainAliases:\n  - b.acme\n";
        assert_eq!(said("", dns), ["DNS: sidecars answer for the names now"]);
        assert_eq!(said(dns, ""), ["DNS: sidecars no longer answer for the names"]);
        assert_eq!(
            said("", trust),
            [
                "trust domains: its workloads are of a.acme, were of cluster.local: who names them in policies must follow",
                "trust domains: certificates of b.acme are taken",
            ]
        );
        let other = trust.replace("b.acme", "c.acme");
        assert_eq!(
            said(trust, &other),
            [
                "trust domains: certificates of c.acme are taken",
                "trust domains: certificates of b.acme are no longer taken"
            ]
        );
        assert_eq!(
            said("", "global:\n  network: corp\n"),
            ["discovery: istiod is told otherwise of its mesh, its network or others' gateways"]
        );
        assert_eq!(said("", "pilot:\n  env: {}\nrevision: a\n"), ["istiod: is told otherwise"]);
        assert!(said(trust, trust).is_empty());
    }
}
