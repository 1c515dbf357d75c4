//! The names of services, each the name of one, and their addresses.

use std::collections::BTreeMap;

use super::route::wanted;
use crate::document::{Document, ServiceTable};
use crate::mesh::address::{self, Room, Wanted};
use crate::mesh::{Mesh, Name, Service};
use crate::report::Report;
use crate::rules::{duplicate_host, invalid_host};
use crate::span::Span;

/// Gives every service its names and every name its address.
pub(super) fn give_addresses(mesh: &mut Mesh, document: &Document, report: &mut Report) {
    let mut unique: BTreeMap<String, (usize, Span)> = BTreeMap::new();
    let mut wanted = Vec::new();
    for (index, name) in written_names(mesh, document) {
        if let Some((first, span)) = unique.get(&name.host) {
            let (own, other) = (mesh.services.get(index), mesh.services.get(*first));
            let key =
                |service: Option<&Service>| service.map_or("", |service| &service.key).to_owned();
            report.push(duplicate_host::found(
                name.span,
                &name.host,
                &key(own),
                *span,
                &key(other),
            ));
        } else {
            unique.insert(name.host.clone(), (index, name.span));
            wanted.push(name);
        }
    }
    let wildcards: Vec<Wanted> =
        wanted.extract_if(.., |name| name.host.starts_with("*.")).collect();
    for wildcard in wildcards {
        let covers =
            wanted.iter().find(|name| name.host.ends_with(wildcard.host.trim_start_matches('*')));
        report.push(match covers {
            Some(name) => {
                duplicate_host::covered(wildcard.span, &wildcard.host, name.span, &name.host)
            }
            None => invalid_host::wildcard(wildcard.span, &wildcard.host),
        });
    }
    let given = address::allocate(&wanted, Room::of(&mesh.settings), &mut mesh.lock, report);
    for Wanted { host, span, .. } in wanted {
        let index = unique.get(&host).map(|(index, _)| *index);
        let service = index.and_then(|index| mesh.services.get_mut(index));
        if let (Some(service), Some(vip)) = (service, given.get(&host)) {
            let pins = service.pins.iter_mut().flat_map(|pin| [&mut pin.to, &mut pin.out]);
            match pins.into_iter().find(|(name, _)| *name == host) {
                Some((_, address)) => *address = Some(*vip),
                None => service.names.push(Name { host, vip: *vip, span }),
            }
        }
    }
}

/// The names that the document says, each with its service's index, in the order of the file.
fn written_names(mesh: &Mesh, document: &Document) -> Vec<(usize, Wanted)> {
    let tables: BTreeMap<&str, &ServiceTable> =
        document.services.iter().map(|(key, table)| (key.value.as_str(), table)).collect();
    let mut names = Vec::new();
    for (index, service) in mesh.services.iter().enumerate() {
        let Some(table) = tables.get(service.key.as_str()) else { continue };
        let host = format!("{}.{}.{}", service.name, service.namespace, mesh.settings.domain.value);
        names.push((index, Wanted { host, span: service.span, vip: table.vip.given().cloned() }));
        for host in table.hosts.given().into_iter().flatten() {
            names.push((index, Wanted { host: host.value.clone(), span: host.span, vip: None }));
        }
        names.extend(wanted(service, mesh).into_iter().map(|wanted| (index, wanted)));
    }
    names.sort_by_key(|(_, name)| name.span);
    names
}
