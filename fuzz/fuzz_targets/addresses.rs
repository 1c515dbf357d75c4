//! `cwc_fuzz::addresses` for libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| cwc_fuzz::addresses::run(bytes));
