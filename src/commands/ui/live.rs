//! The live clusters: which of them may be asked, and what is known of those that are kept in sight.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::runtime::Handle;
use tokio::task::AbortHandle;

use super::{Desk, Told, held};
use crate::commands::diff::unified::visible;
use crate::commands::input::Input;
use crate::disk::{self, Failure};
use crate::document::ClusterTable;
use crate::ui::live::{Access, Barred, Files, News, Plugin, Seen, watch};

/// However slow they are, clusters have answered by then, or said why not.
const PATIENCE: Duration = Duration::from_secs(25);

/// What is known of the live clusters, and a bell for those who wait for news.
#[derive(Default)]
pub(super) struct Sight {
    pub live: Mutex<Live>,
    pub news: Condvar,
}

/// What is known of the live clusters.
#[derive(Default)]
pub(super) struct Live {
    /// By the cluster's name; those without a context are not there.
    pub clusters: BTreeMap<String, Kept>,
    /// How often something of them has changed.
    pub version: u64,
    /// The programs that somebody who saw them let run.
    allowed: BTreeSet<Plugin>,
}

/// A cluster that is kept in sight.
pub(super) struct Kept {
    /// Its context and its kubeconfig, as the document says them.
    by: By,
    /// What is known of it; nothing yet while it is asked for the first time.
    pub found: Option<Found>,
    watch: Option<AbortHandle>,
}

type By = (String, Option<String>);

/// What is known of one.
pub(super) enum Found {
    /// Its Services, by namespace and name.
    Services(BTreeMap<(String, String), Seen>),
    /// Why there are none.
    Barred(String),
    /// A program must be run first.
    Asks(Plugin),
}

impl Drop for Kept {
    fn drop(&mut self) {
        self.watch.iter().for_each(AbortHandle::abort);
    }
}

impl Live {
    /// What is known of a cluster; `None` where it was not asked, or not in the way that the document says now.
    pub(super) fn of(&self, name: &str, table: &ClusterTable) -> Option<&Kept> {
        self.clusters.get(name).filter(|kept| by(table).as_ref() == Some(&kept.by))
    }

    fn hear(&mut self, cluster: &str, by: &By, news: News) {
        let Some(kept) = self.clusters.get_mut(cluster).filter(|kept| kept.by == *by) else {
            return;
        };
        let key = |seen: &Seen| (seen.namespace.clone(), seen.name.clone());
        let changed = match (news, &mut kept.found) {
            (News::All(all), found) => {
                let all = all.into_iter().map(|seen| (key(&seen), seen)).collect();
                let new = Found::Services(all);
                let same = found.as_ref().is_some_and(|found| found.is(&new));
                *found = Some(new);
                !same
            }
            (News::Is(seen), Some(Found::Services(all))) => {
                all.insert(key(&seen), *seen.clone()).is_none_or(|before| before != *seen)
            }
            (News::Gone(namespace, name), Some(Found::Services(all))) => {
                all.remove(&(namespace, name)).is_some()
            }
            (News::Silent(Barred(why)), found) => {
                let new = Found::Barred(why);
                let same = found.as_ref().is_some_and(|found| found.is(&new));
                *found = Some(new);
                !same
            }
            _ => false,
        };
        self.version += u64::from(changed);
    }
}

impl Found {
    /// Whether a page would show the same.
    fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Services(one), Self::Services(other)) => one == other,
            (Self::Barred(one), Self::Barred(other)) => one == other,
            _ => false,
        }
    }
}

fn by(table: &ClusterTable) -> Option<By> {
    let kubeconfig = table.kubeconfig.given().map(|said| said.value.clone());
    Some((table.context.given()?.value.clone(), kubeconfig))
}

