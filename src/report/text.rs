//! Diagnostics for people: the only place that knows miette.
//!
//! Enters: a [`Report`] and the sources it points into. Leaves: text. The first line says what and the second where, in the form that editors
//! and terminals jump to; miette draws the excerpts. Whatever stands in the sources, a diagnostic stays short and cannot move the cursor.

use std::fmt::Write as _;

use miette::{
    Diagnostic as _, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteDiagnostic,
    NamedSource, Severity as MietteSeverity, ThemeCharacters, ThemeStyles,
};

use super::{Diagnostic, Label, Report, Severity};
use crate::source::Source;
use crate::span::File;

/// How many diagnostics are drawn; the others are counted.
const SHOWN: usize = 50;
/// How many of one code are drawn for one table of the document, before the rest of them is folded.
const SHOWN_OF_ONE_CODE: usize = 10;
/// Lines longer than this are cut around the place, in characters.
const LINE: usize = 160;

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
    fn of(&self, file: File) -> &'s Source {
        match file {
            File::Mesh => self.mesh,
            File::Lock => self.lock.unwrap_or(self.mesh),
        }
    }

    /// `path:line:column` of a place.
    #[must_use]
    pub fn place(&self, span: crate::span::Span) -> String {
        let source = self.of(span.file);
        let position = source.position(span.range().start);
        format!("{}:{}:{}", source.path(), position.line, position.column)
    }
}

/// All diagnostics, each with its excerpts.
#[must_use]
pub fn render(report: &Report, sources: Sources<'_>, style: Style) -> String {
    let mut out = String::new();
    let found = report.diagnostics();
    let mut shown = 0;
    let mut folded = 0;
    for (index, diagnostic) in found.iter().enumerate() {
        let same = |other: &&Diagnostic| other.rule.code == diagnostic.rule.code;
        let before = found.iter().take(index).filter(same).count();
        if shown >= SHOWN {
            break;
        }
        if before >= SHOWN_OF_ONE_CODE {
            folded += 1;
            let last = found.iter().skip(index + 1).find(same).is_none();
            if last {
                let more = before + 1 - SHOWN_OF_ONE_CODE;
                let (code, name) = (diagnostic.rule.code, diagnostic.rule.name);
                let _ = writeln!(out, "and {more} more of {code} ({name})\n");
            }
            continue;
        }
        out.push_str(&render_one(diagnostic, sources, style));
        out.push('\n');
        shown += 1;
    }
    let rest = found.len() - shown - folded;
    if rest > 0 {
        let _ = writeln!(out, "and {rest} more; mend these first\n");
    }
    out
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
    format!("{}; try: cwc explain {first}", parts.join(", "))
}

fn render_one(diagnostic: &Diagnostic, sources: Sources<'_>, style: Style) -> String {
    let word = match diagnostic.rule.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let title = format!("{word}[{}]", diagnostic.rule.code);
    let mut out = String::new();
    let _ = writeln!(out, "{}: {}", paint(&title, word, style), clean(&diagnostic.message));
    let _ = writeln!(out, "  --> {}", sources.place(diagnostic.primary.span));
    for file in [File::Mesh, File::Lock] {
        let in_file = |label: &&Label| label.span.file == file;
        let others: Vec<&Label> = diagnostic.others.iter().filter(in_file).collect();
        let primary = Some(&diagnostic.primary).filter(in_file);
        if primary.is_some() || !others.is_empty() {
            out.push_str(&excerpts(sources.of(file), primary, &others, style));
        }
    }
    if let Some(help) = &diagnostic.help {
        let _ = writeln!(out, "  {}: {}", paint("help", "help", style), clean(help));
    }
    out
}

