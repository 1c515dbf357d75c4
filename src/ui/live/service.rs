//! A Service that was found, as far as the document is concerned.
//!
//! Enters: its JSON. Leaves: [`Seen`]: what it is called, its ports, and what it would be as a service of the document, or why it cannot be one. The
//! latter is decided by `cwc import kubernetes`.

use serde_json::Value;

use crate::import::kubernetes::{self, Wanted};
use crate::import::{Notes, ServiceDraft};
use crate::source::Source;

/// A Service of a live cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// The numbers of its TCP ports.
    pub ports: Vec<u16>,
    /// What it would be in the document, or why nothing.
    pub draft: Result<ServiceDraft, String>,
    /// What is to be known of that.
    pub notes: Vec<String>,
}

/// Reads a Service of a cluster; `None` where it has no name.
#[must_use]
pub fn seen(service: &Value, cluster: &str) -> Option<Seen> {
    let text = |key: &str| service.get("metadata")?.get(key)?.as_str().map(str::to_owned);
    let (namespace, name) = (text("namespace")?, text("name")?);
    let ports = service.get("spec").and_then(|spec| spec.get("ports")).and_then(Value::as_array);
    let tcp = |port: &&Value| {
        port.get("protocol").and_then(Value::as_str).is_none_or(|word| word == "TCP")
    };
    let number =
        |port: &Value| port.get("port")?.as_u64().and_then(|port| u16::try_from(port).ok());
    let ports = ports.into_iter().flatten().filter(tcp).filter_map(number).collect();
    let mut notes = Notes::default();
    let wanted = Wanted {
        cluster: cluster.to_owned(),
        namespaces: vec![namespace.clone()],
        gateway: Vec::new(),
        pods: true,
    };
    let source = Source::new("", &service.to_string());
    let draft = kubernetes::read(&source, &wanted, &mut notes).services.pop();
    let about = format!("service {namespace}/{name}: ");
    let told = |message: &str| message.strip_prefix(&about).unwrap_or(message).to_owned();
    let mut notes: Vec<String> = notes.messages().map(told).collect();
    let draft = draft.ok_or_else(|| {
        if notes.is_empty() {
            "it is a gateway".to_owned()
        } else {
            std::mem::take(&mut notes).join("; ")
        }
    });
    Some(Seen { namespace, name, ports, draft, notes })
}
