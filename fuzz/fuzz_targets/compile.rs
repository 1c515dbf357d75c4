//! `cwc_fuzz::compile` for libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| cwc_fuzz::compile::run(bytes));
