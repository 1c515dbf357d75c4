//! Any document with any lock is read, checked, mended and drawn.
//!
//! Enters: a document, and after a line `%%%` a lock. What is said is short, printable and about a place that is there; mending makes nothing worse.

use cwc::compile;
use cwc::fix;
use cwc::report::text::{Sources, Style, render};
use cwc::report::{Applicability, Report};
use cwc::source::Source;

/// The longest rendering of one diagnostic.
const LONGEST: usize = 4096;

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
    let style = Style { color: false, unicode: true };
    for found in checked.report.diagnostics().iter().take(20) {
        let mut report = Report::new();
        report.push(found.clone());
        let drawn = render(&report, sources, style);
        assert!(drawn.len() < LONGEST, "{} bytes: {drawn}", drawn.len());
        let hidden = drawn.chars().find(|c| c.is_control() && *c != '\n');
        assert!(hidden.is_none(), "{hidden:?} in {drawn}");
        let place = sources.place(found.primary.span);
        assert!(drawn.contains(&format!("\n  --> {place}\n")), "{drawn}");
    }
    let mended = fix::mend(&mesh, lock.as_ref(), Applicability::Unsafe);
    let again = compile::check(&Source::new("mesh.toml", &mended.text), lock.as_ref());
    assert!(checked.mesh.is_none() || again.mesh.is_some(), "mended into errors: {}", mended.text);
}
