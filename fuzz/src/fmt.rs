//! Any TOML is brought into its one form.
//!
//! Enters: a document. The form of the form is the form, and means what the document meant.

use cwc::compile::{self, Fleet};
use cwc::format::format;
use cwc::source::Source;

pub fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(formatted) = format(text) else { return };
    let again = format(&formatted).expect("a form can be read");
    assert_eq!(again, formatted);
    let (before, after) = (meant(text), meant(&formatted));
    assert_eq!(before, after, "means something else:\n{formatted}");
}

/// The bytes that a document compiles to.
fn meant(text: &str) -> Option<Vec<String>> {
    let mesh = compile::check(&Source::new("mesh.toml", text), None).mesh?;
    let fleet = Fleet::new(&mesh);
    let trees = fleet.mesh().cluster_ids().map(|id| fleet.cluster(id).expect("compiles"));
    Some(trees.flat_map(|tree| tree.files).map(|file| file.text()).collect())
}
