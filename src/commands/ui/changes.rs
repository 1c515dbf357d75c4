//! What a build would change: how much, what that may do, which objects, and the text of one of them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Known, Told, Why, checked, failed};
use crate::changes::{ObjectChange, Piece, lock};
use crate::commands::Machine;
use crate::commands::diff::cluster::{self, Compared};
use crate::commands::diff::old::Old;
use crate::commands::diff::places::Places;
use crate::commands::diff::review::Review;
use crate::commands::diff::unified::{self, Side, visible};
use crate::commands::input::Input;
use crate::compile::Fleet;
use crate::disk::{Failure, Folder};
use crate::mesh::ClusterId;
use crate::report::text::Style;
use crate::risk;
use crate::ui::Request;

/// So many objects and files are listed; the rest is counted.
const LISTED: usize = 20_000;
/// Unchanged lines around what changes.
const CONTEXT: usize = 3;
const PLAIN: Style = Style { color: false, unicode: true };

/// What a build would change.
pub(super) fn told(known: &Known, machine: &Machine) -> Told {
    let input = &known.input;
    let mut counts: BTreeMap<&str, usize> =
        ["add", "change", "remove"].into_iter().map(|word| (word, 0)).collect();
    let (mut review, mut listed, mut more) = (Review::default(), Vec::new(), 0);
    let (mut notes, mut clusters, mut differ) = (Vec::new(), 0, 0);
    let mesh = checked(input)?.mesh();
    let root = root(input, machine)?;
    let places = Places { input, root: &root };
    compared(known, machine, None, |name, compared| {
        let changes = &compared.changes;
        clusters += usize::from(mesh.cluster_named(name).is_some() || !changes.is_empty());
        differ += usize::from(!changes.is_empty());
        review.add(name, &compared);
        notes.extend(compared.in_the_way.iter().map(|path| {
            format!(
                "{root}/{} is not cwc's file; cwc build stops until it is moved away",
                visible(path)
            )
        }));
        for (at, (change, cause)) in changes.objects.iter().zip(&compared.causes).enumerate() {
            *counts.entry(change.action().word()).or_default() += 1;
            if listed.len() == LISTED {
                more += 1;
                continue;
            }
            let of_it = compared.risks.iter().filter(|risk| risk.objects.contains(&at));
            let mut levels: Vec<_> = of_it.map(risk::Risk::class).collect();
            levels.sort_by_key(|class| class.level);
            let level = levels.first().map(|class| class.level.word());
            let identity = &change.identity;
            listed.push(json!({
                "cluster": visible(name),
                "action": change.action().word(),
                "group": identity.group,
                "kind": visible(&identity.kind),
                "namespace": visible(&identity.namespace),
                "name": visible(&identity.name),
                "level": level,
                "from": places.told(cause).join("; "),
            }));
        }
        for file in changes.files_beside() {
            if listed.len() == LISTED {
                more += 1;
                continue;
            }
            listed.push(json!({
                "cluster": visible(name),
                "action": file.action.word(),
                "kind": "file",
                "name": visible(&file.path),
                "from": places.of_file(file, None).join("; "),
            }));
        }
    })?;
    let risks: Vec<Value> = review
        .grouped()
        .iter()
        .map(|item| {
            json!({
                "level": item.class.level.word(),
                "class": item.class.name,
                "summary": item.class.summary,
                "subject": item.subject,
                "text": item.text,
                "about": item.about(&places),
            })
        })
        .collect();
    let addresses: Vec<Value> = lock::compare(input.lock.as_ref(), &mesh.lock)
        .names
        .iter()
        .map(|name| {
            let text = |address: Option<std::net::Ipv4Addr>| address.map(|address| address.to_string());
            json!({ "name": visible(&name.name), "before": text(name.old), "after": text(name.new) })
        })
        .collect();
    Ok(json!({
        "state": super::problems::state(input),
        "out": visible(&root),
        "clusters": clusters,
        "differ": differ,
        "counts": counts,
        "risks": risks,
        "addresses": addresses,
        "changes": listed,
        "more": more,
        "notes": notes,
    }))
}

