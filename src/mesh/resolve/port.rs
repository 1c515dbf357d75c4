//! A service's ports.

use crate::document::PortTable;
use crate::mesh::{Port, Protocol};
use crate::report::Report;
use crate::rules::protocol_missing;
use crate::span::Spanned;

pub(super) fn ports(
    written: &[(Spanned<String>, PortTable)],
    path: &str,
    report: &mut Report,
) -> Vec<Port> {
    let mut ports: Vec<Port> =
        written.iter().filter_map(|(name, table)| port(name, table, path, report)).collect();
    ports.sort_by(|one, two| (one.number, &one.name).cmp(&(two.number, &two.name)));
    ports
}

fn port(
    name: &Spanned<String>,
    table: &PortTable,
    path: &str,
    report: &mut Report,
) -> Option<Port> {
    let number = table.port.given()?;
    if table.protocol.is_broken() {
        return None;
    }
    let said = table.protocol.given();
    let protocol = match said {
        Some(word) => Protocol::from_word(word.value),
        None => Protocol::from_port_name(name),
    };
    let Some(protocol) = protocol else {
        report.push(protocol_missing::found(name, number.value, path));
        return None;
    };
    Some(Port {
        name: name.value.clone(),
        number: number.value,
        protocol,
        span: name.span,
        number_span: number.span,
        protocol_span: said.map(|word| word.span),
    })
}
