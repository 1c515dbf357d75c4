//! Services that were found, added to mesh.toml: first shown, with all that follows from it, then written as it was shown.

use serde::Deserialize;
use serde_json::{Value, json};

use super::live::Found;
use super::{Desk, Known, Told, Why, changes, failed, held, problems};
use crate::commands::diff::unified::{self, Side};
use crate::disk;
use crate::import::{Notes, ServiceDraft};
use crate::report::text::Style;
use crate::source::Source;
use crate::ui::{Chosen, added};

/// So many proposals are remembered.
const KEPT: usize = 8;
const PLAIN: Style = Style { color: false, unicode: true };

/// A change of mesh.toml that was shown and may be made.
pub(super) struct Proposal {
    id: String,
    before: String,
    after: String,
}

/// What a page asks to be added.
#[derive(Deserialize)]
struct Asked {
    services: Vec<Wish>,
}

/// One of the services.
#[derive(Deserialize)]
struct Wish {
    namespace: String,
    name: String,
    clusters: Vec<String>,
    hosts: Vec<String>,
    callers: Vec<String>,
}

impl Desk {
    /// Shows what becomes of mesh.toml, and of the tree.
    pub(super) fn propose(&self, body: &[u8]) -> Told {
        let asked: Asked = serde_json::from_slice(body)
            .map_err(|_| (400, "which services are to be added?".to_owned()))?;
        let known = self.known()?;
        let input = &known.input;
        let errors = input.checked.report.diagnostics().iter();
        let keeps_from = |found: &&crate::report::Diagnostic| {
            found.rule.severity == crate::report::Severity::Error
        };
        if let Some(first) = errors.filter(keeps_from).find(|found| found.rule.code != "CW0108") {
            return Err((
                409,
                format!("mesh.toml has errors, which are to be mended first: {}", first.message),
            ));
        }
        let chosen: Vec<Chosen> =
            asked.services.into_iter().map(|wish| self.chosen(wish)).collect::<Result<_, _>>()?;
        let mut notes = Notes::default();
        let text = added(&input.source, &chosen, &mut notes).map_err(|error| {
            (409, format!("mesh.toml cannot be changed so: {}", error.message()))
        })?;
        let (path, before) = (input.source.path().to_owned(), input.source.text().to_owned());
        let side = |text| Side { text, line: 1 };
        let hunks = unified::hunks(side(&before), side(&text), "", 3, PLAIN);
        let after = Known::new(input.with(Source::new(path, &text)));
        let mut told = json!({
            "text": hunks.text,
            "added": hunks.added,
            "removed": hunks.removed,
            "notes": notes.messages().map(unified::visible).collect::<Vec<_>>(),
            "problems": problems::told(&after.input, &self.machine),
        });
        if after.input.checked.mesh.is_some() && text != before {
            let changes = changes::told(&after, &self.machine)?;
            let id = self.keep(&problems::digest(&after.input), before, text)?;
            if let Value::Object(fields) = &mut told {
                fields.insert("id".to_owned(), id.into());
                fields.insert("changes".to_owned(), changes);
            }
        }
        Ok(told)
    }

    fn keep(&self, digest: &str, before: String, after: String) -> Result<String, Why> {
        let mut proposals = held(&self.proposals)?;
        proposals.retain(|known| known.id != digest);
        while proposals.len() >= KEPT {
            proposals.remove(0);
        }
        proposals.push(Proposal { id: digest.to_owned(), before, after });
        Ok(digest.to_owned())
    }

    /// What a wish is in each of its clusters, by what was found there.
    fn chosen(&self, wish: Wish) -> Result<Chosen, Why> {
        let live = held(&self.sight.live)?;
        let of = |cluster: &String| -> Result<ServiceDraft, Why> {
            let kept = live.clusters.get(cluster).and_then(|kept| kept.found.as_ref());
            let Some(Found::Services(found)) = kept else {
                return Err((
                    409,
                    format!("cluster `{}` has not answered; look again", unified::visible(cluster)),
                ));
            };
            let seen = found.get(&(wish.namespace.clone(), wish.name.clone()));
            let named = || {
                unified::visible(&format!("{}/{} of cluster {cluster}", wish.namespace, wish.name))
            };
            let seen = seen.ok_or_else(|| (409, format!("{} is gone; look again", named())))?;
            seen.draft.clone().map_err(|why| (409, format!("{} cannot be added: {why}", named())))
        };
        let drafts = wish.clusters.iter().map(of).collect::<Result<Vec<_>, _>>()?;
        Ok(Chosen { drafts, hosts: wish.hosts, callers: wish.callers })
    }

    /// Writes what was shown, if mesh.toml is still what it was then.
    pub(super) fn write_proposal(&self, body: &[u8]) -> Told {
        let sent: Value = serde_json::from_slice(body).unwrap_or_default();
        let id = sent.get("id").and_then(Value::as_str).unwrap_or_default();
        let mut proposals = held(&self.proposals)?;
        let at = proposals.iter().position(|known| known.id == id);
        let at =
            at.ok_or_else(|| (409, "this change was not shown, or was made already".to_owned()))?;
        let Proposal { before, after, .. } = proposals.remove(at);
        let shown = self.machine.shown(&self.path);
        disk::rewrite(&self.path, &shown, &before, &after).map_err(failed)?;
        Ok(json!({ "text": format!("{shown} is written; the tree is not built yet") }))
    }
}
