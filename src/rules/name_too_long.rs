//! CW0302: name-too-long.

use crate::mesh::{Mesh, passthrough_sni};
use crate::report::{Diagnostic, Report, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0302",
    name: "name-too-long",
    severity: Severity::Error,
    summary: "a derived name that becomes too long",
    explain: "From a service's names cwc derives others: the export name by which gateways know it, and the SNI \
              that a caller's sidecar sends, `outbound_.PORT_._.NAME`. A host name has at most 253 characters and \
              an SNI at most 255, so a name may be legal and still too long.",
    bad: include_str!("../../tests/rules/CW0302-name-too-long/bad.toml"),
    good: include_str!("../../tests/rules/CW0302-name-too-long/good.toml"),
};

/// The longest host name.
const HOST: usize = 253;
/// The longest SNI that a TLS library sends (`TLSEXT_MAXLEN_host_name` of OpenSSL and `BoringSSL`).
const SNI: usize = 255;

/// Checks the names that are derived from each service.
pub fn check(mesh: &Mesh, report: &mut Report) {
    for service in &mesh.services {
        let export = service.export_name(&mesh.settings.domain);
        if let Some(name) = service.names.first().filter(|name| name.host.len() > HOST) {
            let sum = format!(
                "`{}` + `.{}` + `.{}`",
                service.name, service.namespace, mesh.settings.domain.value
            );
            let (one, two, three) =
                (service.name.len(), service.namespace.len() + 1, mesh.settings.domain.len() + 1);
            let message = format!(
                "the name of service `{}` has {} characters, at most {HOST}",
                service.key,
                name.host.len()
            );
            let found = Diagnostic::new(&RULE, service.span, message)
                .label(format!("{one} + {two} + {three}"));
            report.push(found.help(format!("shorten a part of {sum}")));
            continue;
        }
        let Some(port) = service.ports.iter().max_by_key(|port| port.number) else { continue };
        let sni = passthrough_sni(port.number, &export);
        if sni.len() > SNI {
            let prefix = sni.len() - export.len();
            let message = format!(
                "the SNI of service `{}` has {} characters, at most {SNI}",
                service.key,
                sni.len()
            );
            let label = format!(
                "`outbound_.{}_._.` has {prefix}, the export name {}",
                port.number,
                export.len()
            );
            let found = Diagnostic::new(&RULE, service.span, message).label(label);
            report.push(
                found.help("shorten the service's name, its namespace or the mesh's `domain`"),
            );
        }
    }
}
