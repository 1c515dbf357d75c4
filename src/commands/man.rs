//! `cwc man`: the manual's pages.

use clap::{CommandFactory as _, Parser};
use clap_mangen::Man;

use super::{Answer, Cli, Status};
use crate::disk::Failure;
use crate::report::suggest;

/// Prints the manual's page of cwc, or of one of its commands
#[derive(Debug, Parser)]
#[command(after_help = "Example:
  $ cwc man diff | man -l -
  $ cwc man diff > /usr/local/share/man/man1/cwc-diff.1")]
pub(super) struct Args {
    /// The command
    command: Option<String>,
}

pub(super) fn run(args: &Args) -> Result<Answer, Failure> {
    let mut cli = Cli::command().disable_help_subcommand(true);
    // Only then commands know their full names.
    cli.build();
    let command = match &args.command {
        None => cli,
        Some(name) => found(&cli, name)?,
    };
    let page = page(&command).map_err(|error| Failure::new(error.to_string()))?;
    let mut answer = Answer::new(Status::Good);
    answer.stdout = String::from_utf8_lossy(&page).into_owned();
    Ok(answer)
}

fn found(cli: &clap::Command, name: &str) -> Result<clap::Command, Failure> {
    if let Some(found) = cli.find_subcommand(name) {
        return Ok(found.clone());
    }
    let names = cli.get_subcommands().map(clap::Command::get_name);
    let failure = Failure::new(format!("cwc has no command `{name}`"));
    Err(match suggest::nearest(name, names) {
        Some(guess) => failure.help(format!("did you mean `{guess}`?")),
        None => failure,
    })
}

fn page(command: &clap::Command) -> std::io::Result<Vec<u8>> {
    let man = Man::new(command.clone()).source(concat!("cwc ", env!("CWC_VERSION")));
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    if command.has_subcommands() {
        man.render_subcommands_section(&mut page)?;
    }
    if let Some(after) = command.get_after_help() {
        page.extend(example(&after.to_string()).into_bytes());
    }
    Ok(page)
}

/// The example as it is, where the rest of a page is filled line by line.
fn example(text: &str) -> String {
    let text = text.strip_prefix("Example:\n").unwrap_or(text);
    let mut page = ".SH EXAMPLE\n.nf\n".to_owned();
    for line in text.lines() {
        // A line that begins with a point or an apostrophe would be a request.
        page += &format!("\\&{}\n", line.replace('\\', "\\e").replace('-', "\\-"));
    }
    page + ".fi\n"
}
