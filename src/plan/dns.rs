//! The names that a cluster's workloads can call, for whatever answers for them in place of the sidecars.

use super::Plan;
use crate::mesh::Name;

/// The names that a cluster's workloads can call, each with its address.
#[derive(Debug)]
pub struct CalledNames<'m> {
    /// Those of the mesh's domain, in which there are no others, by name.
    pub inside: Vec<&'m Name>,
    /// Those of zones that others answer for, by name.
    pub outside: Vec<&'m Name>,
}

impl<'m> Plan<'m> {
    /// The names that this cluster's workloads can call.
    #[must_use]
    pub fn called_names(&self) -> CalledNames<'m> {
        let called = self.services.iter().filter(|service| service.is_called());
        let mut names: Vec<&'m Name> = called.flat_map(|service| &service.service.names).collect();
        names.sort_by(|one, two| one.host.cmp(&two.host));
        let domain = self.settings.domain.as_str();
        let (inside, outside) = names.into_iter().partition(|name| {
            let stem = name.host.strip_suffix(domain);
            stem.is_some_and(|stem| stem.is_empty() || stem.ends_with('.'))
        });
        CalledNames { inside, outside }
    }
}
