//! Services that were found, written into the document.
//!
//! Enters: the document as it is, and the services that were chosen with their names and callers. Leaves: its text with them; what it says
//! already stays as it stands, with its comments, as `cwc import --merge` leaves it.

use toml_edit::{Array, DocumentMut, Item, TomlError};

use crate::document::Document;
use crate::import::{Draft, Notes, ServiceDraft, merge};
use crate::mesh::{Lock, resolve};
use crate::report::Report;
use crate::source::Source;

/// A service to add.
#[derive(Clone, Debug)]
pub struct Chosen {
    /// What it is in each of its clusters.
    pub drafts: Vec<ServiceDraft>,
    /// Further names for it.
    pub hosts: Vec<String>,
    /// Who may call it; everyone where nobody is said.
    pub callers: Vec<String>,
}

/// The document with the services.
///
/// # Errors
/// Where the document, or what would become of it, is no TOML.
pub fn added(before: &Source, chosen: &[Chosen], notes: &mut Notes) -> Result<String, TomlError> {
    let mut text = before.text().to_owned();
    for chosen in chosen {
        for draft in &chosen.drafts {
            let mut draft = draft.clone();
            draft.hosts.clone_from(&chosen.hosts);
            if chosen.callers.is_empty() {
                // Which pods they are matters to those alone that keep callers out.
                draft
                    .backends
                    .values_mut()
                    .for_each(|backend| *backend = crate::import::BackendDraft::default());
            }
            let source = Source::new(before.path(), &text);
            text =
                merge(&source, &Draft { clusters: Vec::new(), services: vec![draft] }, notes)?.text;
        }
        if let (Some(draft), false) = (chosen.drafts.first(), chosen.callers.is_empty()) {
            text = with_callers(&text, draft, &chosen.callers)?;
        }
    }
    Ok(text)
}

/// The same with callers for a service that says none yet.
fn with_callers(text: &str, draft: &ServiceDraft, callers: &[String]) -> Result<String, TomlError> {
    let mut unread = Report::new();
    let document = Document::parse(&Source::new("", text), &mut unread);
    let mesh = resolve(&document, Lock::default(), &mut unread);
    let same = |service: &&crate::mesh::Service| {
        service.namespace == draft.namespace && service.name == draft.name
    };
    let Some(service) = mesh.services.iter().find(same) else { return Ok(text.to_owned()) };
    let mut document: DocumentMut = text.parse()?;
    let table = document.get_mut("services").and_then(|services| services.get_mut(&service.key));
    if let Some(table) = table.and_then(Item::as_table_like_mut)
        && !table.contains_key("callers")
    {
        let callers: Array = callers.iter().map(String::as_str).collect();
        table.insert("callers", toml_edit::value(callers));
    }
    Ok(document.to_string())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::import::{BackendDraft, PortDraft};
    use crate::mesh::Protocol;

    fn draft(cluster: &str, name: &str) -> ServiceDraft {
        let selector = BTreeMap::from([("k".to_owned(), "v".to_owned())]);
        ServiceDraft {
            key: name.to_owned(),
            name: name.to_owned(),
            namespace: "shop".to_owned(),
            hosts: Vec::new(),
            vip: None,
            ports: vec![PortDraft {
                name: "http".to_owned(),
                number: 80,
                protocol: Protocol::Http,
            }],
            outlier: None,
            versions: BTreeMap::new(),
            routes: Vec::new(),
            backends: BTreeMap::from([(
                cluster.to_owned(),
                BackendDraft { selector, ..BackendDraft::default() },
            )]),
        }
    }

    const BEFORE: &str = "# Ours.\n[clusters.east] # here\ngateway = \"203.0.113.1\"\n[clusters.west]\ngateway = \"203.0.113.2\"\n\n# The cart.\n\
        [services.cart]\nnamespace = \"shop\" # theirs\nports = { http = 80 }\nclusters = [\"east\"]\n";

    fn becomes(chosen: Chosen) -> String {
        added(&Source::new("mesh.toml", BEFORE), &[chosen], &mut Notes::default()).unwrap()
    }

    #[test]
    fn a_new_service_stands_behind_the_others_and_all_else_stays() {
        let chosen = Chosen {
            drafts: vec![draft("east", "web"), draft("west", "web")],
            hosts: vec!["web.global".to_owned()],
            callers: Vec::new(),
        };
        let new = "\n[services.web]\nnamespace = \"shop\"\nhosts = [\"web.global\"]\nports = { http = 80 }\nclusters = [\"east\", \"west\"]\n";
        assert_eq!(becomes(chosen), format!("{BEFORE}{new}"));
    }

    #[test]
    fn a_service_that_is_there_runs_in_one_more_cluster() {
        let chosen =
            Chosen { drafts: vec![draft("west", "cart")], hosts: Vec::new(), callers: Vec::new() };
        assert_eq!(becomes(chosen), BEFORE.replace("[\"east\"]", "[\"east\", \"west\"]"));
    }

    #[test]
    fn callers_are_said_together_with_the_pods_that_refuse_the_others() {
        let chosen = Chosen {
            drafts: vec![draft("east", "web")],
            hosts: Vec::new(),
            callers: vec!["west/shop".to_owned()],
        };
        let new = "\n[services.web]\nnamespace = \"shop\"\nports = { http = 80 }\ncallers = [\"west/shop\"]\n\n[services.web.backends.east]\nselector = { k = \"v\" }\n";
        assert_eq!(becomes(chosen), format!("{BEFORE}{new}"));
    }
}
