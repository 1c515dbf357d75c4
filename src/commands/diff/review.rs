//! What the changes may do, over all clusters: the part of a difference that is read first.
//!
//! Enters: the risks of each cluster. Leaves: each once, with the clusters that it is in and the lines that it comes from, the worst first; whether
//! one of them is of a class that the exit status is 1 for.

use std::collections::{BTreeMap, BTreeSet};

use super::cluster::Compared;
use super::places::Places;
use super::unified::{Shade, paint, visible};
use crate::commands::format::Paths;
use crate::origin::Cause;
use crate::report::finding::{Finding, Kind, Place, tidy};
use crate::report::{finding, text::Style};
use crate::risk::{CLASSES, Class, Level};
use crate::span::Span;

/// So many of a class are shown to people; the rest is counted.
const SHOWN: usize = 10;
/// So many clusters are named for one of them.
const NAMED: usize = 4;

/// What the changes may do.
#[derive(Default)]
pub(in crate::commands) struct Review {
    risks: BTreeMap<(usize, String, String), Seen>,
}

/// Where a risk was seen.
#[derive(Default)]
struct Seen {
    clusters: BTreeSet<String>,
    places: BTreeSet<Span>,
    gone: BTreeSet<String>,
}

/// One thing that the changes may do.
pub(in crate::commands) struct Item<'r> {
    pub class: &'static Class,
    /// A name, or several of which the same is true.
    pub subject: String,
    pub text: &'r str,
    pub clusters: Vec<&'r str>,
    pub cause: Cause,
}

/// What the exit status is 1 for: a class, or a level and all that is worse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FailOn {
    Class(&'static str),
    Level(Level),
}

impl FailOn {
    /// The words that name one, levels first.
    pub(super) fn words() -> impl Iterator<Item = &'static str> {
        Level::ALL.iter().map(|level| level.word()).chain(CLASSES.iter().map(|class| class.name))
    }

    /// The one of a word.
    pub(super) fn of(word: &str) -> Option<Self> {
        let level = Level::ALL.into_iter().find(|level| level.word() == word).map(Self::Level);
        let class = || CLASSES.iter().find(|class| class.name == word);
        level.or_else(|| class().map(|class| Self::Class(class.name)))
    }

    /// Whether it is about a class.
    pub(super) fn hits(self, class: &Class) -> bool {
        match self {
            Self::Class(name) => name == class.name,
            Self::Level(level) => class.level <= level,
        }
    }
}

impl Review {
    /// Adds what a cluster's changes may do.
    pub(in crate::commands) fn add(&mut self, cluster: &str, compared: &Compared) {
        for (risk, cause) in compared.risks.iter().zip(&compared.risk_causes) {
            let key = (risk.rank, visible(&risk.subject), visible(&risk.text));
            let seen = self.risks.entry(key).or_default();
            seen.clusters.insert(visible(cluster));
            seen.places.extend(&cause.places);
            seen.gone.extend(cause.gone.iter().cloned());
        }
    }

