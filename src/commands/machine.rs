//! What a command may know of the machine: the working folder, and how to draw.
#![allow(clippy::disallowed_methods, reason = "the environment is read here and nowhere else")]

use std::env;
use std::io::IsTerminal as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::When;
use crate::disk::Failure;
use crate::report::text::Style;

/// What a command may know of the machine.
#[derive(Clone, Debug)]
pub struct Machine {
    /// The working folder, from which relative paths go.
    pub folder: PathBuf,
    /// How to draw on the standard output.
    pub stdout: Style,
}

impl Machine {
    /// This machine.
    ///
    /// # Errors
    /// Where there is no working folder.
    pub fn current(color: When) -> Result<Self, Failure> {
        let folder = env::current_dir()
            .map_err(|error| Failure::new(format!("cannot find the working folder: {error}")))?;
        let color = match color {
            When::Always => true,
            When::Never => false,
            When::Auto => wants_color(),
        };
        Ok(Self { folder, stdout: Style { color, unicode: speaks_unicode() } })
    }

    /// Shows an answer before the command ends, on a terminal in place of the one before; whether anybody reads.
    #[must_use]
    pub fn show(&self, answer: &str, chatter: &str) -> bool {
        let mut out = std::io::stdout().lock();
        let clear = if out.is_terminal() && env::var_os("TERM").is_none_or(|term| term != "dumb") {
            "\u{1b}[2J\u{1b}[3J\u{1b}[H"
        } else {
            ""
        };
        let written =
            out.write_all(format!("{clear}{answer}").as_bytes()).and_then(|()| out.flush());
        // The chatter may go elsewhere, where nobody needs to read it.
        let _ = std::io::stderr().lock().write_all(chatter.as_bytes());
        written.is_ok()
    }

    /// The same without colors, for what programs read.
    #[must_use]
    pub fn plain(&self) -> Self {
        Self { folder: self.folder.clone(), stdout: Style { color: false, ..self.stdout } }
    }

    /// Says something before the command ends.
    #[cfg(feature = "ui")]
    pub fn say(&self, text: &str) {
        let mut out = std::io::stdout().lock();
        // Where nobody reads, there is nobody to tell.
        let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    }

    /// Warns of something before the command ends.
    #[cfg(feature = "ui")]
    pub fn warn(&self, text: &str) {
        let _ = std::io::stderr().lock().write_all(text.as_bytes());
    }

    /// The program that the user says opens pages: the first of them, where there are several.
    #[cfg(feature = "ui")]
    #[must_use]
    pub fn browser(&self) -> Option<String> {
        let programs = env::var_os("BROWSER").filter(|programs| !programs.is_empty())?;
        env::split_paths(&programs).next()?.into_os_string().into_string().ok()
    }

    /// Where files may lie that live no longer than this program, the best place first.
    #[cfg(feature = "ui")]
    #[must_use]
    pub fn passing_folders(&self) -> Vec<PathBuf> {
        let own = env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
        own.into_iter().filter(|folder| folder.is_absolute()).chain([env::temp_dir()]).collect()
    }

    /// The user's own folder.
    #[cfg(feature = "ui")]
    #[must_use]
    pub fn home(&self) -> Option<PathBuf> {
        env::home_dir().filter(|home| home.is_absolute())
    }

    /// Where kubectl finds its contexts: the files of `KUBECONFIG`, or else the one in the user's folder.
    #[cfg(feature = "ui")]
    #[must_use]
    pub fn kubeconfigs(&self) -> Vec<PathBuf> {
        match env::var_os("KUBECONFIG").filter(|files| !files.is_empty()) {
            Some(files) => {
                env::split_paths(&files).filter(|file| !file.as_os_str().is_empty()).collect()
            }
            None => self.home().map(|home| home.join(".kube/config")).into_iter().collect(),
        }
    }

    /// A path as it is shown to people: below the working folder if it is there, with `/`.
    #[must_use]
    pub fn shown(&self, path: &Path) -> String {
        let short = path.strip_prefix(&self.folder).unwrap_or(path);
        let short = if short.as_os_str().is_empty() { Path::new(".") } else { short };
        short.to_string_lossy().replace('\\', "/")
    }
}

/// The conventions of `NO_COLOR`, `FORCE_COLOR` and `CLICOLOR`, the first one that says something.
fn wants_color() -> bool {
    let set = |name: &str| env::var_os(name).filter(|value| !value.is_empty());
    let forced = |name: &str| set(name).is_some_and(|value| value != "0");
    if set("NO_COLOR").is_some() {
        false
    } else if forced("CLICOLOR_FORCE") || forced("FORCE_COLOR") {
        true
    } else if set("TERM").is_some_and(|term| term == "dumb")
        || set("CLICOLOR").is_some_and(|value| value == "0")
    {
        false
    } else {
        std::io::stdout().is_terminal()
    }
}

/// Whether the locale says that the terminal shows UTF-8; where it says nothing, it does.
fn speaks_unicode() -> bool {
    let set = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
    let locale = set("LC_ALL").or_else(|| set("LC_CTYPE")).or_else(|| set("LANG"));
    locale.is_none_or(|locale| {
        let locale = locale.to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
}
