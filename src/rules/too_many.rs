//! CW0111: too-many.

use crate::mesh::{Mesh, Service};
use crate::report::{Diagnostic, Report, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0111",
    name: "too-many",
    severity: Severity::Error,
    summary: "more ports or endpoints than a resource can hold",
    explain: "Istio's `ServiceEntry` holds at most 128 ports for each endpoint and at most 4096 endpoints; the API \
              server refuses one with more, and with it everything that is applied after it.",
    bad: include_str!("../../tests/rules/CW0111-too-many/bad.toml"),
    good: include_str!("../../tests/rules/CW0111-too-many/good.toml"),
};

/// `maxProperties` of `endpoints[].ports` in the CRD of `ServiceEntry` (istio.io/api, `customresourcedefinitions.gen.yaml`).
const PORTS: usize = 128;
/// `maxItems` of `endpoints` in the same CRD.
const ENDPOINTS: usize = 4096;

/// Checks every service.
pub fn check(mesh: &Mesh, report: &mut Report) {
    for service in &mesh.services {
        let ports = service.ports.len();
        if ports > PORTS {
            let message = format!("service `{}` has {ports} ports, at most {PORTS}", service.key);
            let found = Diagnostic::new(&RULE, service.span, message).label("too many ports");
            report.push(found.help("split it into several services"));
        }
        let endpoints = endpoints(mesh, service);
        if endpoints > ENDPOINTS {
            let message =
                format!("service `{}` has {endpoints} endpoints, at most {ENDPOINTS}", service.key);
            let found = Diagnostic::new(&RULE, service.span, message)
                .label("runs behind too many gateway addresses");
            report.push(found.help("name fewer addresses for each cluster's `gateway`"));
        }
    }
}

/// How many addresses a caller in a cluster without the service would have to choose from.
fn endpoints(mesh: &Mesh, service: &Service) -> usize {
    let gateways =
        service.backends.iter().filter_map(|backend| mesh[backend.cluster].gateway.as_ref());
    gateways.map(|gateway| gateway.addresses.len()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile;
    use crate::source::Source;

    /// The message about a service with so many ports behind so many gateway addresses, half of them in each of two clusters.
    fn said(ports: usize, addresses: usize) -> Option<String> {
        let port = |n: usize| format!("tcp-{n} = {}", 5000 + n);
        let address = |n: usize| format!("\"10.0.{}.{}\"", n / 256, n % 256);
        let list = |items: &mut dyn Iterator<Item = String>| items.collect::<Vec<_>>().join(", ");
        let text = format!(
            "[clusters.a]\nregion = \"r\"\ngateway = [{}]\n[clusters.b]\nregion = \"r\"\ngateway = [{}]\n\
             [services.s]\nnamespace = \"n\"\nclusters = [\"a\", \"b\"]\nports = {{ {} }}\n",
            list(&mut (0..addresses / 2).map(address)),
            list(&mut (addresses / 2..addresses).map(address)),
            list(&mut (0..ports).map(port)),
        );
        let report = compile::check(&Source::new("mesh.toml", &text), None).report;
        let mut messages = report.diagnostics().iter().map(|found| {
            assert_eq!(found.rule.code, RULE.code, "{}", found.message);
            found.message.clone()
        });
        messages.next()
    }

    #[test]
    fn as_many_as_the_crd_allows() {
        assert_eq!(said(PORTS, 2), None);
        assert_eq!(said(PORTS + 1, 2).unwrap(), "service `s` has 129 ports, at most 128");
        assert_eq!(said(1, ENDPOINTS), None);
        let one_more = said(1, ENDPOINTS + 1).unwrap();
        assert_eq!(one_more, "service `s` has 4097 endpoints, at most 4096");
    }
}
