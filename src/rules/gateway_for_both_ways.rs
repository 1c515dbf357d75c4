//! CW0441: gateway-for-both-ways.

use std::collections::BTreeMap;

use crate::mesh::Mesh;
use crate::report::{Diagnostic, Report, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0441",
    name: "gateway-for-both-ways",
    severity: Severity::Error,
    summary: "one gateway for calls from other clusters and to them",
    explain: "What arrives at `gateway` may only go to the cluster's own backends, what arrives at `egress` only to other \
              clusters. Pods that are both take every call that is meant for either, so other clusters could have their \
              calls sent on from here. The two need pods and a Service each.",
    bad: include_str!("../../tests/rules/CW0441-gateway-for-both-ways/bad.toml"),
    good: include_str!("../../tests/rules/CW0441-gateway-for-both-ways/good.toml"),
};

/// Compares the two gateways of every cluster that has two.
pub fn check(mesh: &Mesh, report: &mut Report) {
    for cluster in &mesh.clusters {
        let (Some(inward), Some(outward)) = (&cluster.gateway, &cluster.egress) else { continue };
        if inward.namespace != outward.namespace {
            continue;
        }
        let same = if inward.service == outward.service {
            format!("the same Service, `{}` in namespace `{}`", inward.service, inward.namespace)
        } else if nested(&inward.selector, &outward.selector) {
            "the same pods, by `selector`".to_owned()
        } else {
            continue;
        };
        let message = format!("`gateway` and `egress` of `{}` are one and the same", cluster.name);
        let found = Diagnostic::new(&RULE, outward.span, message).label(same);
        let found = found.other(inward.span, "calls of other clusters arrive there");
        report.push(found.help("install a second gateway and say its `service` and `selector`"));
    }
}

/// Whether pods that one of the selectors picks are all picked by the other, too.
fn nested(one: &BTreeMap<String, String>, other: &BTreeMap<String, String>) -> bool {
    let within = |fewer: &BTreeMap<_, _>, more: &BTreeMap<_, _>| {
        fewer.iter().all(|(key, value)| more.get(key) == Some(value))
    };
    within(one, other) || within(other, one)
}
