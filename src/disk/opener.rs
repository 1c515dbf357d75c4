//! The program that shows a file to the user, as a click on it would.
//!
//! Enters: a file. Leaves: the program, begun; it is told the file's path and nothing else.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::Failure;

/// What each system has for it.
const OPENER: &[&str] = if cfg!(target_os = "macos") {
    &["open"]
} else if cfg!(windows) {
    // `start` is no program, and what begins one for it would read the path as a command.
    &["rundll32", "url.dll,FileProtocolHandler"]
} else {
    &["xdg-open"]
};

/// Begins the program that opens a file: the one that is said, with `%s` for the file if it has arguments, or else the system's.
///
/// # Errors
/// Where there is no such program.
pub fn open(file: &Path, said: Option<&str>) -> Result<Child, Failure> {
    let words: Vec<&str> = match said {
        Some(said) if said.contains("%s") => said.split_whitespace().collect(),
        Some(said) => vec![said],
        None => OPENER.to_vec(),
    };
    let program = words.first().copied().unwrap_or_default();
    let mut command = Command::new(program);
    for word in words.iter().skip(1) {
        command.arg(if *word == "%s" { file.as_os_str() } else { OsStr::new(word) });
    }
    if !words.contains(&"%s") {
        command.arg(file);
    }
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    // Ctrl-C ends this program, and not the browser.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let failure = |error| Failure::new(format!("cannot run `{program}`: {error}"));
    command.spawn().map_err(failure)
}
