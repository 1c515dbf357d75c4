//! The rivals: each with its command, run in a folder that has fleet.json and kustomize's folders.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A program that makes `ServiceEntries`.
pub struct Contender {
    /// Its name, which is also that of what it leaves.
    pub name: &'static str,
    /// Whether it is measured with a small fleet only, as it would take minutes.
    pub slow: bool,
    /// Whether it writes a folder with a file a cluster; or else one stream.
    pub folder: bool,
    /// What it says its version by.
    version: &'static [&'static str],
    /// Its words: `@` begins a path below benches/rivals.
    words: &'static [&'static str],
}

/// The fastest first.
pub const ALL: &[Contender] = &[
    Contender {
        name: "jrsonnet",
        slow: false,
        folder: false,
        version: &["bin/jrsonnet", "--version"],
        words: &[
            "bin/jrsonnet",
            "--yaml-stream",
            "--tla-code-file",
            "fleet=fleet.json",
            "@fleet.jsonnet",
        ],
    },
    Contender {
        name: "Jinja2",
        slow: false,
        folder: true,
        version: &["python/bin/python", "-c", "import jinja2; print(jinja2.__version__)"],
        words: &["python/bin/python", "@jinja.py", "fleet.json", "Jinja2"],
    },
    Contender {
        name: "PyYAML",
        slow: true,
        folder: true,
        version: &["python/bin/python", "-c", "import yaml; print(yaml.__version__)"],
        words: &["python/bin/python", "@objects.py", "fleet.json", "PyYAML"],
    },
    Contender {
        name: "go-jsonnet",
        slow: false,
        folder: false,
        version: &["bin/jsonnet", "--version"],
        words: &[
            "bin/jsonnet",
            "--yaml-stream",
            "--tla-code-file",
            "fleet=fleet.json",
            "@fleet.jsonnet",
        ],
    },
    Contender {
        name: "helm",
        slow: true,
        folder: false,
        version: &["bin/helm", "version", "--short"],
        words: &["bin/helm", "template", "fleet", "@helm", "--values", "fleet.json"],
    },
    Contender {
        name: "cue",
        slow: true,
        folder: false,
        version: &["bin/cue", "version"],
        words: &[
            "bin/cue",
            "export",
            "@fleet.cue",
            "--path",
            "fleet:",
            "fleet.json",
            "--expression",
            "stream",
            "--out",
            "text",
        ],
    },
    Contender {
        name: "kustomize",
        slow: true,
        folder: false,
        version: &["bin/kustomize", "version"],
        words: &["/bin/sh", "@kustomize.sh", "bin/kustomize"],
    },
];

/// Where benches/install.sh puts them.
pub fn tools() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().join("rivals")
}

impl Contender {
    /// The program and its arguments.
    pub fn command(&self) -> Vec<String> {
        let path = |word: &&str| match word.strip_prefix('@') {
            Some(rest) => format!("{}/benches/rivals/{rest}", env!("CARGO_MANIFEST_DIR")),
            None if word.starts_with("bin/") || word.starts_with("python/") => {
                tools().join(word).display().to_string()
            }
            None => (*word).to_owned(),
        };
        self.words.iter().map(path).collect()
    }

    /// Its version, as it says itself; `None` where it is not installed.
    pub fn version(&self) -> Option<String> {
        let (program, args) = self.version.split_first()?;
        let output = Command::new(tools().join(program)).args(args).output().ok()?;
        let said = String::from_utf8(output.stdout).ok()?;
        let is_version =
            |word: &&str| word.contains('.') && word.contains(|c: char| c.is_ascii_digit());
        let word = said.split_whitespace().find(is_version)?;
        Some(word.trim_start_matches('v').split('+').next()?.to_owned())
    }
}
