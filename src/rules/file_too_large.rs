//! CW0004: file-too-large.

use crate::report::{Diagnostic, Rule, Severity};
use crate::span::{File, Span};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0004",
    name: "file-too-large",
    severity: Severity::Error,
    summary: "the file is larger than 8 MiB",
    explain: "A mesh.toml of 10,000 services is about 2 MB. A file above 8 MiB is something else, or a mistake of \
              the program that made it; it is refused before it is read, so that a check in a pull request cannot \
              be made to take forever.",
    bad: "(a file of more than 8 MiB)\n",
    good: include_str!("../../tests/rules/CW0004-file-too-large/good.toml"),
};

/// The largest file that is read, in bytes.
pub const LIMIT: usize = 8 * 1024 * 1024;

/// A file of so many bytes, or of more than that.
#[must_use]
pub fn found(bytes: u64, file: File) -> Diagnostic {
    let message = format!("the file has {bytes} bytes, the limit is {LIMIT} (8 MiB)");
    Diagnostic::new(&RULE, Span::new(file, 0..0), message)
        .help("split the fleet over several documents")
}
