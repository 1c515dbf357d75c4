//! What follows from one version of the document and its lock, found out once, however often a page asks.
//!
//! Enters: the files. Leaves: the document as read and checked, and, once somebody wants to know, its compiled fleet; both until a file says something
//! else.

use std::sync::{Arc, OnceLock};

use super::{Desk, Why, failed, held};
use crate::commands::input::{Input, Locked};
use crate::commands::side_by_side;
use crate::compile::Fleet;
use crate::disk::Failure;
use crate::document::Document;
use crate::emit::tree::ClusterTree;
use crate::mesh::ClusterId;
use crate::report::Report;

/// A version of the document.
pub(super) struct Known {
    pub input: Input,
    pub document: Document,
    trees: OnceLock<Arc<[ClusterTree]>>,
}

impl Known {
    pub(super) fn new(input: Input) -> Self {
        let document = Document::parse(&input.source, &mut Report::new());
        Self { input, document, trees: OnceLock::new() }
    }

    /// What every cluster gets, in the clusters' order.
    pub(super) fn trees(&self, fleet: &Fleet<'_>) -> Result<Arc<[ClusterTree]>, Failure> {
        if let Some(trees) = self.trees.get() {
            return Ok(Arc::clone(trees));
        }
        let ids: Vec<ClusterId> = fleet.mesh().cluster_ids().collect();
        let threads = side_by_side::threads(None);
        let trees = side_by_side::try_map(threads, &ids, |id| fleet.cluster(*id));
        let trees = trees.map_err(|error| Failure::new(error.to_string()))?;
        Ok(Arc::clone(self.trees.get_or_init(|| trees.into())))
    }
}

impl Desk {
    /// The document as it is now; those who ask while it is being checked wait, and it is checked for all of them.
    pub(super) fn known(&self) -> Result<Arc<Known>, Why> {
        let mut known = held(&self.known)?;
        if let Some(known) = known.as_ref()
            && known.input.is_still_so(&self.machine, Locked::Beside).is_ok()
        {
            return Ok(Arc::clone(known));
        }
        let input = Input::read(&self.path, &self.machine, Locked::Beside).map_err(failed)?;
        let fresh = Arc::new(Known::new(input));
        *known = Some(Arc::clone(&fresh));
        Ok(fresh)
    }
}
