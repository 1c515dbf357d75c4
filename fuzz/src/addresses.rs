//! Any sequence of edits of the services, the lock carried from build to build: no address of a name that stays moves.
//!
//! Enters: bytes, two an edit: which service comes, goes, is renamed or gets another host, in a pool so small that it is full at times.

use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;

use cwc::compile;
use cwc::source::Source;

/// So many edits are looked at.
const EDITS: usize = 40;

pub fn run(bytes: &[u8]) {
    let mut services: BTreeMap<u8, BTreeSet<u8>> = BTreeMap::new();
    let mut lock: Option<String> = None;
    let mut ever: BTreeMap<String, Ipv4Addr> = BTreeMap::new();
    for pair in bytes.chunks_exact(2).take(EDITS) {
        let [what, which] = [pair[0], pair[1] % 24];
        match what % 4 {
            0 => drop(services.entry(which).or_default()),
            1 => drop(services.remove(&which)),
            2 => {
                let hosts = services.remove(&which).unwrap_or_default();
                services.entry(what >> 2).or_insert(hosts);
            }
            _ => {
                let free = !services.values().any(|hosts| hosts.contains(&(what >> 2)));
                let hosts = services.get_mut(&which).filter(|_| free);
                hosts.map(|hosts| hosts.insert(what >> 2));
            }
        }
        let Some(now) = built(&services, lock.as_deref()) else { continue };
        for (name, address) in &now.0 {
            let before = *ever.entry(name.clone()).or_insert(*address);
            assert_eq!(*address, before, "{name} moved");
        }
        let unique: BTreeSet<&Ipv4Addr> = ever.values().collect();
        assert_eq!(unique.len(), ever.len(), "one address for two names");
        lock = Some(now.1);
    }
}

/// The addresses and the lock; nothing where the pool is full.
fn built(
    services: &BTreeMap<u8, BTreeSet<u8>>,
    lock: Option<&str>,
) -> Option<(Vec<(String, Ipv4Addr)>, String)> {
    let mut text = String::from(
        "[mesh]\nvip-pool = \"240.0.4.0/27\"\n\n[clusters.east]\ngateway = \"203.0.113.10\"\n",
    );
    for (key, hosts) in services {
        let hosts: Vec<String> = hosts.iter().map(|host| format!("h{host}.global")).collect();
        text.push_str(&format!(
            "[services.s{key}]\nnamespace = \"shop\"\nports = {{ tcp = 5432 }}\nclusters = [\"east\"]\nhosts = {hosts:?}\n"
        ));
    }
    let lock = lock.map(|lock| Source::new("mesh.lock", lock));
    let checked = compile::check(&Source::new("mesh.toml", &text), lock.as_ref());
    let Some(mesh) = &checked.mesh else {
        let full =
            checked.report.diagnostics().iter().any(|found| found.rule.name == "pool-exhausted");
        assert!(full, "{:?}\n{text}", checked.report.diagnostics());
        return None;
    };
    let names = mesh.mesh().services.iter().flat_map(|service| &service.names);
    let addresses = names.map(|name| (name.host.clone(), name.vip)).collect();
    Some((addresses, mesh.mesh().lock.text()))
}
