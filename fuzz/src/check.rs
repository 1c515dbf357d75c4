//! Any document with any lock is read, checked, mended and drawn.
//!
//! Enters: a document, and after a line `%%%` a lock. What is said is short, printable and about a place that is there; mending makes nothing worse.

use cwc::compile;
use cwc::fix;
use cwc::report::Applicability;
use cwc::report::text::Sources;
use cwc::source::Source;

use crate::drawn;

pub fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let (mesh, lock) = match text.split_once("\n%%%\n") {
        Some((mesh, lock)) => (mesh, Some(Source::new("mesh.lock", lock))),
        None => (text, None),
    };
    let mesh = Source::new("mesh.toml", mesh);
    let checked = compile::check(&mesh, lock.as_ref());
    assert_eq!(checked.mesh.is_none(), checked.report.has_errors());
    let sources = Sources { mesh: &mesh, lock: lock.as_ref() };
    let found = checked.report.diagnostics();
    drawn::judge(found.get(..20).unwrap_or(found), sources);
    let mended = fix::mend(&mesh, lock.as_ref(), Applicability::Unsafe);
    let again = compile::check(&Source::new("mesh.toml", &mended.text), lock.as_ref());
    assert!(checked.mesh.is_none() || again.mesh.is_some(), "mended into errors: {}", mended.text);
}
