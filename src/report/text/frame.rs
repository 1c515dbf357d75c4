//! Excerpts of a file with places underlined: the only module that knows miette.
//!
//! Enters: labels and the sources they point into. Leaves: frames as miette draws them, that of the place to edit first. miette is handed only the
//! lines that it draws, already clean and short, so that a large file costs no more than a small one.

use std::ops::Range;

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteDiagnostic, MietteError,
    MietteSpanContents, SourceCode, SourceSpan, SpanContents, ThemeCharacters, ThemeStyles,
};

use super::clean::{clean, visible};
use super::{Sources, Style};
use crate::report::Label;
use crate::source::Source;
use crate::span::File;

/// The longest line that is shown whole, in bytes; longer ones are cut around the place.
const LINE: usize = 120;
/// How much of a cut line is shown before the place.
const LEAD: usize = 40;
/// The longest text beside an underline, in bytes.
const BESIDE: usize = 160;
/// Places with at most so many lines between them share a frame.
const APART: usize = 2;
/// miette's own title, which is not shown.
const TITLE: &str = "excerpt";

/// The lines around the places of a diagnostic.
pub(super) fn excerpts(
    primary: &Label,
    others: &[Label],
    sources: Sources<'_>,
    style: Style,
) -> String {
    let mut frames: Vec<Frame> = Vec::new();
    for file in [File::Mesh, File::Lock] {
        let source = sources.of(file);
        if source.text().trim().is_empty() {
            continue;
        }
        let labels = std::iter::once(primary).chain(others).filter(|label| label.span.file == file);
        let mut places: Vec<Place> =
            labels.map(|label| Place::of(label, primary, source)).collect();
        places.sort_by_key(|place| (place.line, place.columns.start));
        for group in places.chunk_by(|one, two| two.line - one.line <= APART + 1) {
            frames.push(Frame::of(group, source, sources));
        }
    }
    frames.sort_by_key(|frame| !frame.is_primary);
    let width = frames.iter().map(|frame| frame.last.to_string().len()).max().unwrap_or_default();
    frames.iter().map(|frame| frame.draw(width, style)).collect()
}

/// A label in its line.
struct Place<'l> {
    label: &'l Label,
    is_primary: bool,
    /// The line, from 1.
    line: usize,
    /// The bytes of the file in that line.
    columns: Range<usize>,
}

impl<'l> Place<'l> {
    fn of(label: &'l Label, primary: &Label, source: &Source) -> Self {
        let range = label.span.range();
        let line = source.position(range.start).line;
        let text = source.line(line);
        let from = range.start.clamp(text.start, text.end);
        // Of a place that goes over several lines, the first is shown.
        let columns = from..range.end.clamp(from, text.end);
        Self { label, is_primary: std::ptr::eq(label, primary), line, columns }
    }
}

/// Some lines of a file with places in them.
struct Frame {
    /// `path:line:column` of its first place.
    place: String,
    is_primary: bool,
    /// Its first line, from 1.
    first: usize,
    /// Its last line.
    last: usize,
    /// Its lines, as they are shown.
    text: String,
    /// The places in that text.
    spans: Vec<LabeledSpan>,
}

