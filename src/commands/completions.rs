//! `cwc completions`: what a shell needs to complete cwc's words.

use clap::{CommandFactory as _, Parser};
use clap_complete::Shell;

use super::{Answer, Cli, Status};

/// Prints what a shell needs to complete cwc's commands, options and their values
#[derive(Debug, Parser)]
#[command(after_help = "Example:
  $ cwc completions bash > ~/.local/share/bash-completion/completions/cwc")]
pub(super) struct Args {
    /// The shell
    shell: Shell,
}

pub(super) fn run(args: &Args) -> Answer {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "cwc", &mut script);
    let mut answer = Answer::new(Status::Good);
    answer.stdout = String::from_utf8_lossy(&script).into_owned();
    answer
}
