//! `cwc_fuzz::fmt` for libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| cwc_fuzz::fmt::run(bytes));
