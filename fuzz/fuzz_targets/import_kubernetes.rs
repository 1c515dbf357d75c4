//! `cwc_fuzz::import_kubernetes` for libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| cwc_fuzz::import_kubernetes::run(bytes));
