//! What a benchmark is told on its command line: a fleet and how often, or nothing.

/// CLUSTERS SERVICES RUNS as given, or `usual`.
pub fn given(bench: &str, usual: [usize; 3]) -> [usize; 3] {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    let numbers: Vec<usize> = args.iter().filter_map(|word| word.parse().ok()).collect();
    match numbers[..] {
        [] if args.is_empty() => usual,
        [clusters, services, runs] if args.len() == 3 => [clusters, services, runs],
        _ => panic!("usage: cargo bench --bench {bench} [-- CLUSTERS SERVICES RUNS]"),
    }
}
