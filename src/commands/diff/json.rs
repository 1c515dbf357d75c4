//! The difference for programs: one object, whose schema is `schemas/diff.schema.json`.

use serde::Serialize;

use super::cluster::Compared;
use super::places::Places;
use super::review::{FailOn, Review};
use crate::changes::lock::LockChanges;
use crate::changes::path::Difference;
use crate::changes::{Action, FileChange, How, ObjectChange, Piece};
use crate::commands::format::Paths;
use crate::origin::Cause;
use crate::report::finding::{Finding, Place};
use crate::report::json::{
    Diagnostic, FORMAT_VERSION, Labelled, TOOL, Tool, diagnostic, labelled, pretty,
};

/// The difference while it is gathered.
#[derive(Default)]
pub(super) struct Output {
    changes: Vec<serde_json::Value>,
    files: Vec<serde_json::Value>,
    objects: Counts,
    clusters: usize,
}

#[derive(Serialize)]
struct Document<'d> {
    format_version: &'static str,
    tool: Tool,
    command: &'static str,
    against: Option<&'d str>,
    compared: bool,
    summary: Summary,
    diagnostics: Vec<Diagnostic<'d>>,
    risks: Vec<Risk<'d>>,
    changes: Vec<serde_json::Value>,
    files: Vec<serde_json::Value>,
    lock: Vec<Address>,
}

#[derive(Serialize)]
struct Summary {
    clusters: usize,
    clusters_changed: usize,
    objects: Counts,
    risks: std::collections::BTreeMap<&'static str, usize>,
}

#[derive(Clone, Copy, Default, Serialize)]
struct Counts {
    add: usize,
    change: usize,
    remove: usize,
}

#[derive(Serialize)]
struct Risk<'d> {
    class: &'static str,
    level: &'static str,
    summary: &'static str,
    subject: &'d str,
    message: &'d str,
    clusters: Vec<&'d str>,
    fails: bool,
    from: Vec<Labelled<'d>>,
    gone: Vec<String>,
}

#[derive(Serialize)]
struct Change<'d> {
    cluster: &'d str,
    action: &'static str,
    group: &'d str,
    kind: &'d str,
    namespace: &'d str,
    name: &'d str,
    file: String,
    classes: Vec<&'static str>,
    from: Vec<Labelled<'d>>,
    gone: &'d [String],
    differences: Vec<Field<'d>>,
    before: Option<serde_yaml::Value>,
    after: Option<serde_yaml::Value>,
}

#[derive(Serialize)]
struct Field<'d> {
    path: &'d str,
    action: &'static str,
    before: &'d Option<serde_yaml::Value>,
    after: &'d Option<serde_yaml::Value>,
}

#[derive(Serialize)]
struct File<'d> {
    cluster: &'d str,
    action: &'static str,
    path: String,
    how: &'static str,
}

#[derive(Serialize)]
struct Address {
    name: String,
    before: Option<String>,
    after: Option<String>,
}

/// What is told of a difference besides its changes.
pub(super) struct About<'d> {
    pub against: Option<&'d str>,
    /// How many clusters were compared.
    pub clusters: usize,
    pub review: &'d Review,
    pub fail_on: &'d [FailOn],
    pub lock: &'d LockChanges,
}

impl Output {
    /// Adds what differs in a cluster.
    pub(super) fn add(
        &mut self,
        name: &str,
        compared: &Compared,
        places: &Places<'_>,
        paths: &Paths,
    ) {
        let changes = &compared.changes;
        self.clusters += usize::from(!changes.objects.is_empty());
        for (at, (change, cause)) in changes.objects.iter().zip(&compared.causes).enumerate() {
            *match change.action() {
                Action::Add => &mut self.objects.add,
                Action::Change => &mut self.objects.change,
                Action::Remove => &mut self.objects.remove,
            } += 1;
            let of_it = compared.risks.iter().filter(|risk| risk.objects.contains(&at));
            let mut classes: Vec<&str> = of_it.map(|risk| risk.class().name).collect();
            classes.dedup();
            self.changes.push(object(name, change, cause, classes, places, paths));
        }
        for file in changes.files_beside() {
            self.files.push(value(&File {
                cluster: name,
                action: file.action.word(),
                path: paths.of(&format!("{}/{}", places.root, file.path)),
                how: how(file),
            }));
        }
    }