impl Frame {
    fn of(places: &[Place<'_>], source: &Source, sources: Sources<'_>) -> Self {
        let lines = || places.iter().map(|place| place.line);
        let (first, last) = (lines().min().unwrap_or(1), lines().max().unwrap_or(1));
        let shows = |line: usize| !source.slice(source.line(line)).trim().is_empty();
        let before = first.saturating_sub(1);
        let first = if before > 0 && shows(before) { before } else { first };
        let last = if shows(last + 1) { last + 1 } else { last };
        let place = places.first().map(|place| sources.place(place.label.span));
        let mut frame = Self {
            place: place.unwrap_or_default(),
            is_primary: places.iter().any(|place| place.is_primary),
            first,
            last,
            text: String::new(),
            spans: Vec::new(),
        };
        for line in first..=last {
            let here = places.iter().filter(|place| place.line == line).collect::<Vec<_>>();
            frame.push(source, source.line(line), &here);
        }
        frame
    }

    /// Adds a line and its places.
    fn push(&mut self, source: &Source, line: Range<usize>, places: &[&Place<'_>]) {
        let main = places.iter().find(|place| place.is_primary).or_else(|| places.first());
        let around = main.map_or(line.start, |place| place.columns.start);
        let from = if line.len() <= LINE { line.start } else { around.saturating_sub(LEAD) };
        let from = source.text().floor_char_boundary(from.max(line.start));
        // Whatever a character is shown as is no shorter than itself, so this is more than there is room for.
        let window = source.shown(from..line.end.min(from + LINE + LEAD));
        let mut shown = String::new();
        // Where each byte that begins a character has gone.
        let mut moved: Vec<(usize, usize)> = Vec::new();
        if from > line.start {
            shown.push('…');
        }
        for (at, c) in window.char_indices().map(|(at, c)| (from + at, c)) {
            let c = if c == '\t' { "    ".to_owned() } else { visible(&shown, c) };
            moved.push((at, shown.len()));
            if shown.len() + c.len() > LINE {
                shown.push('…');
                break;
            }
            shown.push_str(&c);
        }
        let end = shown.len();
        let to = |at: usize| {
            let next = moved.get(moved.partition_point(|(from, _)| *from < at));
            next.map_or(end, |(_, to)| *to)
        };
        for place in places {
            let text = clean(&place.label.text, BESIDE);
            let text = Some(text).filter(|text| !text.is_empty());
            let (start, stop) = (to(place.columns.start), to(place.columns.end));
            let span = (self.text.len() + start, stop.saturating_sub(start).max(1));
            self.spans.push(if place.is_primary {
                LabeledSpan::new_primary_with_span(text, span)
            } else {
                LabeledSpan::new_with_span(text, span)
            });
        }
        self.text.push_str(&shown);
        self.text.push('\n');
    }

    /// The frame, with room for line numbers of `width` digits.
    fn draw(&self, width: usize, style: Style) -> String {
        let characters =
            if style.unicode { ThemeCharacters::unicode() } else { ThemeCharacters::ascii() };
        let styles = if style.color { ThemeStyles::ansi() } else { ThemeStyles::none() };
        let (corner, bar) = (characters.ltop, characters.hbar);
        let diagnostic = MietteDiagnostic::new(TITLE).with_labels(self.spans.iter().cloned());
        let report = miette::Report::new(diagnostic)
            .with_source_code(Lines { text: self.text.clone(), first: self.first });
        let handler = GraphicalReportHandler::new_themed(GraphicalTheme { characters, styles });
        let mut drawn = String::new();
        // Writing to a string cannot fail.
        let _ = handler.with_width(400).render_report(&mut drawn, report.as_ref());
        let digits = self.last.to_string().len();
        let margin = " ".repeat(width.saturating_sub(digits));
        // The place to edit is named above the frame; only other frames say where they are.
        let head = if self.is_primary {
            format!("{margin}{}{corner}{}\n", " ".repeat(digits + 2), bar.to_string().repeat(4))
        } else {
            format!("{margin}{}{corner}{bar}[{}]\n", " ".repeat(digits + 2), self.place)
        };
        let lines = drawn.lines().skip_while(|line| !line.contains(TITLE)).skip(2);
        lines
            .filter(|line| !line.trim().is_empty())
            .fold(head, |text, line| format!("{text}{margin}{}\n", line.trim_end()))
    }
}

/// The lines of a frame, as miette asks for them.
#[derive(Debug)]
struct Lines {
    text: String,
    /// The number of the first one, from 1.
    first: usize,
}

impl SourceCode for Lines {
    fn read_span<'a>(
        &'a self,
        _: &SourceSpan,
        _: usize,
        _: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let all = SourceSpan::from((0, self.text.len()));
        let count = self.text.lines().count();
        let (data, line) = (self.text.as_bytes(), self.first - 1);
        Ok(Box::new(MietteSpanContents::new(data, all, line, 0, count)))
    }
}
