//! Where a program that counts the lines it runs says so: what it is told of by `cargo llvm-cov` (docs/reliability.md), whatever else it is not told of.

#![allow(clippy::disallowed_methods, reason = "it hands on what the environment says")]

use std::ffi::OsString;

/// The variable, if it is there; other tests run without it.
pub(crate) fn counted() -> Option<(&'static str, OsString)> {
    let name = "LLVM_PROFILE_FILE";
    Some((name, std::env::var_os(name)?))
}
