//! What is wrong, as plain data.
//!
//! Enters: problems, pushed by any stage. Leaves: [`Report`], ordered by place, from which the exit status and every rendering follow.
//! Nothing in this file knows how a diagnostic is shown: `text` draws it for people, and of the others each is a format for programs.

use crate::span::Span;

pub mod concise;
pub mod finding;
mod fix;
pub mod github;
pub mod gitlab;
pub mod json;
pub mod junit;
pub mod markdown;
pub mod rdjson;
pub mod sarif;
pub mod suggest;
pub mod text;

pub use fix::{Applicability, Edit, Fix};

/// How much a diagnostic weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is built.
    Error,
    /// The build goes on.
    Warning,
}

/// What a diagnostic code stands for; one a file in `rules/`, never reused or renumbered.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// `CW` and four digits; the first two are the block: 00 file, 01 shape, 02 references, 03 names, ports and addresses,
    /// 04 Istio and Kubernetes, 05 exposure, 06 gateways and networks, 07 comments to cwc, 09 the output.
    pub code: &'static str,
    /// The fault in kebab-case, readable after "allow".
    pub name: &'static str,
    /// Its weight.
    pub severity: Severity,
    /// One line: what it reports.
    pub summary: &'static str,
    /// What it means and why it matters, in paragraphs of Markdown.
    pub explain: &'static str,
    /// A document that raises exactly this code.
    pub bad: &'static str,
    /// The same document, mended.
    pub good: &'static str,
}

/// A place and what to say there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// What to say; may be empty.
    pub text: String,
}

/// One problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// What kind of problem it is.
    pub rule: &'static Rule,
    /// One sentence, lower case, no full stop, names in backticks.
    pub message: String,
    /// The text to edit.
    pub primary: Label,
    /// The other places involved.
    pub others: Vec<Label>,
    /// The edit to make.
    pub help: Option<String>,
    /// The edit to make, as data, where there is one answer.
    pub fix: Option<Box<Fix>>,
}

impl Diagnostic {
    /// A problem at `span`; say more with the methods below.
    pub fn new(rule: &'static Rule, span: Span, message: impl Into<String>) -> Self {
        let primary = Label { span, text: String::new() };
        Self { rule, message: message.into(), primary, others: Vec::new(), help: None, fix: None }
    }

    /// What stands beside the underlined text.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Self {
        self.primary.text = text.into();
        self
    }

    /// Another place involved.
    #[must_use]
    pub fn other(mut self, span: Span, text: impl Into<String>) -> Self {
        self.others.push(Label { span, text: text.into() });
        self
    }

    /// The edit to make.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }

    /// The edit to make, if there is one to name.
    #[must_use]
    pub fn maybe_help(mut self, text: Option<String>) -> Self {
        self.help = text.or(self.help);
        self
    }

    /// The edit to make, as data, if there is one.
    #[must_use]
    pub fn maybe_fix(mut self, fix: Option<Fix>) -> Self {
        self.fix = fix.map(Box::new).or(self.fix);
        self
    }
}

/// All problems of one document.
#[derive(Clone, Debug, Default)]
pub struct Report {
    diagnostics: Vec<Diagnostic>,
}

impl Report {
    /// An empty report.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a problem.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Whether anything found forbids a build.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.count(Severity::Error) > 0
    }

    /// How many problems of a weight there are.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.diagnostics.iter().filter(|found| found.rule.severity == severity).count()
    }

    /// How many problems have a fix of some kind.
    #[must_use]
    pub fn fixable(&self, applicability: Applicability) -> usize {
        let fixes = self.diagnostics.iter().filter_map(|found| found.fix.as_deref());
        fixes.filter(|fix| fix.applicability == applicability).count()
    }

    /// Removes the problems for which `keep` is false; for `[lint]`.
    pub fn retain(&mut self, keep: impl FnMut(&Diagnostic) -> bool) {
        self.diagnostics.retain(keep);
    }

    /// Orders the problems by place, then code, and drops repetitions.
    pub fn sort(&mut self) {
        self.diagnostics.sort_by(|one, two| {
            (one.primary.span, one.rule.code, &one.message).cmp(&(
                two.primary.span,
                two.rule.code,
                &two.message,
            ))
        });
        self.diagnostics.dedup();
    }

    /// The problems, in the order of the last [`Report::sort`].
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }
}
