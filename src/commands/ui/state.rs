//! Whether something is other than a page shows it: the document, its lock, or what is known of the live clusters.
//!
//! Enters: what the page has seen last. Leaves: what there is now, as soon as it is something else, or after a while; the page then asks again. So it
//! learns of a change at once and asks seldom, and a request like all others is enough for it.

use std::time::Duration;

use super::live::Live;
use super::{Desk, Told, held, problems};
use crate::disk::Seen;
use crate::ui::Request;

/// How often files are looked at.
const PAUSE: Duration = Duration::from_millis(200);
/// So many looks, 25 seconds of them, until the page is answered that nothing is new.
const LOOKS: usize = 125;

impl Desk {
    /// How the document fares; a page that says what it has seen waits for something else.
    pub(super) fn state(&self, request: &Request) -> Told {
        let (digest, live) = (request.get("digest"), request.get("live"));
        let paths = [self.path.clone(), self.path.with_file_name("mesh.lock")];
        let mut before = None;
        let mut looks = 0..LOOKS;
        loop {
            let (seen, is_last) = (Some(Seen::of(&paths)), looks.next().is_none());
            let version = held(&self.sight.live)?.version;
            if before != seen || version.to_string() != live || is_last {
                let known = self.known()?;
                let is_news = problems::digest(&known.input) != digest;
                if is_news || version.to_string() != live || is_last {
                    let mut state = problems::state(&known.input);
                    if let Some(fields) = state.as_object_mut() {
                        fields.insert("live".to_owned(), version.into());
                    }
                    return Ok(state);
                }
                before = seen;
            }
            let same = |live: &mut Live| live.version == version;
            drop(self.sight.news.wait_timeout_while(held(&self.sight.live)?, PAUSE, same));
        }
    }
}
