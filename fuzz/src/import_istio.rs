//! Any two clusters' resources of Istio are imported.
//!
//! Enters: the YAML of one cluster, and after a line `%%%` that of another. What becomes of them is judged like every draft.

use cwc::import::{Notes, istio};
use cwc::source::Source;

use super::import_coddiwomple::judge;

pub fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let (east, west) = text.split_once("\n%%%\n").unwrap_or((text, ""));
    let named = |name: &str, text| (name.to_owned(), Source::new(format!("{name}.yaml"), text));
    let mut sources = vec![named("east", east)];
    if !west.is_empty() {
        sources.push(named("west", west));
    }
    let gateways = [("east".to_owned(), "203.0.113.10".to_owned())];
    let mut notes = Notes::default();
    let draft = istio::read(&sources, &gateways, &mut notes);
    judge(&draft, notes);
}
