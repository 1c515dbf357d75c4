//! `AuthorizationPolicy`: who is refused, by which calls.
//!
//! Always DENY: an ALLOW closes everything that it does not name, what is no business of the document's among it.

use std::borrow::Cow;

use serde::Serialize;

use super::{Kind, Manifest, Spec};
use crate::plan::{Guard, Refused, ServicePlan};

/// `AuthorizationPolicy`'s specification, as far as it is used.
#[derive(Debug, Serialize)]
pub struct AuthorizationPolicy<'p> {
    rules: Vec<Rule<'p>>,
    action: &'static str,
}

#[derive(Debug, Serialize)]
struct Rule<'p> {
    from: [From<'p>; 1],
    when: [Condition<'p>; 1],
}

#[derive(Debug, Serialize)]
struct From<'p> {
    source: Source<'p>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Source<'p> {
    #[serde(skip_serializing_if = "Option::is_none")]
    principals: Option<[&'p str; 1]>,
    not_principals: &'p [String],
}

#[derive(Debug, Serialize)]
struct Condition<'p> {
    key: &'static str,
    values: &'p [String],
}

/// What the pods of a service refuse; `None` where everyone may call.
///
/// Without a selector: which pods are meant is told by the SNI, and one that was mistyped would leave them open. Identity and SNI are known
/// of every TLS connection, so the rules hold for HTTP and TCP ports alike (`pilot/pkg/security/authz/model/model.go`).
pub(super) fn for_pods<'p>(service: &'p ServicePlan<'_>) -> Option<Manifest<'p>> {
    let Guard { snis, refused } = service.guard.as_ref()?;
    let name = service.service.names.first()?;
    let rule = |refused: &'p Refused| Rule {
        from: [From {
            source: Source {
                principals: refused.of.as_deref().map(|of| [of]),
                not_principals: &refused.except,
            },
        }],
        when: [Condition { key: "connection.sni", values: snis }],
    };
    let spec = AuthorizationPolicy { rules: refused.iter().map(rule).collect(), action: "DENY" };
    Some(Manifest {
        kind: Kind::AuthorizationPolicy,
        namespace: service.home,
        name: Cow::Borrowed(&name.host),
        labels: &[],
        spec: Spec::AuthorizationPolicy(spec),
        origin: service.service.span,
    })
}
