//! cwc beside its rivals and its goals: `cargo bench --no-default-features --bench rivals [-- PART]`, where a part is one of the names below and no
//! part is all of them.
//!
//! `goals [CLUSTERS SERVICES RUNS]`: each command beside its limit. `rivals [CLUSTERS SERVICES RUNS]`: the programs of benches/install.sh, each
//! making the same `ServiceEntries`; the slow ones make a fifth of the clusters and services, which the table says. `growth`: from W(10,100) to
//! W(500,10000). `start`: the smallest run. Prints the tables of docs/performance.md; asserts nothing about time,
//! as a machine that is busy would fail it.
#![allow(
    unreachable_pub,
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "a benchmark may panic, prints, touches files and asks for the time"
)]

#[path = "rivals/contender.rs"]
mod contender;
#[path = "rivals/contest.rs"]
mod contest;
#[path = "fleet/goals.rs"]
mod goals;
#[path = "rivals/growth.rs"]
mod growth;
#[path = "rivals/input.rs"]
mod input;
#[path = "fleet/limit.rs"]
mod limit;
#[path = "fleet/measure.rs"]
mod measure;
#[path = "fleet/mesh.rs"]
mod mesh;
#[path = "rivals/start.rs"]
mod start;
#[path = "rivals/verdict.rs"]
mod verdict;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    if goals::is_part(&words) {
        return;
    }
    let (part, numbers) =
        words.split_first().map_or(("all", &[][..]), |(part, rest)| (*part, rest));
    let number = |index: usize, default: usize| {
        numbers.get(index).map_or(default, |word| word.parse().expect("a number"))
    };
    let (clusters, services) = (number(0, 100), number(1, 1000));
    let mut found = verdict::Found::default();
    if ["all", "goals"].contains(&part) {
        let table = goals::measure(clusters, services, number(2, 5));
        goals::print(&table);
        found.goals = Some(table);
    }
    if ["all", "rivals"].contains(&part) {
        let slow = ((clusters / 5).max(1), (services / 5).max(1));
        found.contest = contest::measure((clusters, services), slow, number(2, 3));
        contest::print(&found.contest);
    }
    if ["all", "growth"].contains(&part) {
        found.growth = vec![
            growth::measure(10, 100, None, 5),
            growth::measure(10, 1000, None, 5),
            growth::measure(100, 100, None, 5),
            growth::measure(100, 1000, None, 3),
            growth::measure(500, 10000, Some(10), 1),
        ];
        growth::print(&found.growth);
    }
    if ["all", "start"].contains(&part) {
        found.start = Some(start::measure(51));
    }
    verdict::print(&found);
}