/// The lines around some places of one file.
fn excerpts(source: &Source, primary: Option<&Label>, others: &[&Label], style: Style) -> String {
    if source.text().trim().is_empty() {
        return String::new();
    }
    let labels: Vec<&Label> = primary.into_iter().chain(others.iter().copied()).collect();
    let drawable = |label: &&Label| {
        let range = label.span.range();
        let line = source.line_at(range.start);
        line.chars().count() <= LINE
            && !source.slice(range.clone()).contains('\n')
            && is_clean(line)
    };
    let (drawn, cut): (Vec<&Label>, Vec<&Label>) = labels.iter().copied().partition(drawable);
    let mut out = String::new();
    if !drawn.is_empty() {
        out.push_str(&draw(source, primary, &drawn, style));
    }
    for label in cut {
        out.push_str(&cut_excerpt(source, label));
    }
    out
}

fn draw(source: &Source, primary: Option<&Label>, labels: &[&Label], style: Style) -> String {
    let span = |label: &&Label| {
        let range = label.span.range();
        let (start, length) = (range.start, range.len().max(1));
        let text = Some(clean(&label.text)).filter(|text| !text.is_empty());
        let is_primary = primary.is_some_and(|primary| std::ptr::eq(primary, *label));
        if is_primary {
            LabeledSpan::new_primary_with_span(text, (start, length))
        } else {
            LabeledSpan::new_with_span(text, (start, length))
        }
    };
    let diagnostic = MietteDiagnostic::new("excerpt")
        .with_severity(MietteSeverity::Error)
        .with_labels(labels.iter().map(span));
    debug_assert!(diagnostic.code().is_none());
    let named = NamedSource::new(source.path(), source.text().to_owned());
    let report = miette::Report::new(diagnostic).with_source_code(named);
    let theme = GraphicalTheme {
        characters: if style.unicode {
            ThemeCharacters::unicode()
        } else {
            ThemeCharacters::ascii()
        },
        styles: if style.color { ThemeStyles::ansi() } else { ThemeStyles::none() },
    };
    let mut drawn = String::new();
    let handler = GraphicalReportHandler::new_themed(theme).with_context_lines(1).with_width(200);
    // Writing to a string cannot fail.
    let _ = handler.render_report(&mut drawn, report.as_ref());
    // miette begins with a title of its own; the excerpts follow it.
    let body = drawn.lines().skip_while(|line| !line.contains("excerpt")).skip(1);
    body.filter(|line| !line.trim().is_empty())
        .fold(String::new(), |text, line| text + line.trim_end() + "\n")
}

/// A place in a line that is too long, goes over several lines or holds what a terminal acts upon.
fn cut_excerpt(source: &Source, label: &Label) -> String {
    let start = label.span.range().start;
    let position = source.position(start);
    let line = source.line_at(start);
    let before = position.column.saturating_sub(1).min(LINE / 4);
    let from = position.column - 1 - before;
    let part: String = line.chars().skip(from).take(LINE / 2).collect();
    let head = if from > 0 { "…" } else { "" };
    let tail = if line.chars().count() > from + LINE / 2 { "…" } else { "" };
    let number = position.line.to_string();
    let margin = " ".repeat(number.len());
    let text = clean(&label.text);
    let lead: String = line.chars().skip(from).take(before).collect();
    let indent = " ".repeat(clean(&lead).chars().count() + head.chars().count());
    let part = clean(&part);
    format!(" {number} | {head}{part}{tail}\n {margin} | {indent}^ {text}\n")
}

/// Whether a terminal shows a text as it is.
fn is_clean(text: &str) -> bool {
    !text.chars().any(|c| (c.is_control() && c != '\t') || is_invisible(c))
}

/// A text with what a terminal would act upon, or not show, made visible; never very long.
fn clean(text: &str) -> String {
    let shown = |c: char| {
        let hidden = c.is_control() || is_invisible(c);
        if hidden { c.escape_unicode().to_string() } else { c.to_string() }
    };
    let mut clean: String = text.chars().take(1000).map(shown).collect();
    if text.chars().nth(1000).is_some() {
        clean.push('…');
    }
    clean
}

/// Whether a terminal shows nothing for a character, or turns the text around it.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

fn paint(text: &str, what: &str, style: Style) -> String {
    let code = match what {
        "error" => "1;31",
        "warning" => "1;33",
        _ => "1;36",
    };
    if style.color { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
}
