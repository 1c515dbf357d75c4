//! Any lock is read, and two branches' locks are merged as git does it.
//!
//! Enters: three locks, apart by lines `%%%`: the common one, and those of two branches; or one. A lock without an error is written as it was read; the merge of
//! two that are right is right, or said to be a conflict.

use std::collections::BTreeSet;

use cwc::mesh::Lock;
use cwc::report::Report;
use cwc::source::Source;

pub fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let mut parts = text.split("\n%%%\n");
    let Some(base) = written(parts.next().unwrap_or_default()) else { return };
    let (Some(ours), Some(theirs)) = (parts.next(), parts.next()) else { return };
    let (Some(ours), Some(theirs)) = (written(ours), written(theirs)) else { return };
    let merged = merge(&base, &ours, &theirs);
    let mut report = Report::new();
    let lock = Lock::parse(&Source::new("mesh.lock", &merged), &mut report);
    let conflicts = |report: &Report| {
        report.diagnostics().iter().all(|found| found.rule.name == "lock-conflict")
    };
    assert!(conflicts(&report), "{merged}");
    if report.diagnostics().is_empty() {
        assert_eq!(lock.text(), merged);
    }
}

/// The text that is written of a lock that has no error.
fn written(text: &str) -> Option<String> {
    let mut report = Report::new();
    let lock = Lock::parse(&Source::new("mesh.lock", text), &mut report);
    if !report.diagnostics().is_empty() {
        return None;
    }
    let text = lock.text();
    let again = Lock::parse(&Source::new("mesh.lock", &text), &mut report);
    assert!(report.diagnostics().is_empty(), "{text}");
    assert_eq!(again.text(), text);
    Some(text)
}

/// Three texts of sorted lines merged line by line, where git finds no conflict.
fn merge(base: &str, ours: &str, theirs: &str) -> String {
    let (head, _) = base.split_once("[addresses]\n").expect("a lock has addresses");
    let lines = |text: &str| -> BTreeSet<String> {
        let (_, lines) = text.split_once("[addresses]\n").expect("a lock has addresses");
        lines.lines().map(str::to_owned).collect()
    };
    let (base, ours, theirs) = (lines(base), lines(ours), lines(theirs));
    let all: BTreeSet<&String> = base.iter().chain(&ours).chain(&theirs).collect();
    let kept = all.into_iter().filter(|line| {
        let (was, is) = (base.contains(*line), [ours.contains(*line), theirs.contains(*line)]);
        if was { is == [true, true] } else { is.contains(&true) }
    });
    let mut kept: Vec<&String> = kept.collect();
    // By name: the line of `a.b` comes before that of `a-b` only if the names do.
    kept.sort_by(|one, two| one.split('"').nth(1).cmp(&two.split('"').nth(1)));
    let lines: String = kept.into_iter().map(|line| format!("{line}\n")).collect();
    format!("{head}[addresses]\n{lines}")
}