impl Desk {
    /// Begins to keep the clusters in sight that have a context, and answers when each has answered once. `run` names those whose programs may be run
    /// for it; those in sight already are asked anew if `again` says so.
    pub(super) fn look(&self, body: &[u8]) -> Told {
        let sent: Value = serde_json::from_slice(body).unwrap_or_default();
        let run = sent.get("run").and_then(Value::as_array).into_iter().flatten();
        let run: BTreeSet<&str> = run.filter_map(Value::as_str).collect();
        let again = sent.get("again").and_then(Value::as_bool) == Some(true);
        let known = self.known()?;
        let input = &known.input;
        let document = &known.document;
        let mut live = held(&self.sight.live)?;
        live.clusters.retain(|name, kept| {
            let is_own = |key: &str, table| key == name && by(table).as_ref() == Some(&kept.by);
            let stays = document.clusters.iter().any(|(key, table)| is_own(&key.value, table));
            stays && !again && !matches!(kept.found, Some(Found::Asks(_)))
        });
        for (key, table) in &document.clusters {
            let name = key.value.as_str();
            let Some(by) = by(table).filter(|_| !live.clusters.contains_key(name)) else {
                continue;
            };
            let access = self.access(table, input);
            let access = access
                .and_then(|access| self.let_run(access, run.contains(name), &mut live.allowed));
            let kept = match access {
                Err(Barred(why)) => Kept { by, found: Some(Found::Barred(why)), watch: None },
                Ok(Err(plugin)) => Kept { by, found: Some(Found::Asks(plugin)), watch: None },
                Ok(Ok(access)) => {
                    let watch = self.keep_in_sight(access, name, by.clone());
                    Kept { by, found: None, watch: Some(watch) }
                }
            };
            live.clusters.insert(name.to_owned(), kept);
        }
        live.version += 1;
        self.sight.news.notify_all();
        let waits = |live: &mut Live| live.clusters.values().any(|kept| kept.found.is_none());
        drop(self.sight.news.wait_timeout_while(live, PATIENCE, waits));
        Ok(json!({}))
    }

    fn keep_in_sight(&self, access: Access, name: &str, by: By) -> AbortHandle {
        let (sight, name) = (Arc::clone(&self.sight), name.to_owned());
        let own = name.clone();
        let hear = move |news| {
            if let Ok(mut live) = sight.live.lock() {
                live.hear(&own, &by, news);
            }
            sight.news.notify_all();
        };
        Handle::current().spawn(watch(access, name, hear)).abort_handle()
    }

    /// How a cluster is reached, which has a context.
    fn access(&self, table: &ClusterTable, input: &Input) -> Result<Access, Barred> {
        let failure = |failure: Failure| Barred(visible(&failure.to_string()));
        let context = table.context.given().map_or("", |said| said.value.as_str());
        let paths = match table.kubeconfig.given() {
            Some(said) => self.kubeconfig(&said.value, &input.folder).into_iter().collect(),
            // Of these, kubectl leaves out what is not there.
            None => disk::existing(self.machine.kubeconfigs()),
        };
        if paths.is_empty() {
            return Err(Barred("there is no kubeconfig".to_owned()));
        }
        let read = |path: &PathBuf| disk::read_kubeconfig(path, &self.machine.shown(path));
        let texts: Vec<String> =
            paths.iter().map(read).collect::<Result<_, _>>().map_err(failure)?;
        let repository =
            disk::repository_root(&input.folder).unwrap_or_else(|| input.folder.clone());
        let path = |at: usize| paths.get(at).map_or(Path::new(""), PathBuf::as_path);
        let file = |at: usize, name: &str| {
            let file = disk::named_by(path(at), name, &repository).map_err(failure)?;
            Ok(file.to_string_lossy().into_owned())
        };
        let foreign = |at: usize| disk::comes_with(path(at), &repository);
        Files::read(texts.iter().map(String::as_str))?.access(context, file, foreign)
    }

    fn kubeconfig(&self, said: &str, folder: &Path) -> Option<PathBuf> {
        match said.strip_prefix("~/") {
            Some(below) => Some(self.machine.home()?.join(below)),
            None => Some(folder.join(said)),
        }
    }

    /// Whether the program that gives the credentials may be run; the program, where somebody is to see it first.
    fn let_run(
        &self,
        access: Access,
        said: bool,
        allowed: &mut BTreeSet<Plugin>,
    ) -> Result<Result<Access, Plugin>, Barred> {
        let Some(plugin) = &access.plugin else { return Ok(Ok(access)) };
        if !self.allow_exec {
            let line = visible(&plugin.line);
            return Err(Barred(format!(
                "its kubeconfig gets the credentials by running `{line}`; cwc ui --allow-exec lets it, after asking"
            )));
        }
        if said {
            allowed.insert(plugin.clone());
        }
        Ok(if allowed.contains(plugin) { Ok(access) } else { Err(plugin.clone()) })
    }
}
