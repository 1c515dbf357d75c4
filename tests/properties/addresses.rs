//! 10,000 random edits, the lock carried from build to build.

use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;

use cwc::compile;
use cwc::mesh::Lock;
use cwc::report::Report;
use cwc::report::text::{Sources, Style, render};
use cwc::source::Source;

use crate::Random;

/// A service of the document that is edited.
#[derive(Clone)]
struct Service {
    key: String,
    namespace: String,
    hosts: Vec<String>,
    vip: Option<Ipv4Addr>,
}

impl Service {
    fn main_host(&self) -> String {
        format!("{}.{}.global", self.key, self.namespace)
    }
}

fn document(services: &[Service]) -> String {
    let mut text = String::from(
        "[mesh]\nvip-pool = \"240.0.4.0/24\"\n\n[clusters.east]\ngateway = \"203.0.113.10\"\n",
    );
    for service in services {
        text.push_str(&format!(
            "\n[services.{}]\nnamespace = \"{}\"\nports = {{ tcp = 5432 }}\nclusters = [\"east\"]\nhosts = {:?}\n",
            service.key, service.namespace, service.hosts
        ));
        if let Some(vip) = service.vip {
            text.push_str(&format!("vip = \"{vip}\"\n"));
        }
    }
    text
}

/// The addresses of all names, and the lock as a build would write it.
fn build(text: &str, lock: Option<&str>, step: usize) -> (BTreeMap<String, Ipv4Addr>, String) {
    let mesh = Source::new("mesh.toml", text);
    let lock = lock.map(|lock| Source::new("mesh.lock", lock));
    let checked = compile::check(&mesh, lock.as_ref());
    let style = Style { color: false, unicode: true };
    let drawn = || {
        let sources = Sources { mesh: &mesh, lock: lock.as_ref() };
        format!("step {step}:\n{}\n{text}", render(&checked.report, sources, style))
    };
    let Some(checked_mesh) = &checked.mesh else { panic!("{}", drawn()) };
    assert!(checked.report.diagnostics().is_empty(), "{}", drawn());
    let mesh = checked_mesh.mesh();
    let names = mesh.services.iter().flat_map(|service| &service.names);
    (names.map(|name| (name.host.clone(), name.vip)).collect(), mesh.lock.text())
}

/// Changes something about the services; the pools of names are small, so that removed ones come back and hashes collide.
fn edit(services: &mut Vec<Service>, addresses: &BTreeMap<String, Ipv4Addr>, random: &mut Random) {
    let taken = |services: &[Service], key: &str| services.iter().any(|one| one.key == key);
    let fresh_key = |random: &mut Random| format!("s{}", random.below(60));
    let at = if services.is_empty() { 0 } else { random.below(services.len()) };
    match random.below(8) {
        0 | 1 => {
            let key = fresh_key(random);
            if !taken(services, &key) {
                let namespace = ["shop", "bank"][random.below(2)].to_owned();
                let at = random.below(services.len() + 1);
                services.insert(at, Service { key, namespace, hosts: Vec::new(), vip: None });
            }
        }
        2 if !services.is_empty() => drop(services.remove(at)),
        3 if !services.is_empty() => {
            let key = fresh_key(random);
            if !taken(services, &key) {
                services[at].key = key;
                services[at].vip = None;
            }
        }
        4 => random.shuffle(services),
        5 if !services.is_empty() => {
            let host = format!("h{}.global", random.below(30));
            if !services.iter().any(|one| one.hosts.contains(&host)) {
                services[at].hosts.push(host);
            }
        }
        6 if !services.is_empty() => drop(services[at].hosts.pop()),
        // To write down the address that a name has, or no longer to, moves nothing.
        7 if !services.is_empty() => {
            services[at].vip = match services[at].vip {
                None => addresses.get(&services[at].main_host()).copied(),
                Some(_) => None,
            };
        }
        _ => {}
    }
}

#[test]
fn no_edit_moves_the_address_of_a_name_that_stays() {
    let mut random = Random(1);
    let mut services = Vec::new();
    let mut lock: Option<String> = None;
    let mut addresses: BTreeMap<String, Ipv4Addr> = BTreeMap::new();
    // Of every name that ever was: a removed one keeps its slot.
    let mut ever: BTreeMap<String, Ipv4Addr> = BTreeMap::new();
    for step in 0..10_000 {
        edit(&mut services, &addresses, &mut random);
        let (now, text) = build(&document(&services), lock.as_deref(), step);
        for (name, address) in &now {
            let before = *ever.entry(name.clone()).or_insert(*address);
            assert_eq!(*address, before, "step {step}: {name} moved");
        }
        let unique: BTreeSet<&Ipv4Addr> = ever.values().collect();
        assert_eq!(unique.len(), ever.len(), "step {step}: one address for two names");
        (addresses, lock) = (now, Some(text));
    }
    assert!(ever.len() > 140, "only {} names were tried", ever.len());
}

#[test]
fn the_lock_reads_back_as_it_was_written() {
    let mut random = Random(2);
    let mut services = Vec::new();
    let mut lock: Option<String> = None;
    for step in 0..200 {
        edit(&mut services, &BTreeMap::new(), &mut random);
        let (_, text) = build(&document(&services), lock.as_deref(), step);
        let mut report = Report::new();
        let read = Lock::parse(&Source::new("mesh.lock", &text), &mut report);
        assert!(report.diagnostics().is_empty(), "{text}");
        assert_eq!(read.text(), text);
        lock = Some(text);
    }
}

#[test]
fn the_order_of_the_lock_and_its_comments_have_no_effect() {
    let services: Vec<Service> = (0..40)
        .map(|number| Service {
            key: format!("s{number}"),
            namespace: "shop".to_owned(),
            hosts: Vec::new(),
            vip: None,
        })
        .collect();
    let (addresses, text) = build(&document(&services), None, 0);
    let (head, lines) = text.split_once("[addresses]\n").unwrap();
    let mut lines: Vec<&str> = lines.lines().collect();
    let mut random = Random(3);
    for step in 0..20 {
        random.shuffle(&mut lines);
        let shuffled = format!("{head}[addresses]\n# a note\n{}\n", lines.join("\n\n"));
        let (again, written) = build(&document(&services), Some(&shuffled), step);
        assert_eq!(again, addresses);
        assert_eq!(written, text);
    }
}
