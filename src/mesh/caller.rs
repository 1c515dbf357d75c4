//! Who may call a service.
//!
//! Enters: `callers` as resolved. Leaves: whether a cluster may call, and which of its namespaces and service accounts.

use std::collections::BTreeSet;

use super::ClusterId;
use crate::span::Span;

/// Who may call a service.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Callers {
    /// Every workload of every cluster.
    #[default]
    Everyone,
    /// These and nobody else, sorted.
    Only(Vec<Caller>),
}

/// Workloads of one cluster that may call.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Caller {
    /// The cluster.
    pub cluster: ClusterId,
    /// Which of them.
    pub scope: Scope,
    /// Where the document says it.
    pub span: Span,
}

/// Which workloads of a cluster.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// All of them.
    Cluster,
    /// Those of a namespace.
    Namespace(String),
    /// Those of a service account: its namespace and its name.
    ServiceAccount(String, String),
}

impl Callers {
    /// Whether anything in a cluster may call.
    #[must_use]
    pub fn include(&self, cluster: ClusterId) -> bool {
        match self {
            Self::Everyone => true,
            Self::Only(callers) => callers.iter().any(|caller| caller.cluster == cluster),
        }
    }

    /// Those of a cluster; none where everyone may call.
    pub fn of(&self, cluster: ClusterId) -> impl Iterator<Item = &Caller> {
        self.said().iter().filter(move |caller| caller.cluster == cluster)
    }

    /// Those that are named; none where everyone may call.
    #[must_use]
    pub fn said(&self) -> &[Caller] {
        match self {
            Self::Everyone => &[],
            Self::Only(callers) => callers,
        }
    }

    /// Whether all workloads of a scope of a cluster may call.
    #[must_use]
    pub fn covers(&self, cluster: ClusterId, scope: &Scope) -> bool {
        *self == Self::Everyone || self.of(cluster).any(|caller| caller.scope.covers(scope))
    }

    /// The namespaces of a cluster in which somebody may call; `None` where that is all of them.
    #[must_use]
    pub fn namespaces(&self, cluster: ClusterId) -> Option<BTreeSet<&str>> {
        let Self::Only(_) = self else { return None };
        let mut namespaces = BTreeSet::new();
        for caller in self.of(cluster) {
            match &caller.scope {
                Scope::Cluster => return None,
                Scope::Namespace(name) | Scope::ServiceAccount(name, _) => {
                    namespaces.insert(name.as_str())
                }
            };
        }
        Some(namespaces)
    }
}

impl Scope {
    /// These workloads of a cluster as the document names them: `east`, `east/shop` or `east/shop/cart`.
    #[must_use]
    pub fn written(&self, cluster: &str) -> String {
        match self {
            Self::Cluster => cluster.to_owned(),
            Self::Namespace(namespace) => format!("{cluster}/{namespace}"),
            Self::ServiceAccount(namespace, account) => format!("{cluster}/{namespace}/{account}"),
        }
    }

    /// Whether every workload of the other is one of this.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Cluster, _) => true,
            (
                Self::Namespace(own),
                Self::Namespace(namespace) | Self::ServiceAccount(namespace, _),
            ) => own == namespace,
            _ => self == other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::File;

    fn namespace(name: &str) -> Scope {
        Scope::Namespace(name.to_owned())
    }

    fn account(namespace: &str, name: &str) -> Scope {
        Scope::ServiceAccount(namespace.to_owned(), name.to_owned())
    }

    fn only(callers: &[(usize, Scope)]) -> Callers {
        let caller = |(cluster, scope): &(usize, Scope)| Caller {
            cluster: ClusterId(*cluster),
            scope: scope.clone(),
            span: Span::new(File::Mesh, 0..0),
        };
        Callers::Only(callers.iter().map(caller).collect())
    }

    #[test]
    fn a_wider_scope_covers_a_narrower_one_of_the_same_place() {
        assert!(Scope::Cluster.covers(&namespace("a")));
        assert!(Scope::Cluster.covers(&account("a", "b")));
        assert!(namespace("a").covers(&account("a", "b")));
        assert!(account("a", "b").covers(&account("a", "b")));
        assert!(!namespace("a").covers(&namespace("b")));
        assert!(!namespace("a").covers(&account("b", "a")));
        assert!(!namespace("a").covers(&Scope::Cluster));
        assert!(!account("a", "b").covers(&namespace("a")));
    }

    #[test]
    fn a_whole_cluster_has_no_list_of_namespaces() {
        let callers = only(&[(0, Scope::Cluster), (0, namespace("a")), (1, account("b", "c"))]);
        assert_eq!(callers.namespaces(ClusterId(0)), None);
        assert_eq!(callers.namespaces(ClusterId(1)), Some(BTreeSet::from(["b"])));
        assert!(callers.include(ClusterId(1)) && !callers.include(ClusterId(2)));
        assert_eq!(Callers::Everyone.namespaces(ClusterId(2)), None);
        assert!(Callers::Everyone.include(ClusterId(2)));
    }
}
