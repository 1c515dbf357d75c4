//! What was written of a service already.
//!
//! Enters: what a cluster needs for a service. Leaves: its section, written anew only if no other cluster needs the very same: of a hundred clusters
//! that call a service, those of one region do. What is written follows from the plan alone ([`kinds::of_service`] is given nothing else), so equal
//! plans have equal texts, and which thread was first does not show.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::file::Section;
use super::yaml;
use crate::kinds;
use crate::mesh::Settings;
use crate::plan::ServicePlan;

/// So many bytes are kept for other clusters, whatever the size of the fleet; what does not fit is written each time.
const ROOM: usize = 48 << 20;

/// About what a plan takes beside its text.
const PLAN: usize = 2048;

/// What was written of a fleet's services, by their place among all services.
#[derive(Debug)]
pub struct Known<'m> {
    services: Vec<Mutex<Sections<'m>>>,
    taken: AtomicUsize,
}

/// What was written of a service, each with the plan that it was written for.
type Sections<'m> = Vec<(ServicePlan<'m>, Arc<Section>)>;

impl<'m> Known<'m> {
    /// Nothing yet, of so many services.
    #[must_use]
    pub fn new(services: usize) -> Self {
        Self {
            services: (0..services).map(|_| Mutex::default()).collect(),
            taken: AtomicUsize::new(0),
        }
    }

    /// The section of a service.
    pub(super) fn section(
        &self,
        plan: ServicePlan<'m>,
        settings: &Settings,
    ) -> Result<Arc<Section>, yaml::Error> {
        let Some(known) = self.services.get(plan.place) else {
            return section(&plan, settings).map(Arc::new);
        };
        let known = || known.lock().unwrap_or_else(PoisonError::into_inner);
        let find = |(other, _): &&(ServicePlan<'m>, Arc<Section>)| plan.is_same(other);
        if let Some((_, section)) = known().iter().find(find) {
            return Ok(Arc::clone(section));
        }
        let section = Arc::new(section(&plan, settings)?);
        let room = section.room() + PLAN;
        if self.taken.fetch_add(room, Ordering::Relaxed) + room <= ROOM {
            known().push((plan, Arc::clone(&section)));
        }
        Ok(section)
    }
}

fn section(plan: &ServicePlan<'_>, settings: &Settings) -> Result<Section, yaml::Error> {
    let mut section = Section::default();
    for manifest in kinds::of_service(plan, &settings.domain) {
        section.add(&manifest, settings.name.as_deref())?;
    }
    Ok(section)
}