/// The text of one change.
pub(super) fn object(known: &Known, request: &Request, machine: &Machine) -> Told {
    let input = &known.input;
    let wanted = request.get("cluster");
    let (kind, namespace, name) =
        (request.get("kind"), request.get("namespace"), request.get("name"));
    let (root, mut found) = (root(input, machine)?, None);
    let places = Places { input, root: &root };
    compared(known, machine, Some(wanted), |_, compared| {
        let file = compared
            .changes
            .files
            .iter()
            .find(|file| kind == "file" && visible(&file.path) == name);
        if let Some((file, (old, new))) = file.and_then(|file| Some((file, file.texts.as_ref()?))) {
            let side = |text| Side { text, line: 1 };
            let hunks = unified::hunks(side(old), side(new), "", CONTEXT, PLAIN);
            found = Some(shown(&hunks, &format!("{root}/{}", file.path), &[], ""));
        }
        let is_it = |change: &ObjectChange| {
            let identity = &change.identity;
            identity.group == request.get("group")
                && visible(&identity.kind) == kind
                && visible(&identity.namespace) == namespace
                && visible(&identity.name) == name
        };
        let Some(at) = compared.changes.objects.iter().position(is_it) else { return };
        let pair = compared.changes.objects.get(at).zip(compared.causes.get(at));
        let Some((change, cause)) = pair else { return };
        let of_it = compared.risks.iter().filter(|risk| risk.objects.contains(&at));
        let risks: Vec<Value> = of_it
            .map(|risk| json!({ "level": risk.class().level.word(), "class": risk.class().name, "text": visible(&risk.text) }))
            .collect();
        let side = |piece: &'_ Option<Piece>| {
            piece.clone().map_or((String::new(), 1), |piece| (piece.text, piece.line))
        };
        let (old, new) = (side(&change.old), side(&change.new));
        let hunks = unified::hunks(
            Side { text: &old.0, line: old.1 },
            Side { text: &new.0, line: new.1 },
            "",
            CONTEXT,
            PLAIN,
        );
        let path = change.new.as_ref().or(change.old.as_ref()).map_or("", |piece| &piece.path);
        found =
            Some(shown(&hunks, &format!("{root}/{path}"), &risks, &places.told(cause).join("; ")));
    })?;
    found.ok_or_else(|| (404, "it is no longer different".to_owned()))
}

fn shown(hunks: &unified::Hunks, path: &str, risks: &[Value], from: &str) -> Value {
    let (added, removed) = (hunks.added, hunks.removed);
    json!({ "file": visible(path), "text": hunks.text, "added": added, "removed": removed, "risks": risks, "from": from })
}

/// Compares cluster by cluster, those of the document and whatever else stands in the tree's folder, by name.
fn compared(
    known: &Known,
    machine: &Machine,
    only: Option<&str>,
    mut each: impl FnMut(&str, Compared),
) -> Result<(), Why> {
    let input = &known.input;
    let mesh = checked(input)?;
    let fleet = Fleet::new(mesh);
    let mut run = || -> Result<(), Failure> {
        let root = input.out(None, mesh, machine);
        let folder = Folder::open_below(&input.folder, &root, &machine.shown(&root))?;
        let entries = folder.entries()?;
        let old = Old::tree(&folder, &entries);
        let atlas = cluster::atlas([&fleet].into_iter());
        let ids: Vec<ClusterId> = mesh.mesh().cluster_ids().collect();
        let mut names = cluster::names(&ids, mesh.mesh(), Some(&old));
        names.retain(|(name, _)| only.is_none_or(|only| visible(name) == only));
        cluster::compare_each(&names, &fleet, &known.document, &old, &atlas, |name, _, compared| {
            each(name, compared);
        })
    };
    run().map_err(failed)
}

/// The tree's folder as it is shown.
fn root(input: &Input, machine: &Machine) -> Result<String, Why> {
    Ok(machine.shown(&input.out(None, checked(input)?, machine)))
}
