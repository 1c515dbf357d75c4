//! CW0453: needs-newer-istio.

use crate::mesh::{Mesh, release};
use crate::report::{Diagnostic, Report, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0453",
    name: "needs-newer-istio",
    severity: Severity::Error,
    summary: "what is said needs a newer Istio than a cluster has",
    explain: "What cwc generates for a cluster fits the release of Istio that the document says is there, `istio` of the cluster or of the mesh. The field \
              that this key becomes is not in the API of that release: it would be refused or, worse, dropped in silence. \
              `docs/istio-versions.md` lists what needs which release.",
    bad: include_str!("../../tests/rules/CW0453-needs-newer-istio/bad.toml"),
    good: include_str!("../../tests/rules/CW0453-needs-newer-istio/good.toml"),
};

/// Checks what services and backends say against the clusters that call them.
pub fn check(mesh: &Mesh, report: &mut Report) {
    let feature = &release::PING;
    let mut seen = Vec::new();
    for service in &mesh.services {
        let policies = service.backends.iter().map(|backend| &backend.policy);
        let said = policies.chain([&service.policy]).flat_map(|said| {
            [said.ping.interval.as_ref(), said.ping.timeout.as_ref()].into_iter().flatten()
        });
        for said in said.map(|said| said.span) {
            let mut old = mesh.clusters.iter().filter(|cluster| !feature.is_in(cluster.istio));
            if let (Some(cluster), false) = (old.next(), seen.contains(&said)) {
                seen.push(said);
                let message = format!(
                    "`{}` needs Istio {}, and cluster `{}` has {}",
                    feature.key, feature.needs, cluster.name, cluster.istio
                );
                let found = Diagnostic::new(&RULE, said, message).label(format!(
                    "`http2KeepAlive` of DestinationRule is new in {}",
                    feature.needs
                ));
                let found = found.other(cluster.span, format!("has Istio {}", cluster.istio));
                report.push(found.help(format!(
                    "take it out: where Istio is {} or newer and there is another place to go to, pings are sent anyway; or say the release that runs there, `istio = \"{}\"`",
                    feature.needs, feature.needs
                )));
            }
        }
    }
}
