//! The pipeline on one page: text → document → mesh → checked mesh → plan → resources → bytes.
//!
//! No file, clock, environment or thread is touched here; the same texts give the same values.

use crate::document::Document;
use crate::emit::known::Known;
use crate::emit::tree::{ClusterTree, emit};
use crate::emit::yaml;
use crate::mesh::{ClusterId, Lock, Mesh, resolve};
use crate::plan::{Plan, Survey, plan, plan_in_full};
use crate::report::Report;
use crate::rules::{self, CheckedMesh};
use crate::source::Source;

/// What a document and its lock come to.
pub struct Checked {
    /// The mesh, if no error was found.
    pub mesh: Option<CheckedMesh>,
    /// Everything found, in order.
    pub report: Report,
}

/// Reads and checks a document; `lock` is the text of `mesh.lock`, if there is one.
#[must_use]
pub fn check(source: &Source, lock: Option<&Source>) -> Checked {
    let mut report = Report::new();
    let document = Document::parse(source, &mut report);
    let lock = lock.map(|lock| Lock::parse(lock, &mut report)).unwrap_or_default();
    if document.broken {
        // What a name refers to may stand in the part that could not be read.
        report.sort();
        return Checked { mesh: None, report };
    }
    let mesh = resolve(&document, lock, &mut report);
    let mesh = rules::check(&document, mesh, &mut report);
    Checked { mesh, report }
}

/// The mesh that a document means, whether it is sound or not, for those who show it; `None` where a part of the text cannot be read.
#[must_use]
pub fn meant(source: &Source, lock: Option<&Source>) -> Option<Mesh> {
    let mut unread = Report::new();
    let document = Document::parse(source, &mut unread);
    let lock = lock.map(|lock| Lock::parse(lock, &mut unread)).unwrap_or_default();
    (!document.broken).then(|| resolve(&document, lock, &mut unread))
}

/// A checked mesh, ready to be compiled cluster by cluster.
pub struct Fleet<'m> {
    survey: Survey<'m>,
    known: Known<'m>,
}

impl<'m> Fleet<'m> {
    /// Looks at the fleet as a whole, once.
    #[must_use]
    pub fn new(mesh: &'m CheckedMesh) -> Self {
        Self { survey: Survey::of(mesh), known: Known::new(mesh.mesh().services.len()) }
    }

    /// The mesh.
    #[must_use]
    pub fn mesh(&self) -> &'m Mesh {
        self.survey.mesh()
    }

    /// What one cluster needs, and does not need, for each service: for who explains its tree.
    #[must_use]
    pub fn plan(&self, id: ClusterId) -> Plan<'m> {
        plan_in_full(&self.survey, id)
    }

    /// Compiles one cluster.
    ///
    /// # Errors
    /// As [`emit`].
    pub fn cluster(&self, id: ClusterId) -> Result<ClusterTree, yaml::Error> {
        emit(plan(&self.survey, id), &self.known)
    }
}
