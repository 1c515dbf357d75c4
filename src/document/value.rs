//! The forms of strings: names, hosts, addresses, durations, labels.
//!
//! Enters: a [`Value`]. Leaves: the string in its own type, or a diagnostic that says which form it should have.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use ipnet::Ipv4Net;

use super::read::Value;
use crate::report::Report;
use crate::rules::{
    invalid_address, invalid_duration, invalid_host, invalid_label, invalid_name, invalid_value,
    unsafe_path, unsupported_istio,
};
use crate::span::Spanned;

/// Where a gateway is reached.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Address {
    /// An IP address.
    Ip {
        /// The address.
        ip: IpAddr,
        /// Its one canonical form, which plans lend to resources.
        text: String,
    },
    /// A host name, resolved where it is called from.
    Host(String),
}

impl Address {
    /// As it is written in a resource; addresses in their one canonical form.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Ip { text, .. } => text,
            Self::Host(host) => host,
        }
    }

    /// The same, for whoever keeps it.
    #[must_use]
    pub fn text(&self) -> String {
        self.as_str().to_owned()
    }
}

/// Who may call, or whose calls a route takes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Caller {
    /// The cluster.
    pub cluster: String,
    /// The namespace; all where absent.
    pub namespace: Option<String>,
    /// The service account; all where absent.
    pub service_account: Option<String>,
}

impl std::fmt::Display for Caller {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.cluster)?;
        let rest = self.namespace.iter().chain(&self.service_account);
        rest.into_iter().try_for_each(|part| write!(f, "/{part}"))
    }
}

/// A release of Istio, without its patch number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct IstioVersion {
    /// `1` in `1.24`.
    pub major: u32,
    /// `24` in `1.24`.
    pub minor: u32,
}

impl std::fmt::Display for IstioVersion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// Reports a key or value that is not a DNS label; used for every name that becomes part of a host or of an object's name.
pub(super) fn check_name(name: &Spanned<String>, report: &mut Report) -> bool {
    let problem = invalid_name::check(name);
    let sound = problem.is_none();
    problem.into_iter().for_each(|found| report.push(found));
    sound
}

