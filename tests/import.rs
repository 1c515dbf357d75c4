//! `cwc import`: what other programs know becomes a document that checks clean, and what does not is said with its place.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test may panic, and looks at files itself"
)]

#[path = "import/coddiwomple.rs"]
mod coddiwomple;
#[path = "import/istio.rs"]
mod istio;
#[path = "import/kubernetes.rs"]
mod kubernetes;
#[path = "import/merge.rs"]
mod merge;
#[path = "import/routing.rs"]
mod routing;
#[path = "import/traces.rs"]
mod traces;

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// A folder with files, in which cwc is run.
struct Folder(TempDir);

/// What a run came to.
struct Said {
    status: i32,
    stdout: String,
    stderr: String,
}

impl Folder {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        fs::create_dir(folder.path().join(".git")).unwrap();
        for (name, text) in files {
            fs::write(folder.path().join(name), text).unwrap();
        }
        Self(folder)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path().join(name)).unwrap()
    }

    fn cwc(&self, arguments: &[&str], input: &str) -> Said {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cwc"));
        command.args(arguments).current_dir(self.path()).env("NO_COLOR", "1");
        let streams = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = streams.spawn().unwrap();
        // A program that reads no input closes it.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let output = child.wait_with_output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Said {
            status: output.status.code().unwrap(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }

    /// The codes that a document raises; none where it checks clean.
    fn checks(&self, document: &str) -> Vec<String> {
        let said = self.cwc(&["check", "--format", "concise", "-"], document);
        let code = |line: &str| line.split('[').nth(1)?.split(']').next().map(str::to_owned);
        said.stdout.lines().filter_map(code).collect()
    }
}
