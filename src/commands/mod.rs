//! The commands: one file a verb, with its arguments, whose comments are its help, and its `run`.
//!
//! Enters: arguments and the [`Machine`]. Leaves: an [`Answer`]; nothing is printed here. A new command is a file, a `mod` line and a line
//! in `Command`.

mod build;
mod check;
mod completions;
mod diff;
mod explain;
mod fmt;
mod format;
mod graph;
mod import;
mod init;
mod input;
mod lsp;
mod machine;
mod man;
mod side_by_side;
mod trace;
#[cfg(feature = "ui")]
mod ui;
mod watch;

use clap::{Parser, Subcommand, ValueEnum};

pub use machine::Machine;

use crate::disk::Failure;

/// One mesh.toml describes every cluster of the fleet; cwc checks it, compiles it to Istio configuration and shows what changes.
///
/// Exit status, the same for every command: 0 done, and the answer is good; 1 done, and the answer is "no" (findings, differences);
/// 2 the question could not be answered.
#[derive(Debug, Parser)]
#[command(name = "cwc", version = env!("CWC_VERSION"), max_term_width = 100, subcommand_required = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    common: Common,
}

/// What every command takes.
#[derive(Debug, Parser)]
struct Common {
    /// The document [default: mesh.toml here or in a folder above, up to the git repository's]
    #[arg(
        short,
        long,
        global = true,
        value_name = "FILE",
        env = "CWC_FILE",
        hide_env_values = true
    )]
    file: Option<String>,
    /// When to color what is printed
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        hide_possible_values = false
    )]
    color: When,
    /// Print the answer only
    #[arg(short, long, global = true)]
    quiet: bool,
    /// Say what is read and written
    #[arg(short, long, global = true)]
    verbose: bool,
}

/// When to do something that depends on who reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// For a terminal, unless the environment says otherwise
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

#[derive(Debug, Subcommand)]
enum Command {
    Init(init::Args),
    Check(check::Args),
    Fmt(fmt::Args),
    Build(build::Args),
    Diff(diff::Args),
    Trace(trace::Args),
    #[cfg(feature = "ui")]
    Ui(ui::Args),
    Explain(explain::Args),
    Completions(completions::Args),
    Man(man::Args),
    Graph(graph::Args),
    Import(import::Args),
    Lsp(lsp::Args),
}

/// The exit status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Done, and the answer is good.
    Good = 0,
    /// Done, and the answer is "no".
    No = 1,
    /// The question could not be answered.
    Failed = 2,
}

/// What a command says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The result.
    pub stdout: String,
    /// The chatter.
    pub stderr: String,
    /// The exit status.
    pub status: Status,
}

impl Answer {
    /// An answer that says nothing.
    #[must_use]
    pub fn new(status: Status) -> Self {
        Self { stdout: String::new(), stderr: String::new(), status }
    }

    /// An answer to a question that could not be answered.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "it is the end of the failure")]
    pub fn failed(failure: Failure) -> Self {
        let stderr = format!("error: {failure}\n");
        Self { stderr, ..Self::new(Status::Failed) }
    }
}

impl Cli {
    /// When to color.
    #[must_use]
    pub fn color(&self) -> When {
        self.common.color
    }

    /// Runs the command.
    #[must_use]
    pub fn run(self, machine: &Machine) -> Answer {
        let common = &self.common;
        let answer = match self.command {
            Command::Init(args) => init::run(&args, machine),
            Command::Check(args) => check::run(&args, common, machine),
            Command::Fmt(args) => fmt::run(&args, common, machine),
            Command::Build(args) => build::run(&args, common, machine),
            Command::Diff(args) => diff::run(&args, common, machine),
            Command::Trace(args) => trace::run(&args, common, machine),
            #[cfg(feature = "ui")]
            Command::Ui(args) => ui::run(&args, common, machine),
            Command::Explain(args) => explain::run(&args),
            Command::Completions(args) => Ok(completions::run(&args)),
            Command::Man(args) => man::run(&args),
            Command::Graph(args) => graph::run(&args, common, machine),
            Command::Import(args) => import::run(&args, common, machine),
            Command::Lsp(args) => lsp::run(&args),
        };
        let mut answer = answer.unwrap_or_else(Answer::failed);
        if common.quiet && answer.status != Status::Failed {
            answer.stderr.clear();
        }
        answer
    }
}
