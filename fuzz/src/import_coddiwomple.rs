//! Any two files of Coddiwomple's are imported.
//!
//! Enters: `clusters.json`, and after a line `%%%` `services.json`. What becomes of them is a document that can be read, formatted and imported into again.

use cwc::compile;
use cwc::format::format;
use cwc::import::{Draft, Notes, Weight, coddiwomple, merge};
use cwc::source::Source;

pub fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let (clusters, services) = text.split_once("\n%%%\n").unwrap_or((text, "{}"));
    let (clusters, services) =
        (Source::new("clusters.json", clusters), Source::new("services.json", services));
    let mut notes = Notes::default();
    let draft = coddiwomple::read(&clusters, &services, &mut notes);
    judge(&draft, notes);
}

/// What holds for every draft.
pub fn judge(draft: &Draft, mut notes: Notes) {
    for line in notes.lines().lines() {
        assert!(line.len() < 4096, "{} bytes in a line", line.len());
        assert!(!line.chars().any(char::is_control), "{line:?}");
    }
    if notes.count(Weight::Error) > 0 {
        return;
    }
    let empty = Source::new("mesh.toml", "");
    let made = merge(&empty, draft, &mut notes).expect("a draft is TOML");
    let text = format(&made.text).expect("what is imported has a form");
    assert_eq!(format(&text).expect("a form has a form"), text);
    let before = Source::new("mesh.toml", &text);
    let report = compile::check(&before, None).report;
    let broken = ["toml-syntax", "unknown-key", "wrong-type", "duplicate-key"];
    let found = report.diagnostics().iter().find(|found| broken.contains(&found.rule.name));
    assert!(found.is_none(), "{found:?} in\n{text}");
    if !report.has_errors() {
        let again = merge(&before, draft, &mut Notes::default()).expect("still TOML");
        assert_eq!(again.text, text, "importing again changes something");
    }
}
