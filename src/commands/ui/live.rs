//! The live clusters: which of them may be asked, and what they answered when they were.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tokio::runtime::Handle;
use tokio::task::JoinSet;

use super::{Desk, Told};
use crate::commands::diff::unified::visible;
use crate::commands::input::Input;
use crate::disk::{self, Failure};
use crate::document::{ClusterTable, Document};
use crate::report::Report;
use crate::ui::live::{Access, Barred, Plugin, Seen, access, has, list, seen};

/// What is known of the live clusters.
#[derive(Default)]
pub(super) struct Live {
    /// By the cluster's name; those without a context are not there.
    pub clusters: BTreeMap<String, Found>,
    /// The programs that somebody who saw them let run.
    allowed: BTreeSet<Plugin>,
}

/// What is known of one.
pub(super) enum Found {
    /// Its Services.
    Services(Vec<Seen>),
    /// Why there are none.
    Barred(String),
    /// A program must be run first.
    Asks(Plugin),
}

impl Desk {
    /// Asks the clusters that have a context; `run` names those whose programs may be run for it.
    pub(super) fn look(&self, body: &[u8]) -> Told {
        let sent: Value = serde_json::from_slice(body).unwrap_or_default();
        let run: BTreeSet<&str> = sent
            .get("run")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let input = self.input()?;
        let document = Document::parse(&input.source, &mut Report::new());
        let mut known: BTreeMap<String, Found> = BTreeMap::new();
        let mut asked = JoinSet::new();
        let handle = Handle::current();
        for (key, table) in &document.clusters {
            let Some(access) = self.access(table, &input) else { continue };
            let name = key.value.clone();
            match access.and_then(|access| self.let_run(access, run.contains(name.as_str()))) {
                Err(Barred(why)) => drop(known.insert(name, Found::Barred(why))),
                Ok(Err(plugin)) => drop(known.insert(name, Found::Asks(plugin))),
                Ok(Ok(access)) => {
                    asked.spawn_on(async move { (name, list(access).await) }, &handle);
                }
            }
        }
        handle.block_on(async {
            while let Some(done) = asked.join_next().await {
                let Ok((name, answer)) = done else { continue };
                let found = match answer {
                    Ok(services) => Found::Services(
                        services.iter().filter_map(|service| seen(service, &name)).collect(),
                    ),
                    Err(Barred(why)) => Found::Barred(why),
                };
                known.insert(name, found);
            }
        });
        if let Ok(mut live) = self.live.lock() {
            live.clusters = known;
        }
        Ok(json!({}))
    }

    /// How a cluster is reached; `None` where it has no context.
    fn access(&self, table: &ClusterTable, input: &Input) -> Option<Result<Access, Barred>> {
        let context = table.context.given()?;
        let failure = |failure: Failure| Barred(visible(&failure.to_string()));
        let found = || {
            let path = match table.kubeconfig.given() {
                Some(said) => self.kubeconfig(&said.value, &input.folder),
                None => self.holding(&context.value),
            };
            let path = path
                .ok_or_else(|| Barred("there is no kubeconfig that has its context".to_owned()))?;
            let text = disk::read_kubeconfig(&path, &self.machine.shown(&path)).map_err(failure)?;
            let repository =
                disk::repository_root(&input.folder).unwrap_or_else(|| input.folder.clone());
            access(&text, &context.value, |name| {
                let file = disk::named_by(&path, name, &repository).map_err(failure)?;
                Ok(file.to_string_lossy().into_owned())
            })
        };
        Some(found())
    }

    fn kubeconfig(&self, said: &str, folder: &Path) -> Option<PathBuf> {
        match said.strip_prefix("~/") {
            Some(below) => Some(self.machine.home()?.join(below)),
            None => Some(folder.join(said)),
        }
    }

    /// The first of kubectl's files that has a context.
    fn holding(&self, context: &str) -> Option<PathBuf> {
        let text = |path: &PathBuf| disk::read_kubeconfig(path, &self.machine.shown(path)).ok();
        let files = self.machine.kubeconfigs();
        files.into_iter().find(|path| text(path).is_some_and(|text| has(&text, context)))
    }

    /// Whether the program that gives the credentials may be run; the program, where somebody is to see it first.
    fn let_run(&self, access: Access, said: bool) -> Result<Result<Access, Plugin>, Barred> {
        let Some(plugin) = &access.plugin else { return Ok(Ok(access)) };
        if !self.allow_exec {
            let line = visible(&plugin.line);
            return Err(Barred(format!(
                "its kubeconfig gets the credentials by running `{line}`; cwc ui --allow-exec lets it, after asking"
            )));
        }
        let Ok(mut live) = self.live.lock() else { return Ok(Err(plugin.clone())) };
        if said {
            live.allowed.insert(plugin.clone());
        }
        Ok(if live.allowed.contains(plugin) { Ok(access) } else { Err(plugin.clone()) })
    }
}
