//! A folder of a test's own, and the program run in it.

use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The longest that is said about one problem.
const LONGEST: usize = 4096;

/// A folder that is removed with the value.
pub(super) struct Project {
    folder: tempfile::TempDir,
}

impl Project {
    pub(super) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(super) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.path(name), bytes).unwrap();
    }

    pub(super) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// Runs cwc in the folder.
    pub(super) fn cwc(&self, args: &[&str]) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cwc"));
        command.args(args).current_dir(self.folder.path());
        ran(command)
    }

    /// Runs cwc in the folder, in another locale than UTF-8.
    pub(super) fn cwc_in(&self, locale: &str, args: &[&str]) -> Ran {
        let mut command = Command::new("env");
        command.arg(format!("LC_ALL={locale}")).arg(env!("CARGO_BIN_EXE_cwc")).args(args);
        command.current_dir(self.folder.path());
        ran(command)
    }

    /// Runs cwc in the folder, with limits for `ulimit` set first.
    pub(super) fn limited_cwc(&self, limits: &[&str], args: &str) -> Ran {
        let mut command = Command::new("sh");
        let limits: String = limits.iter().map(|limit| format!("ulimit {limit} && ")).collect();
        let script = format!("{limits}exec {} {args}", env!("CARGO_BIN_EXE_cwc"));
        command.args(["-c", &script]).current_dir(self.folder.path());
        ran(command)
    }

    /// Every file below a folder and its bytes, by path.
    pub(super) fn files(&self, below: &str) -> Vec<(String, String)> {
        let root = self.path(below);
        let files = walkdir::WalkDir::new(&root).sort_by_file_name().into_iter();
        let files = files.filter_map(Result::ok).filter(|entry| entry.file_type().is_file());
        let shown = |path: &Path| path.strip_prefix(&root).unwrap().display().to_string();
        files
            .map(|entry| (shown(entry.path()), fs::read_to_string(entry.path()).unwrap()))
            .collect()
    }
}

/// Environment that changes what is printed is taken away.
fn ran(mut command: Command) -> Ran {
    command.env("LC_ALL", "C.UTF-8").env_remove("CWC_FILE");
    for name in ["NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "RUST_BACKTRACE"] {
        command.env_remove(name);
    }
    let Output { status, stdout, stderr } = command.output().unwrap();
    let signal = status.signal().map_or(0, |signal| -signal);
    Ran {
        stdout: String::from_utf8(stdout).unwrap(),
        stderr: String::from_utf8(stderr).unwrap(),
        status: status.code().unwrap_or(signal),
    }
}

/// What a run of the program came to.
pub(super) struct Ran {
    pub(super) stdout: String,
    pub(super) stderr: String,
    /// The exit status, or the signal, negated.
    pub(super) status: i32,
}

impl Ran {
    /// The codes that were raised.
    pub(super) fn codes(&self) -> BTreeSet<&str> {
        let code = |line: &str| -> Option<(usize, usize)> {
            let start = line.find("[CW")? + 1;
            matches!(&line[..start], "error[" | "warning[").then_some((start, start + 6))
        };
        self.stdout
            .lines()
            .filter_map(|line| code(line).map(|(start, end)| &line[start..end]))
            .collect()
    }

    /// Where the first problem is.
    pub(super) fn first_place(&self) -> Option<&str> {
        self.stdout.lines().find_map(|line| line.strip_prefix("  --> "))
    }

    /// Whether a terminal, and a person, can take what was printed.
    pub(super) fn is_decent(&self) -> Result<(), String> {
        for text in [&self.stdout, &self.stderr] {
            let hidden = |c: &char| {
                (c.is_control() && *c != '\n')
                    || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
            };
            if let Some(c) = text.chars().find(hidden) {
                return Err(format!("prints {c:?}"));
            }
            if let Some(long) = text.split("\n\n").find(|part| part.len() > LONGEST) {
                return Err(format!("says {} bytes about one problem", long.len()));
            }
        }
        if self.stderr.contains("panicked") { Err("panics".to_owned()) } else { Ok(()) }
    }

    /// The same, with an exit status.
    pub(super) fn expect(&self, status: i32, says: &[&str]) -> Result<(), libtest_mimic::Failed> {
        let all = format!("{}{}", self.stdout, self.stderr);
        let problem = if self.status != status {
            Err(format!("expected exit status {status}"))
        } else if let Some(part) = says.iter().find(|part| !all.contains(**part)) {
            Err(format!("expected it to say: {part}"))
        } else {
            self.is_decent()
        };
        problem.map_err(|message| format!("{message}\n{self}").into())
    }
}

impl fmt::Display for Ran {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cut = |text: &str| text.chars().take(4000).collect::<String>();
        write!(f, "exit status {}\n{}{}", self.status, cut(&self.stdout), cut(&self.stderr))
    }
}
