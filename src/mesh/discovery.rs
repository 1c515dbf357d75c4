//! Which clusters share discovery, and which calls it answers.
//!
//! Each control plane of such a group watches the Services and pods of all its clusters, so a Service of one name is one Service in all of them. What
//! it knows so, nothing else has to tell it.

use super::{Backend, ClusterId, Mesh, Service};

impl Mesh {
    /// Whether two clusters share discovery; none does with itself.
    #[must_use]
    pub fn share_discovery(&self, one: ClusterId, two: ClusterId) -> bool {
        let group = |id: ClusterId| self[id].mesh.as_ref().map(|group| group.value.as_str());
        one != two && group(one).is_some() && group(one) == group(two)
    }

    /// The clusters that a cluster shares discovery with, itself among them; none where it shares with nobody.
    #[must_use]
    pub fn discovery_group(&self, of: ClusterId) -> Vec<ClusterId> {
        let mut group: Vec<ClusterId> =
            self.cluster_ids().filter(|id| *id == of || self.share_discovery(of, *id)).collect();
        if group.len() == 1 {
            group.clear();
        }
        group
    }

    /// Every group of clusters that share discovery.
    pub fn discovery_groups(&self) -> impl Iterator<Item = Vec<ClusterId>> + '_ {
        self.cluster_ids().filter_map(|id| {
            let group = self.discovery_group(id);
            (group.first() == Some(&id)).then_some(group)
        })
    }

    /// Whether clusters of a group are in several networks, so that its calls between them pass gateways.
    #[must_use]
    pub fn spans_networks(&self, group: &[ClusterId]) -> bool {
        let network = |id: &ClusterId| self[*id].network.as_ref().map(|network| &network.value);
        group.iter().any(|id| group.first().map(network) != Some(network(id)))
    }
}

impl Service {
    /// The backend, as the caller's cluster knows it, of a service that another cluster of the caller's group runs: shared discovery then leads the
    /// caller's calls, to all of the group's backends at once.
    #[must_use]
    pub fn discovered(&self, mesh: &Mesh, caller: ClusterId) -> Option<&Backend> {
        let other = |backend: &&Backend| mesh.share_discovery(caller, backend.cluster);
        let other = self.backends.iter().find(other)?;
        Some(self.backend_in(caller).unwrap_or(other))
    }

    /// Whether a cluster may call the service, and finds it by what is generated: not where shared discovery leads its calls.
    #[must_use]
    pub fn is_federated(&self, mesh: &Mesh, caller: ClusterId) -> bool {
        self.callers.include(caller) && self.discovered(mesh, caller).is_none()
    }
}

#[cfg(test)]
mod tests {
    use crate::document::Document;
    use crate::mesh::{Lock, Mesh, resolve};
    use crate::report::Report;
    use crate::source::Source;

    fn mesh() -> Mesh {
        let text = "\
            [clusters.a]\nmesh = \"one\"\nnetwork = \"n\"\n\
            [clusters.b]\nmesh = \"one\"\nnetwork = \"m\"\n\
            [clusters.c]\nmesh = \"two\"\n\
            [clusters.d]\n\
            [clusters.e]\n\
            [clusters.f]\nmesh = \"two\"\n\
            [services.s]\nnamespace = \"x\"\nports = { http = 80 }\nclusters = [\"b\", \"d\"]\n";
        let source = Source::new("mesh.toml", text);
        let mut report = Report::new();
        let document = Document::parse(&source, &mut report);
        resolve(&document, Lock::default(), &mut report)
    }

    fn names(mesh: &Mesh, group: &[crate::mesh::ClusterId]) -> String {
        group.iter().map(|id| mesh[*id].name.as_str()).collect()
    }

    #[test]
    fn who_names_a_mesh_is_in_one_group_and_who_names_none_in_none() {
        let mesh = mesh();
        let groups: Vec<String> =
            mesh.discovery_groups().map(|group| names(&mesh, &group)).collect();
        assert_eq!(groups, ["ab", "cf"]);
        let spanning: Vec<bool> =
            mesh.discovery_groups().map(|group| mesh.spans_networks(&group)).collect();
        assert_eq!(spanning, [true, false]);
    }

    #[test]
    fn discovery_leads_the_calls_of_those_that_share_it_with_another_host() {
        let mesh = mesh();
        let service = &mesh.services[0];
        let led = mesh.cluster_ids().filter(|id| service.discovered(&mesh, *id).is_some());
        assert_eq!(names(&mesh, &led.collect::<Vec<_>>()), "a");
    }
}
