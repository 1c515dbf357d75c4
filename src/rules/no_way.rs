//! CW0602: no-way.

use std::collections::BTreeSet;

use crate::mesh::path::{NoWay, drawn, path};
use crate::mesh::{ClusterId, Mesh};
use crate::report::{Diagnostic, Report, Rule, Severity};
use crate::span::Spanned;

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0602",
    name: "no-way",
    severity: Severity::Error,
    summary: "clusters between which there is no way",
    explain: "`via` sends all calls of a cluster through another one's gateway, and `behind` makes a cluster \
              reachable only through another one's. Each cluster on such a way needs a gateway, and the way must \
              not come back to a cluster that it passed: a call would go round for ever.",
    bad: include_str!("../../tests/rules/CW0602-no-way/bad.toml"),
    good: include_str!("../../tests/rules/CW0602-no-way/good.toml"),
};

/// Checks the ways between all clusters.
pub fn check(mesh: &Mesh, report: &mut Report) {
    for cluster in &mesh.clusters {
        for (key, link) in [("via", &cluster.via), ("behind", &cluster.behind)] {
            let Some(link) = link else { continue };
            let other = &mesh[link.value];
            if other.name == cluster.name {
                let message = format!("`{}` is {key} itself", cluster.name);
                let found = Diagnostic::new(&RULE, link.span, message).label("its own name");
                report.push(found.help("name another cluster, or take the key out"));
                continue;
            }
            if other.gateway.is_none() && !other.gateway_broken {
                let message =
                    format!("`{}` is {key} `{}`, which has no gateway", cluster.name, other.name);
                let found =
                    Diagnostic::new(&RULE, link.span, message).label("nothing can go through it");
                let found = found.other(other.span, "no `gateway`");
                report.push(
                    found.help(format!(
                        "add `gateway = \"ADDRESS\"` to `[clusters.{}]`",
                        other.name
                    )),
                );
            }
        }
        if let (Some(behind), None, false) =
            (&cluster.behind, &cluster.gateway, cluster.gateway_broken)
        {
            let message =
                format!("`{}` is behind another cluster and has no gateway itself", cluster.name);
            let found =
                Diagnostic::new(&RULE, behind.span, message).label("nothing to reach it at");
            report.push(
                found.help(format!("add `gateway = \"ADDRESS\"` to `[clusters.{}]`", cluster.name)),
            );
        }
    }
    if mesh.has_hops {
        circles(mesh, report);
    }
}

fn circles(mesh: &Mesh, report: &mut Report) {
    let mut seen = BTreeSet::new();
    for from in mesh.cluster_ids() {
        for to in mesh.cluster_ids() {
            let (passed, behind) = match path(mesh, from, to) {
                Err(NoWay::Circle(passed)) => (passed, false),
                Err(NoWay::Behind(entered)) => (entered, true),
                Ok(_) | Err(NoWay::NoGateway(_)) => continue,
            };
            let last = passed.last().copied();
            let circle: Vec<ClusterId> =
                passed.iter().copied().skip_while(|id| Some(*id) != last).collect();
            let members: BTreeSet<ClusterId> = circle.iter().copied().collect();
            // A cluster that names itself is told of above.
            if members.len() == 1 || !seen.insert(members) {
                continue;
            }
            let links = |id: &ClusterId| {
                let cluster = &mesh[*id];
                // Where clusters are behind each other, no `via` makes a difference.
                [("via", &cluster.via), ("behind", &cluster.behind)]
                    .into_iter()
                    .filter(move |(key, _)| !behind || *key == "behind")
                    .filter_map(|(key, link)| Some((key, link.as_ref()?)))
            };
            let mut links: Vec<(&str, &Spanned<ClusterId>)> =
                circle.iter().skip(1).flat_map(links).collect();
            links.sort_by_key(|(_, link)| link.span);
            let Some((_, first)) = links.first() else { continue };
            let (one, two) = (&mesh[from].name, &mesh[to].name);
            let message = if behind {
                format!("clusters are behind each other: {}", drawn(mesh, &circle))
            } else {
                format!("calls from `{one}` to `{two}` go in a circle: {}", drawn(mesh, &passed))
            };
            let found = Diagnostic::new(&RULE, first.span, message).label("part of the circle");
            let found = links.iter().skip(1).fold(found, |found, (key, link)| {
                found.other(link.span, format!("and this `{key}`"))
            });
            report.push(found.help("take one of these keys out"));
        }
    }
}
