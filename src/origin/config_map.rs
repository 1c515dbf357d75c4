//! Where the lines of a `ConfigMap` come from: the names that a name server answers for, old and new.

use std::collections::BTreeSet;

use super::{Origins, Places};
use crate::changes::ObjectChange;
use crate::mesh::Name;

impl Origins<'_> {
    pub(super) fn config_map(&self, change: &ObjectChange, places: &mut Places) {
        let text = |piece: &Option<crate::changes::Piece>| {
            piece.as_ref().map_or_else(String::new, |piece| piece.text.clone())
        };
        let (old, new) = (text(&change.old), text(&change.new));
        let (old, new) = (hosts(&old), hosts(&new));
        let names = self.plan.services.iter().flat_map(|service| &service.service.names);
        let names: Vec<&Name> = names.collect();
        let of = |host: &str| names.iter().find(|name| name.host == host).copied();
        for (host, _) in new.difference(&old) {
            places.direct.extend(of(host).map(|name| name.span));
        }
        for (host, _) in old.difference(&new) {
            match of(host) {
                Some(name) => places.direct.push(name.span),
                None => places.gone.push((*host).to_owned()),
            }
        }
    }
}

/// The names in a ConfigMap, each with what is said of it: a record of a zone, a line of hosts, or a stub domain.
fn hosts(text: &str) -> BTreeSet<(&str, &str)> {
    let host = |line| -> Option<(&str, &str)> {
        let words: Vec<&str> = str::split_whitespace(line).collect();
        match *words.as_slice() {
            [host, "IN", "A", address] => Some((host.strip_suffix('.')?, address)),
            [address, host] if address.parse::<std::net::Ipv4Addr>().is_ok() => {
                Some((host, address))
            }
            [zone, server] if server.starts_with('[') => {
                Some((zone.trim_matches(['"', ':']), server.trim_end_matches(',')))
            }
            _ => None,
        }
    };
    text.lines().filter_map(host).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_in_every_form() {
        let text = "    a.b.global. IN A 240.0.0.1\n        240.0.0.2 a.example.com\n      \"global\": [\"x\"],\n    errors\n";
        let expected =
            [("a.b.global", "240.0.0.1"), ("a.example.com", "240.0.0.2"), ("global", "[\"x\"]")];
        assert_eq!(hosts(text), expected.into());
    }
}
