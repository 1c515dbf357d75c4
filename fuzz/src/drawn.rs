//! Diagnostics as they are drawn in the terminal: short, printable, and about a place that is there.
//!
//! Enters: diagnostics and the texts that they are about. Leaves: nothing; who draws one otherwise panics. It is no target: that of `check` calls it, and
//! `tests/properties` does.

use cwc::report::text::{Sources, Style, render};
use cwc::report::{Diagnostic, Report};

/// The longest drawing of one diagnostic, in bytes.
const LONGEST: usize = 4096;

pub(crate) fn judge(found: &[Diagnostic], sources: Sources<'_>) {
    for found in found {
        let mut report = Report::new();
        report.push(found.clone());
        let drawn = render(&report, sources, Style { color: false, unicode: true });
        assert!(drawn.len() < LONGEST, "{} bytes: {drawn}", drawn.len());
        let hidden = drawn.chars().find(|c| c.is_control() && *c != '\n');
        assert!(hidden.is_none(), "{hidden:?} in {drawn}");
        let place = sources.place(found.primary.span);
        assert!(drawn.contains(&format!("\n  --> {place}\n")), "{drawn}");
    }
}
