//! What somebody else applied to a cluster, as far as it may meet what is generated.

use std::collections::BTreeMap;

use crate::span::{Span, Spanned};

/// The Istio objects of somebody else in a cluster.
#[derive(Clone, Debug, Default)]
pub struct Existing {
    /// Servers of Gateways.
    pub gateways: Vec<ExistingGateway>,
    /// The hosts of `ServiceEntries`.
    pub service_entries: Vec<Spanned<String>>,
    /// The hosts of `VirtualServices`.
    pub virtual_services: Vec<Spanned<String>>,
    /// The hosts of `DestinationRules`.
    pub destination_rules: Vec<Spanned<String>>,
}

/// A server of a Gateway of somebody else.
#[derive(Clone, Debug)]
pub struct ExistingGateway {
    /// The Gateway's name.
    pub name: String,
    /// Where that stands.
    pub span: Span,
    /// Its port.
    pub port: Spanned<u16>,
    /// What it takes there.
    pub protocol: Taken,
    /// Its hosts.
    pub hosts: Vec<Spanned<String>>,
    /// The labels of its pods; those of the cluster's gateway where absent.
    pub selector: Option<BTreeMap<String, String>>,
}

/// What a server takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// TLS.
    Tls,
    /// HTTP in plain text.
    Http,
    /// Anything in plain text.
    Tcp,
}

/// Whether a host, which may be `*` or begin with `*.`, stands for a name.
#[must_use]
pub fn covers(host: &str, name: &str) -> bool {
    match host.strip_prefix('*') {
        None => host == name,
        Some(rest) => name.strip_suffix(rest).is_some_and(|before| !before.is_empty()),
    }
}

impl ExistingGateway {
    /// Whether its pods may be those that a selector picks: no label tells them apart.
    #[must_use]
    pub fn may_share(&self, selector: &BTreeMap<String, String>) -> bool {
        let same = |(key, value)| selector.get(key).is_none_or(|other: &String| other == value);
        self.selector.as_ref().is_none_or(|own| own.iter().all(same))
    }
}

#[cfg(test)]
mod tests {
    use super::covers;

    #[test]
    fn a_wildcard_stands_for_what_is_below_it_and_not_for_itself() {
        assert!(covers("*", "reviews.global") && covers("*.global", "reviews.bookinfo.global"));
        assert!(covers("reviews.global", "reviews.global"));
        for host in ["*.reviews.global", "*.lobal", "global", "*.local"] {
            assert!(!covers(host, "reviews.global"), "{host}");
        }
        assert!(!covers("*.global", ".global"));
    }
}
