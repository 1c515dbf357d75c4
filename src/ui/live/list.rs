//! The Services of one cluster, asked of its API server.
//!
//! Enters: an [`Access`]. Leaves: each Service as JSON, or why there is no answer, in words that hold nothing of the credentials. [`watch`](super::watch)
//! asks it first, and again whenever it has lost sight of the cluster.

use std::error::Error as _;
use std::time::Duration;

use k8s_openapi::api::core::v1::Service;
use kube::api::{Api, ListParams};
use kube::config::KubeConfigOptions;
use kube::{Client, Config};
use serde_json::{Value, json};
use tokio::runtime::Handle;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use super::{Access, Barred};

/// A server has said what it has to say by then.
const PATIENCE: Duration = Duration::from_secs(10);
/// So many Services at once.
const PAGE: u32 = 500;
/// More than this no cluster has.
const MOST: usize = 100_000;

/// Begins to speak with the API server of a cluster: its certificates and credentials are looked at, and nothing is asked yet.
///
/// # Errors
/// With the reason, where it cannot be spoken with.
pub(super) async fn connect(access: Access) -> Result<Api<Service>, Barred> {
    // The program that gives credentials is waited for in a thread of its own: it may never end.
    let handle = Handle::current();
    let begun = spawn_blocking(move || handle.block_on(client(access)));
    match timeout(PATIENCE, begun).await {
        Err(_) => Err(Barred("its credentials were not there after 10 s".to_owned())),
        Ok(Err(_)) => Err(Barred("it cannot be asked".to_owned())),
        Ok(Ok(client)) => Ok(Api::all(client?)),
    }
}

/// The Services of a cluster, and the version that they are of; what they are called and say of their ports and pods, and nothing else of them.
///
/// # Errors
/// With the reason, where there is no answer.
pub(super) async fn list(services: &Api<Service>) -> Result<(Vec<Value>, String), Barred> {
    in_time(pages(services)).await
}

/// Asks whether there is still somebody who answers.
///
/// # Errors
/// With the reason, where there is not.
pub(super) async fn is_there(services: &Api<Service>) -> Result<(), Barred> {
    let one = ListParams::default().limit(1);
    in_time(async { services.list(&one).await.map(drop).map_err(|error| reason(&error)) }).await
}

/// What is answered, if it is in time.
pub(super) async fn in_time<T>(
    answer: impl Future<Output = Result<T, Barred>>,
) -> Result<T, Barred> {
    let late = |_| Err(Barred("no answer after 10 s".to_owned()));
    timeout(PATIENCE, answer).await.unwrap_or_else(late)
}

async fn client(access: Access) -> Result<Client, Barred> {
    let options = KubeConfigOptions::default();
    let config = Config::from_custom_kubeconfig(access.config, &options).await;
    let mut config =
        config.map_err(|_| Barred("its certificates or files cannot be read".to_owned()))?;
    // Whatever the environment says: only what the kubeconfig names is connected to.
    config.proxy_url = None;
    config.default_retry = false;
    // Whoever waits for it knows for how long.
    config.connect_timeout = None;
    config.read_timeout = None;
    Client::try_from(config).map_err(|error| match error {
        kube::Error::Auth(_) => {
            Barred("the program of its kubeconfig gave no credentials".to_owned())
        }
        _ => Barred("its certificates or keys are not valid".to_owned()),
    })
}

async fn pages(services: &Api<Service>) -> Result<(Vec<Value>, String), Barred> {
    let mut found = Vec::new();
    let mut wanted = ListParams::default().limit(PAGE);
    loop {
        let page = services.list(&wanted).await.map_err(|error| reason(&error))?;
        found.extend(page.items.iter().filter_map(slim));
        let version = page.metadata.resource_version.unwrap_or_default();
        match page.metadata.continue_.filter(|next| !next.is_empty()) {
            Some(next) if found.len() < MOST => wanted = wanted.continue_token(&next),
            _ => return Ok((found, version)),
        }
    }
}

/// A Service without its annotations, labels and status, which are nobody's business here.
pub(super) fn slim(service: &Service) -> Option<Value> {
    let spec = service.spec.as_ref()?;
    let metadata = &service.metadata;
    let mut labels = metadata.labels.clone().unwrap_or_default();
    // By these a gateway is known.
    labels.retain(|key, _| key == "istio" || key == "app");
    Some(json!({
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": { "name": metadata.name, "namespace": metadata.namespace, "labels": labels },
        "spec": { "type": spec.type_, "clusterIP": spec.cluster_ip, "selector": spec.selector, "ports": spec.ports },
    }))
}

/// Why there is no answer.
pub(super) fn reason(error: &kube::Error) -> Barred {
    if let kube::Error::Api(status) = error {
        return Barred(match status.code {
            401 => "its API server does not know the credentials (401)".to_owned(),
            403 => "its API server does not let them list Services (403)".to_owned(),
            code => format!("its API server answers {code}"),
        });
    }
    let mut causes: Vec<String> = Vec::new();
    let mut next = error.source();
    while let Some(cause) = next {
        causes.push(cause.to_string());
        next = cause.source();
    }
    let all = causes.join(": ").to_lowercase();
    let known = [
        ("connection refused", "nothing listens at its address"),
        (
            "certificate",
            "the certificate of its API server is not the one that the kubeconfig trusts",
        ),
        ("dns error", "its address has no such name"),
        ("failed to lookup", "its address has no such name"),
        ("timed out", "no answer after 10 s"),
        ("unreachable", "its address cannot be reached"),
    ];
    let words = known.iter().find(|(part, _)| all.contains(part)).map(|(_, words)| *words);
    let kind = match error {
        kube::Error::SerdeError(_) => "what answers there is no API server of Kubernetes",
        kube::Error::Auth(_) => "its credentials cannot be had",
        _ => "its API server does not answer",
    };
    Barred(words.unwrap_or(kind).to_owned())
}
