//! `cwc_fuzz::lock` for libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| cwc_fuzz::lock::run(bytes));
