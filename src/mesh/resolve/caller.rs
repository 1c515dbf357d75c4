//! Who may call a service.

use crate::document::{self, Key};
use crate::mesh::{Caller, Callers, Mesh, Scope};
use crate::span::Spanned;

/// Who may call; unknown clusters are `unknown-cluster`'s to report.
pub(super) fn callers(
    own: &Key<Vec<Spanned<document::Caller>>>,
    defaults: &Key<Vec<Spanned<document::Caller>>>,
    mesh: &Mesh,
) -> Callers {
    let Some(written) = own.or(defaults).given() else { return Callers::Everyone };
    let mut callers: Vec<Caller> =
        written.iter().filter_map(|written| caller(written, mesh)).collect();
    callers.sort();
    Callers::Only(callers)
}

fn caller(written: &Spanned<document::Caller>, mesh: &Mesh) -> Option<Caller> {
    let cluster = mesh.cluster_named(&written.cluster)?;
    let scope = match (written.namespace.clone(), written.service_account.clone()) {
        (None, _) => Scope::Cluster,
        (Some(namespace), None) => Scope::Namespace(namespace),
        (Some(namespace), Some(account)) => Scope::ServiceAccount(namespace, account),
    };
    Some(Caller { cluster, scope, span: written.span })
}
