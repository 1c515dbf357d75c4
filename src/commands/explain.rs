//! `cwc explain`: what a diagnostic means.

use std::fmt::Write as _;

use clap::Parser;

use super::{Answer, Status};
use crate::disk::Failure;
use crate::report::text::clean::clean;
use crate::report::{Rule, Severity, suggest};
use crate::rules;

/// Says what a diagnostic means and why it matters, with a bad and a good example
#[derive(Debug, Parser)]
#[command(after_help = "Example:\n  $ cwc explain CW0201\n  $ cwc explain unknown-cluster")]
pub(super) struct Args {
    /// Its code or its name
    #[arg(value_name = "CODE|NAME", required_unless_present = "all")]
    word: Option<String>,
    /// List all diagnostics
    #[arg(long, conflicts_with = "word")]
    all: bool,
}

pub(super) fn run(args: &Args) -> Result<Answer, Failure> {
    let mut answer = Answer::new(Status::Good);
    let Some(word) = args.word.as_ref().filter(|_| !args.all) else {
        for (rule, _) in rules::ALL {
            let word = severity(rule);
            let _ = writeln!(
                answer.stdout,
                "{}  {:<24} {word:<8} {}",
                rule.code, rule.name, rule.summary
            );
        }
        return Ok(answer);
    };
    let words = rules::ALL.iter().flat_map(|(rule, _)| [rule.code, rule.name]);
    let rule = rules::find(word).ok_or_else(|| {
        let failure = Failure::new(format!("there is no diagnostic `{word}`"));
        match suggest::nearest(word, words) {
            Some(guess) => failure.help(format!("did you mean `{guess}`?")),
            None => failure.help("`cwc explain --all` lists them"),
        }
    })?;
    answer.stdout = explanation(rule);
    Ok(answer)
}

/// A rule's page.
fn explanation(rule: &Rule) -> String {
    let (code, name, summary, word) = (rule.code, rule.name, rule.summary, severity(rule));
    let mut page = format!("{code} {name} ({word}): {summary}\n");
    for paragraph in rule.explain.split("\n\n") {
        let _ = write!(page, "\n{}\n", wrapped(paragraph));
    }
    let _ = write!(page, "\nBad:\n\n{}\nGood:\n\n{}", indented(rule.bad), indented(rule.good));
    page
}

fn severity(rule: &Rule) -> &'static str {
    match rule.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

/// A paragraph in lines of at most 80 characters.
fn wrapped(paragraph: &str) -> String {
    let mut text = String::new();
    let mut column = 0;
    for word in paragraph.split_whitespace() {
        let length = word.chars().count();
        if column > 0 && column + 1 + length > 80 {
            text.push('\n');
            column = 0;
        } else if column > 0 {
            text.push(' ');
            column += 1;
        }
        text.push_str(word);
        column += length;
    }
    text
}

/// An example, with characters shown that are in it because they cannot be seen.
fn indented(text: &str) -> String {
    let line = |line: &str| match clean(line, usize::MAX) {
        line if line.is_empty() => "\n".to_owned(),
        line => format!("    {line}\n"),
    };
    text.lines().map(line).collect()
}
