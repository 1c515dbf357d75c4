//! `cwc_fuzz::http` for libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| cwc_fuzz::http::run(bytes));