    /// The object.
    pub(super) fn written(self, about: &About<'_>, places: &Places<'_>, paths: &Paths) -> String {
        let items: Vec<_> = about.review.items().collect();
        let sites: Vec<Vec<Place>> = items
            .iter()
            .map(|item| {
                item.cause
                    .places
                    .iter()
                    .map(|span| places.place(*span, |path| paths.of(path)))
                    .collect()
            })
            .collect();
        let risks = items.iter().zip(&sites).map(|(item, sites)| Risk {
            class: item.class.name,
            level: item.class.level.word(),
            summary: item.class.summary,
            subject: &item.subject,
            message: item.text,
            clusters: item.clusters.clone(),
            fails: about.fail_on.iter().any(|one| one.hits(item.class)),
            from: sites.iter().map(|place| labelled(place, "")).collect(),
            gone: item.cause.gone.clone(),
        });
        let lock = about.lock.names.iter().map(|name| Address {
            name: name.name.clone(),
            before: name.old.map(|address| address.to_string()),
            after: name.new.map(|address| address.to_string()),
        });
        pretty(&Document {
            format_version: FORMAT_VERSION,
            tool: TOOL,
            command: "diff",
            against: about.against,
            compared: true,
            summary: Summary {
                clusters: about.clusters,
                clusters_changed: self.clusters,
                objects: self.objects,
                risks: counts(about.review),
            },
            diagnostics: Vec::new(),
            risks: risks.collect(),
            changes: self.changes,
            files: self.files,
            lock: lock.collect(),
        })
    }
}

/// The object where nothing could be compared.
pub(super) fn invalid(against: Option<&str>, diagnostics: &[Finding]) -> String {
    let risks = counts(&Review::default());
    pretty(&Document {
        format_version: FORMAT_VERSION,
        tool: TOOL,
        command: "diff",
        against,
        compared: false,
        summary: Summary { clusters: 0, clusters_changed: 0, objects: Counts::default(), risks },
        diagnostics: diagnostics.iter().map(diagnostic).collect(),
        risks: Vec::new(),
        changes: Vec::new(),
        files: Vec::new(),
        lock: Vec::new(),
    })
}

fn counts(review: &Review) -> std::collections::BTreeMap<&'static str, usize> {
    review.counts().into_iter().map(|(level, count)| (level.word(), count)).collect()
}

fn object(
    cluster: &str,
    change: &ObjectChange,
    cause: &Cause,
    classes: Vec<&'static str>,
    places: &Places<'_>,
    paths: &Paths,
) -> serde_json::Value {
    let identity = &change.identity;
    let side = |piece: &Option<Piece>| {
        piece.as_ref().and_then(|piece| serde_yaml::from_str(&piece.text).ok())
    };
    let piece = change.new.as_ref().or(change.old.as_ref());
    let path = piece.map_or("", |piece| piece.path.as_str());
    let sites: Vec<Place> =
        cause.places.iter().map(|span| places.place(*span, |path| paths.of(path))).collect();
    let field = |difference: &'_ Difference| -> serde_json::Value {
        value(&Field {
            path: &difference.named,
            action: difference.action.word(),
            before: &difference.before,
            after: &difference.after,
        })
    };
    let mut written = value(&Change {
        cluster,
        action: change.action().word(),
        group: &identity.group,
        kind: &identity.kind,
        namespace: &identity.namespace,
        name: &identity.name,
        file: paths.of(&format!("{}/{path}", places.root)),
        classes,
        from: sites.iter().map(|place| labelled(place, "")).collect(),
        gone: &cause.gone,
        differences: Vec::new(),
        before: side(&change.old),
        after: side(&change.new),
    });
    if let Some(fields) = written.get_mut("differences") {
        *fields = change.differences.iter().map(field).collect();
    }
    written
}

fn how(file: &FileChange) -> &'static str {
    match file.how {
        How::Objects => "objects",
        How::Text => "text",
        How::Form => "form",
        How::LineEndings => "line-endings",
        How::Unreadable(_) => "unreadable",
    }
}

fn value(of: &impl Serialize) -> serde_json::Value {
    // Only keys that are no strings could fail; a hand-written file may have some, and then shows none of them.
    serde_json::to_value(of).unwrap_or_default()
}
