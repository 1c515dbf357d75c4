//! How calls enter a cluster: the document's `crossing`, and which services' calls enter at all.

use super::{Backend, Mesh, Port, Prefer, Service};
use crate::span::Span;

/// How calls of other clusters enter a cluster by its gateway.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Entry {
    /// Mutual TLS from sidecar to sidecar, which the gateway passes on unread.
    #[default]
    Passthrough,
    /// Mutual TLS up to the gateway, and again from there on.
    Terminate,
    /// Plain HTTP.
    Plaintext,
}

impl Entry {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Passthrough, Self::Terminate, Self::Plaintext];

    /// As `mesh.toml` writes it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Passthrough => "passthrough",
            Self::Terminate => "terminate",
            Self::Plaintext => "plaintext",
        }
    }

    /// The entry of a word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|entry| entry.word() == word)
    }

    /// Whether a gateway reads the requests to a port that enter so; the others' bytes pass it unread.
    #[must_use]
    pub fn reads(self, port: &Port) -> bool {
        self != Self::Passthrough && port.protocol.is_http()
    }
}

/// How calls enter, and where that is said; nowhere, for what holds by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Entered {
    /// How.
    pub entry: Entry,
    /// The place.
    pub span: Option<Span>,
}

impl Service {
    /// Where calls of other clusters may enter for it.
    pub fn entered<'m>(&'m self, mesh: &'m Mesh) -> impl Iterator<Item = &'m Backend> {
        self.backends.iter().filter(move |backend| {
            let cluster = &mesh[backend.cluster];
            let wanted = self.prefer != Prefer::Any || backend.weight != Some(0);
            cluster.gateway.is_some() && !cluster.drained && wanted && mesh.clusters.len() > 1
        })
    }

    /// How its calls enter other clusters: the same everywhere, in a mesh in which no error was found.
    #[must_use]
    pub fn entry(&self, mesh: &Mesh) -> Entry {
        self.entered(mesh).next().map_or(Entry::Passthrough, |backend| backend.entered.entry)
    }
}
