//! The steps that the proxies on a caller's ways have to tell apart.
//!
//! Enters: a service and a cluster that calls it. Leaves: for the caller, and for each gateway in the middle that has a choice, the ranks of the
//! places it chooses among. Clusters that are reached through one gateway are one place, of the rank of the first of them.

use std::collections::BTreeMap;

use super::distance::rank;
use super::path::{Hops, is_direct, to_backend};
use super::{Backend, ClusterId, Mesh, Service};

/// What one proxy has to tell apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Steps {
    /// The cluster that the proxy is in.
    pub place: ClusterId,
    /// The ranks of the places it chooses among, each once, the first choice first.
    pub ranks: Vec<usize>,
}

/// The steps of each proxy that calls of `caller` to a service leave from or pass, the caller's own first.
#[must_use]
pub fn steps(mesh: &Mesh, service: &Service, caller: ClusterId) -> Vec<Steps> {
    let open = |cluster: ClusterId| cluster == caller || !mesh[cluster].drained;
    let backends = service.backends.iter().filter(|backend| open(backend.cluster));
    let (direct, by_gateways): (Vec<&Backend>, Vec<&Backend>) =
        backends.partition(|backend| is_direct(mesh, caller, backend));
    let rank = |to: &Backend| rank(mesh, &service.prefer, caller, to.cluster);
    let ways: Vec<(usize, Hops<'_>)> = by_gateways
        .into_iter()
        .filter_map(|to| Some((rank(to), to_backend(mesh, caller, to).ok()?)))
        .collect();
    // The sidecars of a cluster with an egress gateway know their own cluster and that gateway, which has the choice among the others.
    let leaving = |path: &[ClusterId]| mesh[caller].egress.is_none() || !path.is_empty();
    let own = ways.iter().filter(|(_, path)| leaving(path));
    let own = own.map(|(rank, path)| (*rank, path.first().copied()));
    let direct = direct.into_iter().map(|to| (rank(to), Some(to.cluster)));
    let mut all = vec![at(caller, own.chain(direct))];
    let mut passed: Vec<ClusterId> =
        ways.iter().flat_map(|(_, path)| path.iter().copied()).collect();
    passed.sort_unstable();
    passed.dedup();
    all.extend(passed.into_iter().map(|gateway| {
        let next = |(rank, path): &(usize, Hops<'_>)| {
            let here = path.iter().position(|cluster| *cluster == gateway)?;
            Some((*rank, path.get(here + 1).copied()))
        };
        at(gateway, ways.iter().filter_map(next))
    }));
    all
}

/// The steps of a proxy; each way is a rank and the gateway that comes next, or none where it ends here.
fn at(place: ClusterId, ways: impl Iterator<Item = (usize, Option<ClusterId>)>) -> Steps {
    let mut first: BTreeMap<Option<ClusterId>, usize> = BTreeMap::new();
    for (rank, next) in ways {
        first.entry(next).and_modify(|least| *least = rank.min(*least)).or_insert(rank);
    }
    let mut ranks: Vec<usize> = first.into_values().collect();
    ranks.sort_unstable();
    ranks.dedup();
    Steps { place, ranks }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::mesh::{Lock, resolve};
    use crate::report::Report;
    use crate::source::Source;

    /// The proxies on the ways of `a`, each with its ranks; it calls a service of four clusters in the order a, b, c, d.
    fn of_a(keys: &str) -> Vec<(String, Vec<usize>)> {
        let gateway = |name: &str| format!("clusters.{name}.gateway = \"{name}.example.com\"\n");
        let gateways: String = ["b", "c", "d"].map(gateway).concat();
        let text = format!(
            "{gateways}{keys}\n[clusters.a]\n[services.s]\nnamespace = \"n\"\nports = {{ http = 80 }}\n\
             clusters = [\"a\", \"b\", \"c\", \"d\"]\nprefer = [\"a\", \"b\", \"c\", \"d\"]\n"
        );
        let mut report = Report::new();
        let source = Source::new("mesh.toml", &text);
        let document = Document::parse(&source, &mut report);
        let mesh = resolve(&document, Lock::default(), &mut report);
        let service = mesh.services.first().unwrap();
        let all = steps(&mesh, service, mesh.cluster_named("a").unwrap());
        all.into_iter().map(|steps| (mesh[steps.place].name.clone(), steps.ranks)).collect()
    }

    fn told(expected: &[(&str, &[usize])]) -> Vec<(String, Vec<usize>)> {
        expected.iter().map(|(place, ranks)| ((*place).to_owned(), ranks.to_vec())).collect()
    }

    #[test]
    fn a_caller_tells_apart_what_it_reaches_directly() {
        let expected: [(&str, &[usize]); 4] =
            [("a", &[0, 1, 2, 3]), ("b", &[1]), ("c", &[2]), ("d", &[3])];
        assert_eq!(of_a(""), told(&expected));
    }

    #[test]
    fn clusters_behind_one_gateway_are_one_place_and_the_gateway_tells_them_apart() {
        let expected: [(&str, &[usize]); 4] =
            [("a", &[0, 1, 3]), ("b", &[1, 2]), ("c", &[2]), ("d", &[3])];
        assert_eq!(of_a("clusters.c.behind = \"b\""), told(&expected));
    }

    #[test]
    fn nobody_is_sent_to_a_drained_cluster() {
        let expected: [(&str, &[usize]); 3] = [("a", &[0, 1, 3]), ("b", &[1]), ("d", &[3])];
        assert_eq!(of_a("clusters.c.drained = true"), told(&expected));
    }
}
