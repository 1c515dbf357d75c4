//! Files that hold no objects, and files whose objects cannot be told apart.

use super::{DNS_CHANGED, GATEWAY_CHANGED, Risk, UNCLASSED, dns, told};
use crate::changes::values::ISTIOD;
use crate::changes::{Action, Changes, FileChange, How};

/// The component that opens the gateways' ports.
const PORTS: &str = "gateway-ports/kustomization.yaml";

/// What the changes of a cluster's files may do where no object says it, each with the file's path.
#[must_use]
pub fn of_files(changes: &Changes) -> Vec<(Risk, &str)> {
    // The list of files changes with them.
    let is_listed = changes.files.iter().any(|file| file.action != Action::Change);
    // Ports are opened with the gateways that listen on them.
    let is_opened = changes.objects.iter().any(|object| object.identity.kind == "Gateway");
    let is_told = changes.files_beside().any(|file| within(file) == PORTS);
    let mut risks = Vec::new();
    for file in changes.files_beside() {
        let found = match &file.texts {
            Some((old, new)) if within(file) == ISTIOD && file.how == How::Text => {
                let found = told::of_values(old, new).into_iter();
                found
                    .map(|(rank, subject, text)| risk(rank, subject, format!("{text} ({ISTIOD})")))
                    .collect()
            }
            _ => Vec::from_iter(of_file(file, is_listed, is_opened, is_told)),
        };
        risks.extend(found.into_iter().map(|risk| (risk, file.path.as_str())));
    }
    risks
}

/// The path of a file in its cluster's folder.
fn within(file: &FileChange) -> &str {
    file.path.split_once('/').map_or("", |(_, name)| name)
}

fn of_file(file: &FileChange, is_listed: bool, is_opened: bool, is_told: bool) -> Option<Risk> {
    let name = within(file);
    let said = |comes: &str, changes: &str, goes: &str| match file.action {
        Action::Add => format!("{comes} ({name})"),
        Action::Change => format!("{changes} ({name})"),
        Action::Remove => format!("{goes} ({name})"),
    };
    let (rank, subject, text) = match (&file.how, name) {
        (How::Objects | How::Form | How::LineEndings, _) => return None,
        (How::Unreadable(why), _) => {
            (UNCLASSED, &*file.path, format!("cannot be compared object by object: {why}"))
        }
        (How::Text, "kustomization.yaml") if is_listed => return None,
        (How::Text, PORTS | "helm/gateway.yaml" | "helm/egress.yaml") if is_opened => return None,
        // The component says the same of the same Services.
        (How::Text, "helm/gateway.yaml" | "helm/egress.yaml") if is_told => return None,
        (How::Text, "kube-dns/kustomization.yaml") => {
            let now = "kube-dns is told who answers for the names";
            (
                DNS_CHANGED,
                dns::SUBJECT,
                said(now, "kube-dns is told otherwise", "kube-dns is told nothing any more"),
            )
        }
        (How::Text, PORTS | "helm/gateway.yaml" | "helm/egress.yaml") => {
            let text =
                said("ports are opened", "other ports are opened", "no ports are opened any more");
            (GATEWAY_CHANGED, "the gateways' Services", text)
        }
        (How::Text, _) => (UNCLASSED, &*file.path, said("comes", "changes", "goes")),
    };
    Some(risk(rank, subject, text))
}

fn risk(rank: usize, subject: &str, text: String) -> Risk {
    Risk { rank, subject: subject.to_owned(), text, objects: Vec::new(), fields: Vec::new() }
}
