//! The endpoints behind a name: in which order a proxy turns to them, and in which shares.
//!
//! The order is Istio's (`pilot/pkg/networking/core/loadbalancer/loadbalancer.go`), what becomes of it when some fail is Envoy's
//! (its documentation on load balancing, "priority levels" and "locality weighted load balancing").

use super::object::{LocalityLbSetting, PortPolicy, WorkloadEntry};
use super::{Branch, Step};

/// A host counts for so much more than it is, so that a priority may lose some before the next one gets calls.
const OVERPROVISIONING: f64 = 1.4;

/// An endpoint, followed.
pub(super) struct Member<'o> {
    pub(super) endpoint: &'o WorkloadEntry,
    pub(super) step: Step,
}

/// Gives each member its turn and its share; `locality` is that of the proxy, `region/zone`.
pub(super) fn branches(
    members: Vec<Member<'_>>,
    policy: Option<&PortPolicy>,
    locality: &str,
) -> Vec<Branch> {
    let setting = policy.and_then(|policy| policy.load_balancer.as_ref());
    let setting = setting.and_then(|balancer| balancer.locality_lb_setting.clone());
    let setting = setting.unwrap_or_default();
    let ejects = policy.is_some_and(|policy| policy.outlier_detection.is_some());
    let rank = |member: &Member<'_>| match () {
        () if !setting.distribute.is_empty() || !ejects => 0,
        () => priority(locality, &member.endpoint.locality, &setting),
    };
    let mut ranks: Vec<u32> = members.iter().map(rank).collect();
    ranks.sort_unstable();
    ranks.dedup();
    let turns: Vec<usize> = members
        .iter()
        .map(|member| ranks.iter().position(|own| *own == rank(member)).unwrap_or_default())
        .collect();
    // A host that nothing takes out is called, whether it answers or not.
    let healthy: Vec<bool> =
        members.iter().map(|member| !ejects || member.step.answers()).collect();
    let shares = shares(&members, &turns, &healthy, ranks.len(), &setting);
    let mut branches: Vec<Branch> = members
        .into_iter()
        .zip(turns)
        .zip(shares)
        .map(|((member, turn), share)| Branch { turn, share, step: member.step })
        .collect();
    branches.sort_by_key(|branch| branch.turn);
    branches
}

/// The rank of a locality as seen from another: `LbPriority`, then the rule for regions that do not match.
fn priority(own: &str, other: &str, setting: &LocalityLbSetting) -> u32 {
    let part =
        |locality: &str, at: usize| locality.split('/').nth(at).unwrap_or_default().to_owned();
    let same = |at: usize| part(own, at) == part(other, at);
    if same(0) {
        return match (same(1), same(2)) {
            (true, true) => 0,
            (true, false) => 1,
            (false, _) => 2,
        };
    }
    match setting.failover.iter().find(|rule| rule.from == part(own, 0)) {
        Some(rule) if rule.to != part(other, 0) => 4,
        _ => 3,
    }
}

/// The share of each member, as many of them as are healthy.
fn shares(
    members: &[Member<'_>],
    turns: &[usize],
    healthy: &[bool],
    count: usize,
    setting: &LocalityLbSetting,
) -> Vec<f64> {
    // Where all are out, calls fail wherever they would go.
    let none = !healthy.contains(&true);
    let is_healthy = |at: usize| none || healthy.get(at).copied().unwrap_or_default();
    let mut left = 1.0;
    let mut shares = vec![0.0; members.len()];
    for turn in 0..count {
        let own: Vec<usize> =
            (0..members.len()).filter(|at| turns.get(*at) == Some(&turn)).collect();
        let load = f64::min(left, availability(&own, is_healthy));
        left -= load;
        let localities = localities(members, &own, setting);
        let weigh = |hosts: &[usize], weight: f64| weight * availability(hosts, is_healthy);
        let sum: f64 = localities.iter().map(|(hosts, weight)| weigh(hosts, *weight)).sum();
        for (hosts, weight) in &localities {
            let alive: Vec<usize> = hosts.iter().copied().filter(|at| is_healthy(*at)).collect();
            let all: f64 = alive.iter().map(|at| weight_of(members, *at)).sum();
            for at in alive {
                if let Some(share) = shares.get_mut(at) {
                    let locality = load * weigh(hosts, *weight) / sum;
                    *share = locality * weight_of(members, at) / all;
                }
            }
        }
    }
    // What too few healthy hosts leave over is shared among them.
    let sum: f64 = shares.iter().sum();
    shares.iter().map(|share| if sum > 0.0 { share / sum } else { 0.0 }).collect()
}

/// How much of its load a group of hosts can take: 0 to 1.
fn availability(hosts: &[usize], is_healthy: impl Fn(usize) -> bool) -> f64 {
    let healthy = hosts.iter().filter(|at| is_healthy(**at)).count();
    #[expect(clippy::cast_precision_loss, reason = "nobody has 2^52 endpoints")]
    let ratio = |part: usize, whole: usize| part as f64 / whole as f64;
    if hosts.is_empty() {
        0.0
    } else {
        f64::min(1.0, OVERPROVISIONING * ratio(healthy, hosts.len()))
    }
}

/// The hosts of each locality with its weight: what is said of it, or the sum of theirs.
fn localities(
    members: &[Member<'_>],
    own: &[usize],
    setting: &LocalityLbSetting,
) -> Vec<(Vec<usize>, f64)> {
    let locality =
        |at: usize| members.get(at).map_or("", |member| member.endpoint.locality.as_str());
    if let Some(spread) = setting.distribute.first() {
        let hosts = |region: &str| -> Vec<usize> {
            let region = region.trim_end_matches("/*");
            let within = |at: &usize| locality(*at).split('/').next() == Some(region);
            own.iter().copied().filter(within).collect()
        };
        return spread.to.iter().map(|(to, share)| (hosts(to), f64::from(*share))).collect();
    }
    let mut names: Vec<&str> = own.iter().map(|at| locality(*at)).collect();
    names.sort_unstable();
    names.dedup();
    let of = |name: &str| -> (Vec<usize>, f64) {
        let hosts: Vec<usize> = own.iter().copied().filter(|at| locality(*at) == name).collect();
        let weight = hosts.iter().map(|at| weight_of(members, *at)).sum();
        (hosts, weight)
    };
    names.into_iter().map(of).collect()
}

fn weight_of(members: &[Member<'_>], at: usize) -> f64 {
    members.get(at).map_or(0.0, |member| f64::from(member.endpoint.weight.unwrap_or(1)))
}