    /// What the changes may do, the worst first.
    pub(in crate::commands) fn items(&self) -> impl Iterator<Item = Item<'_>> {
        self.risks.iter().map(|((rank, subject, text), seen)| {
            let places: Vec<Span> = seen.places.iter().copied().collect();
            let gone =
                if places.is_empty() { seen.gone.iter().cloned().collect() } else { Vec::new() };
            Item {
                class: Class::of(*rank),
                subject: subject.clone(),
                text,
                clusters: seen.clusters.iter().map(String::as_str).collect(),
                cause: Cause { places, gone },
            }
        })
    }

    /// The same, with the names of which the same is true in one.
    pub(in crate::commands) fn grouped(&self) -> Vec<Item<'_>> {
        let mut groups: Vec<(Item<'_>, Vec<String>)> = Vec::new();
        for item in self.items() {
            let same = |(group, _): &&mut (Item<'_>, Vec<String>)| {
                (group.class, group.text, &group.clusters)
                    == (item.class, item.text, &item.clusters)
            };
            let Some((group, subjects)) = groups.iter_mut().find(same) else {
                groups.push((item, Vec::new()));
                continue;
            };
            subjects.push(item.subject);
            group.cause.places.extend(item.cause.places);
            group.cause.gone.extend(item.cause.gone);
        }
        groups.into_iter().map(|(item, subjects)| item.with(&subjects)).collect()
    }

    /// How many there are of each level.
    pub(super) fn counts(&self) -> [(Level, usize); 4] {
        Level::ALL
            .map(|level| (level, self.items().filter(|item| item.class.level == level).count()))
    }

    /// Whether one of them is of a class that the exit status is 1 for.
    pub(super) fn fails(&self, fail_on: &[FailOn]) -> bool {
        self.items().any(|item| fail_on.iter().any(|one| one.hits(item.class)))
    }

    /// For people: class by class.
    pub(super) fn drawn(&self, places: &Places<'_>, style: Style) -> String {
        let mut out = String::new();
        let grouped = self.grouped();
        for class in CLASSES {
            let items: Vec<&Item<'_>> = grouped.iter().filter(|item| item.class == class).collect();
            if items.is_empty() {
                continue;
            }
            let shade = match class.level {
                Level::Security | Level::Breaking => Shade::Remove,
                Level::Risky => Shade::Change,
                Level::Safe => Shade::Add,
            };
            let head = paint(&format!("{}: {}", class.level.word(), class.name), shade, style);
            out += &format!("\n{head}\n");
            for item in items.iter().take(SHOWN) {
                let about = match item.about(places).as_str() {
                    "" => String::new(),
                    about => format!("  ({about})"),
                };
                out += &format!("  {}: {}{about}\n", item.subject, item.text);
            }
            if items.len() > SHOWN {
                out += &format!("  and {} more\n", items.len() - SHOWN);
            }
        }
        out
    }

    /// For programs.
    pub(super) fn findings(
        &self,
        places: &Places<'_>,
        paths: &Paths,
        fail_on: &[FailOn],
        fails: bool,
    ) -> Vec<Finding> {
        let of_one = |item: Item<'_>| {
            let hit = fail_on.iter().any(|one| one.hits(item.class));
            let kind = kind(item.class);
            let mut sites =
                item.cause.places.iter().map(|span| places.place(*span, |path| paths.of(path)));
            let shown = places.input.source.path();
            let place = sites.next().unwrap_or_else(|| Place::file(&paths.of(shown), shown));
            Finding {
                kind,
                level: if hit { finding::Level::Error } else { kind.level },
                fails: if fail_on.is_empty() { fails } else { hit },
                message: tidy(&format!("{}: {} (in {})", item.subject, item.text, item.named())),
                label: String::new(),
                place,
                subject: tidy(&item.subject),
                others: sites.map(|place| (place, "and this line".to_owned())).collect(),
                help: None,
            }
        };
        self.items().map(of_one).collect()
    }
}

impl Item<'_> {
    /// The same of more names.
    fn with(mut self, subjects: &[String]) -> Self {
        let named = subjects.iter().take(NAMED - 1);
        self.subject = named.fold(self.subject, |all, name| format!("{all}, {name}"));
        if let more @ 1.. = subjects.len().saturating_sub(NAMED - 1) {
            self.subject += &format!(" and {more} more");
        }
        self.cause.places.sort_unstable();
        self.cause.places.dedup();
        if !self.cause.places.is_empty() {
            self.cause.gone.clear();
        }
        self
    }

    /// The clusters and the lines.
    pub(in crate::commands) fn about(&self, places: &Places<'_>) -> String {
        // What is about a cluster says itself which one.
        let is_cluster = self.class.name.starts_with("cluster-");
        let named = (!is_cluster).then(|| format!("in {}", self.named()));
        let notes: Vec<String> = named.into_iter().chain(places.told(&self.cause)).collect();
        notes.join("; ")
    }

    /// The clusters.
    pub(in crate::commands) fn named(&self) -> String {
        let named: Vec<&str> = self.clusters.iter().take(NAMED).copied().collect();
        match self.clusters.len().saturating_sub(NAMED) {
            0 => named.join(", "),
            more => format!("{} and {more} more", named.join(", ")),
        }
    }
}

fn kind(class: &'static Class) -> Kind {
    let level = match class.level {
        Level::Security | Level::Breaking | Level::Risky => finding::Level::Warning,
        Level::Safe => finding::Level::Note,
    };
    Kind { id: class.name, name: class.name, summary: class.summary, explain: "", level }
}
