//! A process and what it used.
//!
//! Enters: a command. Leaves: its time and its peak memory, from the kernel's account of it. That account is kept for all children of a
//! process together, so each command is run by a process of its own, this program again.

use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike as _;

/// What a process used.
#[derive(Debug)]
pub struct Usage {
    pub wall: f64,
    pub user: f64,
    pub system: f64,
    pub peak_mib: f64,
}

impl Usage {
    /// The processor's time, whoever spent it.
    pub fn cpu(&self) -> f64 {
        self.user + self.system
    }
}

/// Runs a program in a folder; it must succeed.
pub fn run(folder: &Path, program: &str, args: &[&str]) -> Usage {
    run_into(folder, Path::new("/dev/null"), program, args)
}

/// Runs a program in a folder; what it prints goes to a file.
pub fn run_into(folder: &Path, output: &Path, program: &str, args: &[&str]) -> Usage {
    let own = std::env::current_exe().unwrap();
    let mut command = Command::new(own);
    command.arg("measure").arg(output).arg(program).args(args).current_dir(folder);
    let output = command.stderr(Stdio::inherit()).output().unwrap();
    assert!(output.status.success(), "{program} {args:?}");
    let said = String::from_utf8(output.stdout).unwrap();
    let numbers: Vec<f64> = said.split_whitespace().map(|word| word.parse().unwrap()).collect();
    let [wall, user, system, peak_mib] = numbers.try_into().unwrap();
    Usage { wall, user, system, peak_mib }
}

/// Runs a program and prints what it used.
pub fn child(output: &str, program: &str, args: &[&str]) {
    let mut command = Command::new(program);
    command.args(args).stdout(File::create(output).unwrap()).stderr(Stdio::piped());
    let start = Instant::now();
    let output = command.output().unwrap();
    let wall = start.elapsed().as_secs_f64();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).unwrap();
    let seconds = |time: nix::sys::time::TimeVal| time.num_microseconds() as f64 / 1e6;
    let (user, system) = (seconds(usage.user_time()), seconds(usage.system_time()));
    println!("{wall} {user} {system} {}", usage.max_rss() as f64 / 1024.0);
}

/// Of each figure the median.
pub fn median(usages: &[Usage]) -> Usage {
    let of = |get: fn(&Usage) -> f64| {
        let mut values: Vec<f64> = usages.iter().map(get).collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    let (wall, user, system) = (of(|one| one.wall), of(|one| one.user), of(|one| one.system));
    Usage { wall, user, system, peak_mib: of(|one| one.peak_mib) }
}
