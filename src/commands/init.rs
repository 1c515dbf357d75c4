//! `cwc init`: a first document.

use clap::Parser;

use super::{Answer, Machine, Status};
use crate::disk::{self, Failure};

/// Writes a small commented mesh.toml that checks clean; never overwrites
#[derive(Debug, Parser)]
#[command(after_help = "Example:\n  $ cwc init\n  $ cwc check")]
pub(super) struct Args {
    /// The folder to write it to
    #[arg(value_name = "DIR", default_value = ".")]
    folder: String,
}

/// The document that is written.
pub(super) const TEMPLATE: &str = include_str!("init.toml");

pub(super) fn run(args: &Args, machine: &Machine) -> Result<Answer, Failure> {
    let path = machine.folder.join(&args.folder).join("mesh.toml");
    let shown = machine.shown(&path);
    disk::create_new(&path, &shown, TEMPLATE)?;
    let mut answer = Answer::new(Status::Good);
    answer.stderr = format!("wrote {shown}; edit it, then run `cwc check` and `cwc build`\n");
    Ok(answer)
}
