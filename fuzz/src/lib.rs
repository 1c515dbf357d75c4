//! What holds for any bytes. One file a target; each has a `run`, which panics where something does not hold. `drawn` is what `check` asks of diagnostics.
//!
//! libFuzzer calls them by way of `fuzz_targets/`; `tests/fuzz.rs` of the package above calls them with what libFuzzer has kept in `corpus/`.

pub mod addresses;
pub mod check;
pub mod compile;
mod drawn;
pub mod fmt;
#[cfg(feature = "ui")]
pub mod http;
pub mod import_coddiwomple;
pub mod import_istio;
pub mod import_kubernetes;
pub mod lock;
pub mod tree;
pub mod yaml;
