//! What a CoreDNS reads: server blocks, and the file of the mesh's zone.
//!
//! The mesh's domain is a zone of its own, so that what is not in it does not exist, and that a name without an IPv6 address is a name: clients that
//! ask for one get an empty answer. CoreDNS' plugin `hosts` could do neither: it has no SOA record and calls it a failure of the server
//! (`plugin/hosts/hosts.go`). It serves the names that lie in zones of others, of which everything else is asked elsewhere.

use std::fmt::Write as _;

use crate::mesh::Name;
use crate::plan::CalledNames;

/// The name of the zone's file.
pub(super) const FILE: &str = "cwc.db";

/// How long an answer holds, in seconds.
const TTL: u32 = 60;

/// The server blocks: one for the domain, with what else it does, and one for each name outside of it.
pub(super) fn server_blocks(
    domain: &str,
    file: &str,
    probes: &[&str],
    names: &CalledNames<'_>,
) -> String {
    let mut text = format!("{domain} {{\n    errors\n    file {file}\n");
    text.extend(probes.iter().map(|probe| format!("    {probe}\n")));
    text.push_str("}\n");
    for Name { host, vip, .. } in &names.outside {
        let _ = write!(
            text,
            "{host} {{\n    errors\n    cache 30\n    hosts {{\n        {vip} {host}\n        ttl {TTL}\n        \
             fallthrough\n    }}\n    forward . /etc/resolv.conf\n}}\n"
        );
    }
    text
}

/// The zone of the domain: every name's address. Its serial number follows from its names, as CoreDNS reads a file anew when that is another.
pub(super) fn zone_file(domain: &str, names: &[&Name]) -> String {
    let mut records = String::new();
    for Name { host, vip, .. } in names {
        let _ = writeln!(records, "{host}. IN A {vip}");
    }
    let serial = fnv1a(&records);
    // How long the absence of a name may be remembered is the last number.
    let start = format!(
        "$TTL {TTL}\n{domain}. IN SOA ns.invalid. cwc.invalid. {serial} 3600 600 86400 30\n"
    );
    start + &records
}

/// FNV-1a, 32 bits.
fn fnv1a(text: &str) -> u32 {
    text.bytes()
        .fold(0x811c_9dc5, |hash: u32, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::{File, Span};

    fn name(host: &str, vip: [u8; 4]) -> Name {
        Name { host: host.to_owned(), vip: vip.into(), span: Span::new(File::Mesh, 0..0) }
    }

    #[test]
    fn the_hash_is_the_published_one() {
        assert_eq!(fnv1a(""), 0x811c_9dc5);
        assert_eq!(fnv1a("a"), 0xe40c_292c);
    }

    #[test]
    fn the_serial_number_is_another_when_an_address_is() {
        let (one, two) = (name("a.b.global", [240, 0, 0, 1]), name("a.b.global", [240, 0, 0, 2]));
        let serial = |name: &Name| {
            let text = zone_file("global", &[name]);
            text.lines().nth(1).unwrap().to_owned()
        };
        assert_ne!(serial(&one), serial(&two));
        assert_eq!(serial(&one), serial(&one));
    }

    #[test]
    fn what_lies_outside_has_a_block_that_asks_on_for_all_but_the_name() {
        let (inside, outside) =
            (name("a.b.global", [240, 0, 0, 1]), name("a.example.com", [240, 0, 0, 2]));
        let names = CalledNames { inside: vec![&inside], outside: vec![&outside] };
        let text = server_blocks("global", "/zone", &["health"], &names);
        let (own, other) = text.split_once("a.example.com {").unwrap();
        assert_eq!(own, "global {\n    errors\n    file /zone\n    health\n}\n");
        assert!(other.contains("240.0.0.2 a.example.com\n"), "{other}");
        assert!(other.contains("fallthrough\n    }\n    forward . "), "{other}");
    }
}
