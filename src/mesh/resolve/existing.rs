//! The objects of somebody else in a cluster.

use super::labels;
use crate::document::{ClusterTable, ExistingGatewayTable};
use crate::mesh::{Existing, ExistingGateway, Taken};
use crate::span::Spanned;

pub(super) fn existing(table: &ClusterTable) -> Existing {
    let Some(table) = table.existing.given() else { return Existing::default() };
    Existing {
        gateways: table.gateways.iter().filter_map(|(name, table)| gateway(name, table)).collect(),
        service_entries: table.service_entries.clone(),
        virtual_services: table.virtual_services.clone(),
        destination_rules: table.destination_rules.clone(),
    }
}

fn gateway(name: &Spanned<String>, table: &ExistingGatewayTable) -> Option<ExistingGateway> {
    let port = table.port.given()?;
    Some(ExistingGateway {
        name: name.value.clone(),
        span: name.span,
        port: Spanned::new(u16::try_from(port.value).ok()?, port.span),
        protocol: match table.protocol.given().map_or("tls", |word| word.value) {
            "http" => Taken::Http,
            "tcp" => Taken::Tcp,
            _ => Taken::Tls,
        },
        hosts: table.hosts.given()?.clone(),
        selector: table.selector.given().map(|selector| labels(selector)),
    })
}
