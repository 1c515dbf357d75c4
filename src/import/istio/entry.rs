//! `ServiceEntry`s: a name, its ports, and the gateways that its calls go to.
//!
//! Enters: the objects. Leaves: [`Entry`]s of names below `global`; others are no services of the fleet, and are said.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use super::super::{Item, Notes, PortDraft, Weight, port};
use super::{DOMAIN, left_out};
use crate::mesh::Protocol;
use crate::mesh::address::DEFAULT_POOL;

/// What a `ServiceEntry` says.
pub(super) struct Entry<'t> {
    pub item: Item<'t>,
    pub name: String,
    pub namespace: String,
    pub hosts: Vec<String>,
    pub vip: Option<Ipv4Addr>,
    pub ports: Vec<PortDraft>,
    /// The addresses of gateways of other clusters, each with its labels.
    pub remote: Vec<(String, BTreeMap<String, String>)>,
    /// The Kubernetes Services of the cluster itself.
    pub local: Vec<String>,
    /// Whether calls leave by the egress gateway.
    pub egress: bool,
}

/// Reads an entry.
pub(super) fn read<'t>(object: &Item<'t>, notes: &mut Notes) -> Option<Entry<'t>> {
    let spec = object.required("spec", notes)?;
    let hosts = spec.required("hosts", notes)?;
    let hosts: Vec<&str> = hosts.list(notes).iter().filter_map(Item::as_text).collect();
    let suffix = format!(".{DOMAIN}");
    if hosts.is_empty() || hosts.iter().any(|host| !host.ends_with(&suffix)) {
        left_out(object, "not all of its names are below `global`", notes);
        return None;
    }
    let identity = hosts.iter().find_map(|host| {
        let (name, namespace) = host.strip_suffix(&suffix)?.split_once('.')?;
        (!namespace.contains('.') && name != "*").then_some((name, namespace))
    });
    let Some((name, namespace)) = identity else {
        left_out(object, "none of its names is NAME.NAMESPACE.global", notes);
        return None;
    };
    let items = spec.required("ports", notes)?.list(notes);
    let ports = items.iter().filter_map(|item| ported(item, name, notes)).collect();
    let mut entry = Entry {
        item: object.clone(),
        name: name.to_owned(),
        namespace: namespace.to_owned(),
        hosts: hosts.iter().map(|host| (*host).to_owned()).collect(),
        vip: spec.get("addresses").and_then(|item| vip(&item, name, notes)),
        ports,
        remote: Vec::new(),
        local: Vec::new(),
        egress: false,
    };
    let endpoints = spec.get("endpoints").map_or_else(Vec::new, |item| item.list(notes));
    for endpoint in &endpoints {
        let Some(address) = endpoint.required("address", notes).and_then(|item| item.text(notes))
        else {
            continue;
        };
        if !address.ends_with(".svc.cluster.local") {
            let labels = endpoint.get("labels").map(|item| item.texts()).unwrap_or_default();
            entry.remote.push((address.to_owned(), labels));
        } else if address.starts_with("istio-egressgateway.") {
            entry.egress = true;
        } else {
            entry.local.push(address.to_owned());
        }
    }
    if entry.remote.is_empty() && entry.local.is_empty() {
        left_out(object, "it has no endpoint in a cluster", notes);
        return None;
    }
    Some(entry)
}

fn ported(item: &Item<'_>, service: &str, notes: &mut Notes) -> Option<PortDraft> {
    let number = item.required("number", notes)?.port(notes)?;
    let name = item.required("name", notes)?.text(notes)?;
    let word = item.required("protocol", notes)?.text(notes)?;
    let Some(speaks) = Protocol::from_word(&word.to_ascii_lowercase()) else {
        item.say(Weight::LeftOut, format!("port {number} of `{service}`: it speaks {word}"), notes);
        return None;
    };
    let found = port(name, number, speaks);
    // The recipe counts its ports: `http1` says nothing to Istio of today.
    let counted = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let bare = Protocol::from_port_name(name).is_none() && counted == speaks.word();
    Some(if bare { port(counted, number, speaks) } else { found })
}

fn vip(item: &Item<'_>, service: &str, notes: &mut Notes) -> Option<Ipv4Addr> {
    let items = item.list(notes);
    let text = items.first()?.text(notes)?;
    match text.parse::<Ipv4Addr>() {
        Ok(ip) if DEFAULT_POOL.contains(&ip) => Some(ip),
        _ => {
            let message = format!(
                "the address {text} of `{service}`: names get theirs from the mesh's `vip-pool`"
            );
            item.say(Weight::LeftOut, message, notes);
            None
        }
    }
}
