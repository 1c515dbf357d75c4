//! Files as git has them: git itself is asked, and only for `cwc diff --against`.
//!
//! Enters: a folder, what git calls a revision, and names of files. Leaves: their bytes there. Nothing is checked out, no file is written, and git is
//! told to fetch nothing.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use super::{Failure, Read, source};
use crate::rules::file_too_large;
use crate::span::File;

/// A commit of the repository that a folder is in.
#[derive(Debug)]
pub struct Commit {
    folder: PathBuf,
    id: String,
}

impl Commit {
    /// The commit that a revision names: a branch, a tag, a hash, `HEAD~1`.
    ///
    /// # Errors
    /// Where git is missing, the folder is in no repository, or the revision is none.
    pub fn find(folder: &Path, shown: &str, revision: &str) -> Result<Self, Failure> {
        let id = git(folder, &["rev-parse", "--is-inside-work-tree"])?;
        if !id.status.success() {
            let said = said(&id.stderr);
            let message = format!(
                "cannot compare with `{revision}`: {shown} is in no git repository ({said})"
            );
            return Err(Failure::new(message));
        }
        // What begins like an option would be one.
        let is_revision = !revision.is_empty() && !revision.starts_with('-');
        let name = format!("{revision}^{{commit}}");
        let found = git(folder, &["rev-parse", "--verify", "--quiet", &name])?;
        let id = String::from_utf8_lossy(&found.stdout).trim().to_owned();
        if !is_revision || !found.status.success() {
            let message = format!("git knows no commit `{revision}`");
            let help = "name a branch, a tag or a commit that is here; a shallow clone, as CI makes them, has to fetch it first: \
                        git fetch origin BRANCH";
            return Err(Failure::new(message).help(help));
        }
        Ok(Self { folder: folder.to_owned(), id })
    }

    /// A file of the folder as it is in the commit; `None` where it is not there.
    ///
    /// # Errors
    /// Where it is no regular file there, or git cannot read it.
    pub fn read(&self, name: &str, shown: &str, file: File) -> Result<Option<Read>, Failure> {
        let listed = git(&self.folder, &["ls-tree", "-z", &self.id, "--", name])?;
        if !listed.status.success() {
            let said = said(&listed.stderr);
            return Err(Failure::new(format!("git cannot list {shown}: {said}")));
        }
        let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
        let Some((about, _)) = listed.split_once('\t') else { return Ok(None) };
        let words: Vec<&str> = about.split(' ').collect();
        let [mode, "blob", blob] = words[..] else {
            return Err(Failure::new(format!("{shown} is a folder")));
        };
        if mode == "120000" {
            return Err(Failure::new(format!("{shown} is a symbolic link, which is not followed")));
        }
        self.blob(blob, shown, file).map(Some)
    }

    fn blob(&self, id: &str, shown: &str, file: File) -> Result<Read, Failure> {
        let failure = |error: &std::io::Error| Failure::at("cannot read", shown, error);
        let mut child = command(&self.folder, &["cat-file", "blob", id])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| failure(&error))?;
        let mut bytes = Vec::new();
        // No more is read than a document may have, whatever git has to say.
        let most = file_too_large::LIMIT as u64 + 1;
        if let Some(out) = child.stdout.take() {
            out.take(most).read_to_end(&mut bytes).map_err(|error| failure(&error))?;
        }
        let done = child.wait().map_err(|error| failure(&error))?;
        if !done.success() && (bytes.len() as u64) < most {
            let message = format!("git has not all of {shown} here");
            return Err(Failure::new(message).help("fetch it first: cwc lets git fetch nothing"));
        }
        source::text(bytes.as_slice(), 0, shown, file).map_err(|error| failure(&error))
    }
}

fn git(folder: &Path, words: &[&str]) -> Result<Output, Failure> {
    command(folder, words).output().map_err(|error| {
        Failure::new(format!("cannot run git: {error}")).help("`--against` needs git on the PATH")
    })
}

fn command(folder: &Path, words: &[&str]) -> Command {
    let mut command = Command::new("git");
    command
        .args(["--no-pager", "--literal-pathspecs", "--no-replace-objects"])
        .args(words)
        .current_dir(folder)
        .stdin(Stdio::null())
        .env("LC_ALL", "C")
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_TERMINAL_PROMPT", "0");
    command
}

/// The first line of what git complains about.
fn said(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    let line = text.lines().next().unwrap_or_default().trim_start_matches("fatal: ");
    crate::report::finding::tidy(line)
}
