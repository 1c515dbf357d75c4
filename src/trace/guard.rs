//! Who may call: the policies at the pods.

use super::follow::{Journey, Wire};
use super::{Pods, Step, What, Who};
use crate::mesh::ClusterId;
use crate::span::Span;

/// The pods at the end of a way, or the refusal of their sidecars.
pub(super) fn pods(
    _journey: &Journey<'_>,
    cluster: ClusterId,
    pods: Pods,
    port: u16,
    wire: &Wire,
    place: Option<Span>,
) -> Step {
    let what = What::Pods { cluster, pods, port, how: wire.how(), who: Who::Everyone };
    Step { what, object: None, place, to: Vec::new() }
}
