//! Files that hold no objects, and files whose objects cannot be told apart.

use super::{DISCOVERY_CHANGED, DNS_CHANGED, GATEWAY_CHANGED, Risk, UNCLASSED, dns};
use crate::changes::values::{ISTIOD, Subjects};
use crate::changes::{Action, Changes, FileChange, How};

/// The component that opens the gateways' ports.
const PORTS: &str = "gateway-ports/kustomization.yaml";

const ONLY_MESH: Subjects = Subjects { mesh: true, names: false };

/// What the changes of a cluster's files may do where no object says it, each with the file's path.
#[must_use]
pub fn of_files(changes: &Changes) -> Vec<(Risk, &str)> {
    // The list of files changes with them.
    let is_listed = changes.files.iter().any(|file| file.action != Action::Change);
    // Ports are opened with the gateways that listen on them.
    let is_opened = changes.objects.iter().any(|object| object.identity.kind == "Gateway");
    let is_told = changes.files_beside().any(|file| within(file) == PORTS);
    let of_one = |file: &'_ FileChange| {
        let risk = of_file(file, is_listed, is_opened, is_told);
        risk.into_iter().chain(of_mesh(file)).collect::<Vec<Risk>>()
    };
    let named = |file| of_one(file).into_iter().map(|risk| (risk, file.path.as_str()));
    changes.files_beside().flat_map(named).collect()
}

/// What istiod is told of its mesh, in the values for its chart.
fn of_mesh(file: &FileChange) -> Option<Risk> {
    let name = within(file);
    if name != ISTIOD || !Subjects::of(file).mesh {
        return None;
    }
    let text =
        format!("istiod is told otherwise of its mesh, its network or others' gateways ({name})");
    Some(risk(DISCOVERY_CHANGED, "discovery", text))
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
        (How::Text, ISTIOD) if Subjects::of(file) == ONLY_MESH => return None,
        (How::Text, ISTIOD) => {
            let now = "sidecars answer for the names now";
            let text =
                said(now, "sidecars are told otherwise", "sidecars no longer answer for the names");
            (DNS_CHANGED, dns::SUBJECT, text)
        }
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
