//! The goals, each with what was measured of it.

use crate::goals::{BUILD, CHECK, DIFF, EDITED, READING, Table, UNCHANGED, WRITING};
use crate::measure::Usage;
use crate::{contest, growth};

/// What was measured; a part that was not asked for has no rows.
#[derive(Default)]
pub struct Found {
    pub goals: Option<Table>,
    pub contest: Vec<contest::Row>,
    pub growth: Vec<growth::Row>,
    pub start: Option<Usage>,
}

/// Prints the rows.
pub fn print(found: &Found) {
    println!("\n| goal | measured |\n|---|---|");
    let row = |goal: &str, measured: String| println!("| {goal} | {measured} |");
    against_rivals(&found.contest, row);
    if let Some(table) = &found.goals {
        with_fleet(table, row);
    }
    with_growth(&found.growth, row);
    if let Some(usage) = &found.start {
        let (wall, cpu) = (usage.wall * 1e3, usage.cpu() * 1e3);
        let measured = format!("{wall:.1} ms by the clock, {cpu:.1} ms of a processor");
        row("`check` of mesh.toml.example under 5 ms", measured);
    }
}

fn against_rivals(rows: &[contest::Row], row: impl Fn(&str, String)) {
    let own = rows.iter().find(|row| row.name.starts_with("cwc"));
    let is_rival =
        |row: &&contest::Row| !row.name.starts_with("cwc") && !row.name.starts_with("only");
    let rivals = rows.iter().filter(is_rival);
    let fastest = rivals.max_by(|one, two| one.speed().0.total_cmp(&two.speed().0));
    if let (Some(own), Some(fastest)) = (own, fastest) {
        let ((cpu, clock), (their_cpu, their_clock)) = (own.speed(), fastest.speed());
        let (ratio, by_clock) = (cpu / their_cpu, clock / their_clock);
        let name = &fastest.name;
        let measured = format!("{ratio:.1}x {name} in processor time, {by_clock:.1}x by the clock");
        row("`build` into an empty folder: at least 3x the fastest rival's MB a second", measured);
    }
}

fn with_fleet(table: &Table, row: impl Fn(&str, String)) {
    let of = |name: &str| &table.rows.iter().find(|(known, _)| *known == name).unwrap().1;
    let ratio = |one: &str, two: &str| {
        let (one, two) = (of(one), of(two));
        let (cpu, clock) = (one.cpu() / two.cpu(), one.wall / two.wall);
        format!("{cpu:.2}x in processor time, {clock:.2}x by the clock")
    };
    row(
        "`build` into an empty folder at most 2x of only writing the same files",
        ratio(BUILD, WRITING),
    );
    let peak = table.rows.iter().map(|(_, usage)| usage.peak_mib).fold(0.0, f64::max);
    row(
        "peak memory under 150 MiB",
        format!("{:.0} MiB; {peak:.0} MiB of the greediest command", of(BUILD).peak_mib),
    );
    row(
        "`build` where nothing changed at most 1.5x of reading the tree",
        ratio(UNCHANGED, READING),
    );
    row("`diff` where nothing changed at most 1.5x of reading the tree", ratio(DIFF, READING));
    row(
        "`build` after one service's edit at most 1/3 (0.33x) of a full build",
        ratio(EDITED, BUILD),
    );
    row("`check` of 1,000 services in 100 clusters under 60 ms", times(of(CHECK)));
}

fn with_growth(rows: &[growth::Row], row: impl Fn(&str, String)) {
    let [first, .., largest] = rows else { return };
    row("`check` of 10,000 services in 500 clusters under 1 s", times(&largest.check));
    let against = |other: &growth::Row| {
        let (output, time) =
            (other.megabytes / first.megabytes, other.build.cpu() / first.build.cpu());
        format!("{output:.0}x the output of {} in {time:.0}x its time", first.name)
    };
    let steps: Vec<String> =
        rows[1..].iter().map(|row| format!("{}: {}", row.name, against(row))).collect();
    row("time linear in the output", steps.join("; "));
    let (files, megabytes) = (largest.files, largest.megabytes);
    let Usage { wall, peak_mib, .. } = &largest.build;
    let measured = format!(
        "{files} files, {megabytes:.1} MB in {:.1} s of the processors and {wall:.1} s by the clock, {peak_mib:.0} MiB",
        largest.build.cpu()
    );
    row("W(500,10000) completes with `callers` of 10 clusters each", measured);
}

fn times(usage: &Usage) -> String {
    format!(
        "{:.0} ms by the clock, {:.0} ms of the processors",
        usage.wall * 1e3,
        usage.cpu() * 1e3
    )
}
