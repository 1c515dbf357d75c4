//! Anything that kubectl might have printed is imported.
//!
//! Enters: YAML or JSON. What becomes of it is judged like every draft.

use cwc::import::Notes;
use cwc::import::kubernetes::{self, Wanted};
use cwc::source::Source;

use super::import_coddiwomple::judge;

pub fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let wanted =
        Wanted { cluster: "east".to_owned(), pods: text.len() % 2 == 0, ..Wanted::default() };
    let mut notes = Notes::default();
    let draft = kubernetes::read(&Source::new("services.yaml", text), &wanted, &mut notes);
    judge(&draft, notes);
}
