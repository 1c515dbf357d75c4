//! `cwc ui` as a browser and as an attacker meet it: the real program, at a port of the loopback interface.
#![cfg(feature = "ui")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::print_stderr,
    clippy::unnecessary_debug_formatting,
    clippy::format_collect,
    reason = "a test may panic, and reads the repository's files"
)]

#[path = "ui/answers.rs"]
mod answers;
#[path = "ui/attacks.rs"]
mod attacks;
#[path = "ui/browser.rs"]
mod browser;
#[path = "ui/clusters.rs"]
mod clusters;
#[path = "ui/floods.rs"]
mod floods;
#[path = "ui/kubeconfigs.rs"]
mod kubeconfigs;
#[path = "ui/live.rs"]
mod live;
#[path = "ui/merged.rs"]
mod merged;
#[path = "ui/opening.rs"]
mod opening;
#[path = "ui/served.rs"]
mod served;
#[path = "ui/walk.rs"]
mod walk;
