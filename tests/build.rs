//! `cwc build` as its users meet it: what it writes, what it leaves alone, what it refuses, and what is there after a failure.
//!
//! Each test runs the program in a folder of its own. The rows of a fault table become tests named after what they show.
#![cfg(unix)]
#![allow(
    unreachable_pub,
    clippy::case_sensitive_file_extension_comparisons,
    clippy::format_collect,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test may panic, and looks at files itself"
)]

#[path = "coverage/counted.rs"]
mod counted;
#[path = "build/failures.rs"]
mod failures;
#[path = "build/flags.rs"]
mod flags;
#[path = "build/folder.rs"]
mod folder;
#[path = "build/guards.rs"]
mod guards;
#[path = "build/in_the_way.rs"]
mod in_the_way;
#[path = "build/names.rs"]
mod names;
#[path = "build/race.rs"]
mod race;
#[path = "build/repo.rs"]
mod repo;
#[path = "build/same_bytes.rs"]
mod same_bytes;
#[path = "build/turns.rs"]
mod turns;
#[path = "build/writes.rs"]
mod writes;