impl Value<'_> {
    /// A DNS label.
    pub fn name(&self, report: &mut Report) -> Option<Spanned<String>> {
        let text = self.text(report)?;
        check_name(&text, report).then_some(text)
    }

    /// A host name with at least one dot.
    pub fn host(&self, report: &mut Report) -> Option<Spanned<String>> {
        let text = self.text(report)?;
        match invalid_host::check(&text, &self.path) {
            Some(found) => report.push(found),
            None => return Some(text),
        }
        None
    }

    /// A host of an Istio object: a host name, `*` or a name below `*.`.
    pub fn host_pattern(&self, report: &mut Report) -> Option<Spanned<String>> {
        let text = self.text(report)?;
        match invalid_host::check_pattern(&text, &self.path) {
            Some(found) => report.push(found),
            None => return Some(text),
        }
        None
    }

    /// A name that a service is to have: a host name. One that is wrong only by its case goes on in lower case, and a wildcard goes on
    /// as it is, so that clashes with other names are found in the same run.
    pub fn service_host(&self, report: &mut Report) -> Option<Spanned<String>> {
        let text = self.text(report)?;
        let host = text.to_ascii_lowercase();
        let bare = host.strip_prefix("*.").unwrap_or(&host);
        if host != text.value {
            report.push(invalid_host::upper_case(&text, &self.path));
        }
        match invalid_host::check(&Spanned::new(bare.to_owned(), self.span), &self.path) {
            Some(found) => report.push(found),
            None => return Some(Spanned::new(host, self.span)),
        }
        None
    }

    /// A suffix of host names: one label or more.
    pub fn domain(&self, report: &mut Report) -> Option<Spanned<String>> {
        let text = self.text(report)?;
        match invalid_host::check_domain(&text, &self.path) {
            Some(found) => report.push(found),
            None => return Some(text),
        }
        None
    }

    /// An IP address or a host name that a gateway is reached at.
    pub fn address(&self, report: &mut Report) -> Option<Spanned<Address>> {
        let text = self.text(report)?;
        match invalid_address::parse(&text, &self.path) {
            Ok(address) => Some(Spanned::new(address, self.span)),
            Err(found) => {
                report.push(found);
                None
            }
        }
    }

    /// An IPv4 address of a name.
    pub fn ipv4(&self, report: &mut Report) -> Option<Spanned<Ipv4Addr>> {
        let text = self.text(report)?;
        if let Ok(address) = text.parse() {
            Some(Spanned::new(address, self.span))
        } else {
            report.push(invalid_address::not_ipv4(&text, &self.path));
            None
        }
    }

    /// An IPv4 range.
    pub fn cidr(&self, report: &mut Report) -> Option<Spanned<Ipv4Net>> {
        let text = self.text(report)?;
        match text.parse::<Ipv4Net>() {
            Ok(range) if range.addr() == range.network() => Some(Spanned::new(range, self.span)),
            Ok(range) => {
                report.push(invalid_address::host_bits(&text, &self.path, range));
                None
            }
            Err(_) => {
                report.push(invalid_address::not_a_range(&text, &self.path));
                None
            }
        }
    }

    /// A duration of at least one millisecond.
    pub fn duration(&self, report: &mut Report) -> Option<Spanned<Duration>> {
        let text = self.text(report)?;
        match invalid_duration::parse(&text, &self.path) {
            Ok(duration) => Some(Spanned::new(duration, self.span)),
            Err(found) => {
                report.push(found);
                None
            }
        }
    }

    /// Kubernetes labels; at least one.
    pub fn labels(&self, report: &mut Report) -> Option<Vec<(Spanned<String>, Spanned<String>)>> {
        let mut sound = true;
        let labels = self.map(report, |value, report| {
            let Some(text) = value.text(report) else {
                sound = false;
                return None;
            };
            let problems = [
                invalid_label::check_key(&value.key, &value.path),
                invalid_label::check_value(&text, &value.path),
            ];
            for found in problems.into_iter().flatten() {
                report.push(found);
                sound = false;
            }
            Some(text)
        })?;
        if labels.is_empty() && sound {
            report.push(invalid_value::empty(self.span, &self.path, "a label to choose pods by"));
            return None;
        }
        sound.then_some(labels)
    }

    /// The value of a label, such as that of a node's region; not empty.
    pub fn label_value(&self, report: &mut Report) -> Option<Spanned<String>> {
        let text = self.filled("the label's value", report)?;
        match invalid_label::check_value(&text, &self.path) {
            Some(found) => report.push(found),
            None => return Some(text),
        }
        None
    }

    /// `cluster[/namespace[/service-account]]`.
    pub fn caller(&self, report: &mut Report) -> Option<Spanned<Caller>> {
        let text = self.text(report)?;
        let parts: Vec<&str> = text.split('/').collect();
        let sound = matches!(parts.len(), 1..=3)
            && parts.iter().all(|part| invalid_name::is_label(part, 63));
        let (Some(cluster), true) = (parts.first(), sound) else {
            report.push(invalid_value::caller(&text, &self.path));
            return None;
        };
        let part = |index: usize| parts.get(index).map(|part| (*part).to_owned());
        let cluster = (*cluster).to_owned();
        let caller = Caller { cluster, namespace: part(1), service_account: part(2) };
        Some(Spanned::new(caller, self.span))
    }

    /// A release of Istio.
    pub fn istio(&self, report: &mut Report) -> Option<Spanned<IstioVersion>> {
        let text = self.text(report)?;
        match unsupported_istio::parse(&text, &self.path) {
            Ok(version) => Some(Spanned::new(version, self.span)),
            Err(found) => {
                report.push(found);
                None
            }
        }
    }

    /// A path below the document's folder.
    pub fn relative_path(&self, report: &mut Report) -> Option<Spanned<String>> {
        let text = self.text(report)?;
        match unsafe_path::check(&text, &self.path) {
            Some(found) => report.push(found),
            None => return Some(text),
        }
        None
    }

    /// A string that is not empty.
    pub fn filled(&self, what: &str, report: &mut Report) -> Option<Spanned<String>> {
        let text = self.text(report)?;
        if text.trim().is_empty() {
            report.push(invalid_value::empty(self.span, &self.path, what));
            return None;
        }
        Some(text)
    }
}
