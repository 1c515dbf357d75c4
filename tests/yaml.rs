//! The YAML writer's contract: the exact text of hand-written cases, the round trip of any tree,
//! and the judgement of the readers that matter, `sigs.k8s.io/yaml` (Kubernetes, Istio, Argo CD)
//! and `PyYAML`.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test may panic, and the judges are programs on this machine"
)]

#[path = "yaml/corpus.rs"]
mod corpus;
#[path = "yaml/errors.rs"]
mod errors;
#[path = "yaml/form.rs"]
mod form;
#[path = "yaml/judge.rs"]
mod judge;
#[path = "yaml/readers.rs"]
mod readers;
#[path = "yaml/roundtrip.rs"]
mod roundtrip;
#[path = "yaml/scalars.rs"]
mod scalars;

/// The text that cwc writes for `value`.
fn text<T: serde::Serialize + ?Sized>(value: &T) -> String {
    let mut out = String::new();
    cwc::emit::yaml::write(value, &mut out).unwrap();
    out
}
