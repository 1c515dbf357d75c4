//! What the answer of a command is written as: the one seam between what was found and the formats.
//!
//! Enters: a document's diagnostics, and what else a command found. Leaves: its standard output. Nothing here decides an exit status.

use std::path::{Component, Path, PathBuf};

use clap::ValueEnum;

use super::Machine;
use super::input::Input;
use crate::disk;
use crate::document::Outline;
use crate::report::finding::{Finding, Kind, Level, Listing, Place, tidy};
use crate::report::{
    Diagnostic, Label, Rule, Severity, concise, github, gitlab, json, junit, markdown, rdjson,
    sarif,
};
use crate::span::File;

/// What the answer is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// With excerpts, for people
    Full,
    /// One line each
    Concise,
    /// One object, with a version and a schema
    Json,
    /// Annotations of GitHub Actions
    Github,
    /// GitLab's Code Quality report
    Gitlab,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// JUnit's XML
    Junit,
    /// reviewdog's diagnostics
    Rdjson,
    /// For a comment or the summary of a job
    Markdown,
}

impl Format {
    /// The machine as this format draws on it: colors are for people.
    pub(super) fn on(self, machine: &Machine) -> Machine {
        if matches!(self, Self::Full | Self::Concise) { machine.clone() } else { machine.plain() }
    }

    /// What was found, written out.
    pub(super) fn write(self, listing: &Listing) -> String {
        match self {
            Self::Full => listing.full.clone(),
            Self::Concise => concise::write(listing),
            Self::Json => json::write(listing),
            Self::Github => github::write(listing),
            Self::Gitlab => gitlab::write(listing),
            Self::Sarif => sarif::write(listing),
            Self::Junit => junit::write(listing),
            Self::Rdjson => rdjson::write(listing),
            Self::Markdown => markdown::write(listing),
        }
    }
}

/// Paths as CI knows them: from the root of the repository that the working folder is in, or else from the working folder.
pub(super) struct Paths {
    folder: PathBuf,
    root: PathBuf,
}

impl Paths {
    pub(super) fn new(machine: &Machine) -> Self {
        let folder = machine.folder.clone();
        let root = disk::repository_root(&folder).unwrap_or_else(|| folder.clone());
        Self { folder, root }
    }

    /// A path that is given from the working folder; one outside of the repository stays as it is.
    pub(super) fn of(&self, shown: &str) -> String {
        let mut path = PathBuf::new();
        for part in self.folder.join(shown).components() {
            match part {
                Component::CurDir => {}
                Component::ParentDir => drop(path.pop()),
                part => path.push(part),
            }
        }
        let short = path.strip_prefix(&self.root).unwrap_or(Path::new(shown));
        short.to_string_lossy().replace('\\', "/")
    }
}

impl Listing {
    /// Adds a document that was checked; `denied` says that the exit status is 1 for its warnings, too.
    pub(super) fn add(&mut self, input: &Input, paths: &Paths, denied: bool, machine: &Machine) {
        self.examined.push(tidy(&paths.of(input.source.path())));
        self.diagnostics.extend(input.findings(paths, denied));
        self.full.push_str(&input.drawn(machine));
        if let Some(checked) = &input.checked.mesh {
            self.counts.0 += checked.mesh().clusters.len();
            self.counts.1 += checked.mesh().services.len();
        }
    }
}

impl Input {
    /// The document's diagnostics, for programs.
    fn findings(&self, paths: &Paths, denied: bool) -> Vec<Finding> {
        let found = self.checked.report.diagnostics();
        if found.is_empty() {
            return Vec::new();
        }
        let outlines = [(File::Mesh, Some(&self.source)), (File::Lock, self.lock.as_ref())];
        let outlines = outlines.map(|(file, source)| {
            (file, source.map(|source| Outline::of(source, file)).unwrap_or_default())
        });
        let of_one = |found: &Diagnostic| {
            let span = found.primary.span;
            let outline = outlines.iter().find(|(file, _)| *file == span.file);
            let kind = kind(found.rule);
            Finding {
                kind,
                level: kind.level,
                fails: denied || kind.level == Level::Error,
                message: tidy(&found.message),
                label: tidy(&found.primary.text),
                place: self.place(&found.primary, paths),
                subject: tidy(outline.map_or("", |(_, outline)| outline.path(span))),
                others: found
                    .others
                    .iter()
                    .map(|label| (self.place(label, paths), tidy(&label.text)))
                    .collect(),
                help: found.help.as_deref().map(tidy),
            }
        };
        found.iter().map(of_one).collect()
    }

    fn place(&self, label: &Label, paths: &Paths) -> Place {
        let source = self.sources().of(label.span.file);
        Place::of(source, &paths.of(source.path()), label.span.range())
    }
}

fn kind(rule: &'static Rule) -> Kind {
    let level = match rule.severity {
        Severity::Error => Level::Error,
        Severity::Warning => Level::Warning,
    };
    let Rule { code, name, summary, explain, .. } = *rule;
    Kind { id: code, name, summary, explain, level }
}
