//! The Services of one cluster, kept in sight.
//!
//! Enters: an [`Access`]. Leaves: [`News`], until whoever is told wants no more: all Services, then each that comes, changes or goes; where the
//! cluster stops to answer, why, and all again once it does. It is Kubernetes' own way, a list and then a watch from its version on; a server that
//! forgot that version, or lets nobody watch, is listed again.

use std::pin::pin;
use std::time::Duration;

use futures_util::{Stream, StreamExt as _};
use k8s_openapi::api::core::v1::Service;
use kube::api::{Api, WatchEvent, WatchParams};
use tokio::task::spawn_blocking;
use tokio::time::{sleep, timeout};

use super::list::{connect, in_time, is_there, list, reason, slim};
use super::{Access, Barred, Seen, seen};

/// Before a cluster is asked again: at first, and at most.
const PAUSES: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(20));
/// A watch that is silent for so long is asked whether it is still one: a network that went away says nothing.
const SILENCE: Duration = Duration::from_secs(10);

/// What is new of a cluster.
#[derive(Debug)]
pub enum News {
    /// These are all its Services.
    All(Vec<Seen>),
    /// This one is there, or is another than it was.
    Is(Box<Seen>),
    /// The one of this namespace and name is gone.
    Gone(String, String),
    /// It does not answer.
    Silent(Barred),
}

/// Keeps a cluster in sight, until it is dropped; ends by itself only where its credentials cannot be had, which would be asked for again and again.
pub async fn watch(access: Access, cluster: String, tell: impl Fn(News) + Send) {
    let services = match connect(access).await {
        Ok(services) => services,
        Err(why) => return tell(News::Silent(why)),
    };
    let mut pause = PAUSES.0;
    loop {
        match in_sight(&services, &cluster, &tell).await {
            // It was seen until now: perhaps it is only being restarted.
            Ok(()) => pause = PAUSES.0,
            Err(why) => tell(News::Silent(why)),
        }
        sleep(pause).await;
        pause = (pause * 2).min(PAUSES.1);
    }
}

/// Lists, then watches; ends well where the watch is over, and nothing else is wrong.
async fn in_sight(
    services: &Api<Service>,
    cluster: &str,
    tell: &impl Fn(News),
) -> Result<(), Barred> {
    let (all, mut version) = list(services).await?;
    let own = cluster.to_owned();
    // Thousands are read elsewhere than where requests are answered.
    let read = move || all.iter().filter_map(|service| seen(service, &own)).collect();
    tell(News::All(spawn_blocking(read).await.map_err(|_| cannot_be_read())?));
    loop {
        let params = WatchParams::default();
        let begun =
            async { services.watch(&params, &version).await.map_err(|error| reason(&error)) };
        let Ok(events) = in_time(begun).await else {
            // Who may list and not watch is listed again, after a while.
            sleep(PAUSES.1).await;
            return Ok(());
        };
        match follow(events, services, cluster, tell).await? {
            Some(last) => version = last,
            None => return Ok(()),
        }
    }
}

/// Follows a watch to its end; the version that it came to, or `None` where that is not known any more.
async fn follow(
    events: impl Stream<Item = kube::Result<WatchEvent<Service>>>,
    services: &Api<Service>,
    cluster: &str,
    tell: &impl Fn(News),
) -> Result<Option<String>, Barred> {
    let (mut events, mut version) = (pin!(events), None);
    loop {
        let event = match timeout(SILENCE, events.next()).await {
            Err(_) => {
                is_there(services).await?;
                continue;
            }
            // The server ends each after some minutes.
            Ok(None) => return Ok(version),
            Ok(Some(event)) => event,
        };
        match event {
            Ok(WatchEvent::Added(service) | WatchEvent::Modified(service)) => {
                version.clone_from(&service.metadata.resource_version);
                let seen = slim(&service).and_then(|service| seen(&service, cluster));
                seen.into_iter().for_each(|seen| tell(News::Is(Box::new(seen))));
            }
            Ok(WatchEvent::Deleted(service)) => {
                version.clone_from(&service.metadata.resource_version);
                let about = service.metadata;
                if let (Some(namespace), Some(name)) = (about.namespace, about.name) {
                    tell(News::Gone(namespace, name));
                }
            }
            Ok(WatchEvent::Bookmark(mark)) => version = Some(mark.metadata.resource_version),
            Ok(WatchEvent::Error(_)) | Err(_) => return Ok(None),
        }
    }
}

fn cannot_be_read() -> Barred {
    Barred("what it answers cannot be read".to_owned())
}
