//! Diagnostics for people.
//!
//! Enters: a [`Report`] and the sources it points into. Leaves: text. The first line says what and the second where, in the form that editors
//! and terminals jump to; excerpts follow, that of the place to edit first. Whatever stands in the sources, a diagnostic stays below 4 KiB and
//! cannot move the cursor.

pub(crate) mod clean;
mod frame;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use self::clean::clean;
use super::{Applicability, Diagnostic, Report, Severity};
use crate::source::Source;
use crate::span::{File, Span};

/// How many diagnostics are drawn; the others are counted.
const SHOWN: usize = 50;
/// How many of one code are drawn for one table of the document; the others are counted.
const SHOWN_OF_ONE_CODE: usize = 5;
/// The longest message or help, in bytes.
const SENTENCE: usize = 400;

/// How to draw.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// With colours.
    pub color: bool,
    /// With box-drawing characters.
    pub unicode: bool,
}

/// The texts that a report points into.
#[derive(Clone, Copy)]
pub struct Sources<'s> {
    /// `mesh.toml`.
    pub mesh: &'s Source,
    /// `mesh.lock`.
    pub lock: Option<&'s Source>,
}

impl<'s> Sources<'s> {
    /// The text of a file.
    #[must_use]
    pub fn of(&self, file: File) -> &'s Source {
        match file {
            File::Mesh => self.mesh,
            File::Lock => self.lock.unwrap_or(self.mesh),
        }
    }

    /// `path:line:column` of a place.
    #[must_use]
    pub fn place(&self, span: Span) -> String {
        let source = self.of(span.file);
        let position = source.position(span.range().start);
        format!("{}:{}:{}", clean(source.path(), SENTENCE), position.line, position.column)
    }
}

/// All diagnostics, each with its excerpts.
#[must_use]
pub fn render(report: &Report, sources: Sources<'_>, style: Style) -> String {
    let mut out = String::new();
    let found = report.diagnostics();
    let tables = Tables::of(sources);
    let key = |found: &Diagnostic| (found.rule.code, tables.around(found.primary.span));
    let mut totals: BTreeMap<_, usize> = BTreeMap::new();
    found.iter().for_each(|found| *totals.entry(key(found)).or_default() += 1);
    let mut before: BTreeMap<_, usize> = BTreeMap::new();
    let (mut shown, mut told) = (0, 0);
    for diagnostic in found {
        let key = key(diagnostic);
        let before = before.entry(key).or_default();
        if shown == SHOWN || *before == SHOWN_OF_ONE_CODE {
            continue;
        }
        *before += 1;
        shown += 1;
        told += 1;
        out.push_str(&render_one(diagnostic, sources, style));
        out.push('\n');
        let more = totals.get(&key).map_or(0, |total| total - *before);
        if *before == SHOWN_OF_ONE_CODE && more > 0 {
            let (code, name) = (diagnostic.rule.code, diagnostic.rule.name);
            let _ = writeln!(out, "and {more} more of {code} ({name}) in the same table\n");
            told += more;
        }
    }
    if found.len() > told {
        let _ = writeln!(out, "and {} more; mend these first\n", found.len() - told);
    }
    out
}

/// Where the tables of the two files begin.
struct Tables {
    headers: Vec<Span>,
}

impl Tables {
    fn of(sources: Sources<'_>) -> Self {
        let mut headers = Vec::new();
        for (file, source) in [(File::Mesh, Some(sources.mesh)), (File::Lock, sources.lock)] {
            let mut at = 0;
            for line in source.map_or("", Source::text).split_inclusive('\n') {
                if line.trim_start().starts_with('[') {
                    headers.push(Span::new(file, at..at + line.len()));
                }
                at += line.len();
            }
        }
        Self { headers }
    }

    /// A number for the table that a place lies in.
    fn around(&self, span: Span) -> usize {
        self.headers
            .partition_point(|header| (header.file, header.start) <= (span.file, span.start))
    }
}

/// How many errors and warnings there are, and where to read on.
#[must_use]
pub fn footer(report: &Report) -> String {
    let count = |severity, word: &str| match report.count(severity) {
        0 => None,
        1 => Some(format!("1 {word}")),
        count => Some(format!("{count} {word}s")),
    };
    let parts = [count(Severity::Error, "error"), count(Severity::Warning, "warning")];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    let first = report.diagnostics().first().map_or("", |found| found.rule.code);
    format!("{}{}; try: cwc explain {first}", parts.join(", "), fixable(report))
}

/// How many of the problems `cwc check` can mend by itself.
fn fixable(report: &Report) -> String {
    match (report.fixable(Applicability::Safe), report.fixable(Applicability::Unsafe)) {
        (0, 0) => String::new(),
        (safe, 0) => format!(" ({safe} fixable with --fix)"),
        (0, guesses) => format!(" ({guesses} fixable with --fix --unsafe-fixes)"),
        (safe, guesses) => {
            format!(" ({safe} fixable with --fix, {guesses} more with --unsafe-fixes)")
        }
    }
}

fn render_one(diagnostic: &Diagnostic, sources: Sources<'_>, style: Style) -> String {
    let word = match diagnostic.rule.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let title = paint(&format!("{word}[{}]", diagnostic.rule.code), word, style);
    let mut out = format!("{title}: {}\n", clean(&diagnostic.message, SENTENCE));
    let _ = writeln!(out, "  --> {}", sources.place(diagnostic.primary.span));
    out.push_str(&frame::excerpts(&diagnostic.primary, &diagnostic.others, sources, style));
    if let Some(help) = &diagnostic.help {
        let help = clean(help, SENTENCE);
        let _ =
            writeln!(out, "  {}: {help}{}", paint("help", "help", style), written_by(diagnostic));
    }
    if style.unicode { out } else { out.replace('…', "...").replace('→', "->") }
}

/// Which command makes the edit that the help names.
fn written_by(diagnostic: &Diagnostic) -> &'static str {
    match diagnostic.fix.as_deref().map(|fix| fix.applicability) {
        None => "",
        Some(Applicability::Safe) => " (`cwc check --fix` does)",
        Some(Applicability::Unsafe) => " (`cwc check --fix --unsafe-fixes` takes it so)",
    }
}

fn paint(text: &str, what: &str, style: Style) -> String {
    let code = match what {
        "error" => "1;31",
        "warning" => "1;33",
        _ => "1;36",
    };
    if style.color { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
}
