//! Arguments to exit status; everything else is the library's.

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;
use cwc::commands::{Answer, Cli, Machine};

fn main() -> ExitCode {
    let cli = Cli::parse();
    let answer =
        Machine::current(cli.color()).map_or_else(Answer::failed, |machine| cli.run(&machine));
    // A reader that went away (`| head`) is no failure, and nobody is left to be told of another one.
    let _ = std::io::stdout().lock().write_all(answer.stdout.as_bytes());
    let _ = std::io::stderr().lock().write_all(answer.stderr.as_bytes());
    ExitCode::from(answer.status as u8)
}
