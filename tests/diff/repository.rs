//! A folder as somebody works in it: a document, a lock, a tree, and cwc run there.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

/// A folder that is gone when the test is done.
pub(crate) struct Repository {
    root: tempfile::TempDir,
}

/// What a command showed.
pub(crate) struct Shown {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) status: i32,
}

impl Repository {
    pub(crate) fn new() -> Self {
        Self { root: tempfile::tempdir().unwrap() }
    }

    /// Runs `cwc …`, with nothing in the environment.
    pub(crate) fn run(&self, command: &str) -> Shown {
        let mut words = command.split_whitespace();
        assert_eq!(words.next(), Some("cwc"), "{command}");
        let ran = Command::new(env!("CARGO_BIN_EXE_cwc"))
            .args(words)
            .current_dir(self.root.path())
            .env_clear()
            .envs(crate::counted::counted())
            .output()
            .unwrap();
        Shown {
            stdout: String::from_utf8(ran.stdout).unwrap(),
            stderr: String::from_utf8(ran.stderr).unwrap(),
            status: ran.status.code().unwrap(),
        }
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        fs::write(self.root.path().join(path), text).unwrap();
    }

    pub(crate) fn remove(&self, path: &str) {
        fs::remove_file(self.root.path().join(path)).unwrap();
    }

    /// The text of a file; empty where there is none.
    pub(crate) fn read(&self, path: &str) -> String {
        fs::read(self.root.path().join(path))
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
            .unwrap_or_default()
    }

    /// Copies a folder's files over those that are there.
    pub(crate) fn lay_over(&self, folder: &Path) {
        for (path, bytes) in files(folder) {
            let path = self.root.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
    }

    /// Every file with its bytes.
    pub(crate) fn snapshot(&self) -> BTreeMap<String, Vec<u8>> {
        files(self.root.path())
    }
}

fn files(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = walkdir::WalkDir::new(root).into_iter().filter_map(Result::ok);
    let files = entries.filter(|entry| entry.file_type().is_file());
    let named = files.map(|entry| {
        let path = entry.path().strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
        (path, fs::read(entry.path()).unwrap())
    });
    named.collect()
}
