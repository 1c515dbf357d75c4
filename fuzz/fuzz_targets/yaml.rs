//! `cwc_fuzz::yaml` for libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| cwc_fuzz::yaml::run(bytes));
