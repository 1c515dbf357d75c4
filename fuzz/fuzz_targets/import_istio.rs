//! `cwc_fuzz::import_istio` for libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| cwc_fuzz::import_istio::run(bytes));
