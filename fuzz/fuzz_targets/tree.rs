//! `cwc_fuzz::tree` for libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| cwc_fuzz::tree::run(bytes));
