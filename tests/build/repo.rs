//! A folder with a mesh.toml, in which the program runs.
//!
//! Enters: a document. Leaves: what the program said, and what is in the folder then.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Two clusters, each with a service of its own: six files each.
pub const SMALL: &str = r#"[clusters.east]
gateway = "203.0.113.10"

[clusters.west]
gateway = "lb.west.example.com"

[services.reviews]
namespace = "bookinfo"
ports = { http = 9080 }
clusters = ["east"]

[services.ledger]
namespace = "payments"
ports = { tcp = 5432 }
clusters = ["west"]
"#;

/// What [`SMALL`] compiles to.
pub const SMALL_FILES: [&str; 14] = [
    "generated/east/gateway-ports/kustomization.yaml",
    "generated/east/gateway.yaml",
    "generated/east/helm/gateway.yaml",
    "generated/east/helm/istiod.yaml",
    "generated/east/kustomization.yaml",
    "generated/east/services.bookinfo.yaml",
    "generated/east/services.payments.yaml",
    "generated/west/gateway-ports/kustomization.yaml",
    "generated/west/gateway.yaml",
    "generated/west/helm/gateway.yaml",
    "generated/west/helm/istiod.yaml",
    "generated/west/kustomization.yaml",
    "generated/west/services.bookinfo.yaml",
    "generated/west/services.payments.yaml",
];

/// What the program said.
#[derive(Debug)]
pub struct Said {
    pub status: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

/// A folder with a mesh.toml.
pub struct Repo {
    // Removed when it is dropped.
    _temporary: tempfile::TempDir,
    pub root: PathBuf,
}

impl Repo {
    /// A folder in which the document was never built.
    pub fn new(document: &str) -> Self {
        let temporary = tempfile::tempdir().unwrap();
        let root = temporary.path().canonicalize().unwrap().join("repo");
        fs::create_dir(&root).unwrap();
        fs::write(root.join("mesh.toml"), document).unwrap();
        Self { _temporary: temporary, root }
    }

    /// A folder in which the document was built.
    pub fn built(document: &str) -> Self {
        let repo = Self::new(document);
        let said = repo.cwc(&["build"]);
        assert_eq!(said.status, Some(0), "{said:?}");
        repo
    }

    /// A path in it.
    pub fn path(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// Writes a file of its.
    pub fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Changes its document.
    pub fn edit(&self, from: &str, to: &str) {
        let text = fs::read_to_string(self.path("mesh.toml")).unwrap();
        assert!(text.contains(from), "{from}");
        self.write("mesh.toml", text.replace(from, to));
    }

    /// The program, about to run in it.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cwc"));
        command.args(args).current_dir(&self.root).env_clear().envs(crate::counted::counted());
        command
    }

    /// Runs the program.
    pub fn cwc(&self, args: &[&str]) -> Said {
        said(&self.command(args).output().unwrap())
    }

    /// Runs the program, which must answer with a status; what it wrote to both streams.
    pub fn says(&self, args: &[&str], status: i32) -> String {
        let said = self.cwc(args);
        assert_eq!(said.status, Some(status), "{said:?}");
        said.stdout + &said.stderr
    }

    /// Every file in it, the document aside, with its bytes; a link with its target, a folder with nothing.
    pub fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let mut files = all(&self.root);
        files.remove("mesh.toml");
        files
    }

    /// The names of all its regular files, the document aside.
    pub fn names(&self) -> Vec<String> {
        let files = self.files().into_keys();
        files.filter(|path| !path.ends_with('/') && path != "mesh.lock").collect()
    }

    /// Asserts that a build refuses with status 2 and a message, and touches nothing.
    pub fn refuses(&self, args: &[&str], message: &str) {
        let before = self.files();
        let said = self.says(args, 2);
        assert!(said.contains(message), "{said}");
        assert_eq!(self.files(), before);
    }
}

/// What the program said.
pub fn said(output: &Output) -> Said {
    Said {
        status: output.status.code(),
        stdout: String::from_utf8(output.stdout.clone()).unwrap(),
        stderr: String::from_utf8(output.stderr.clone()).unwrap(),
    }
}

/// Everything below a folder; folders end with `/`.
pub fn all(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let below = walkdir::WalkDir::new(root).min_depth(1).into_iter();
    let read = |entry: walkdir::DirEntry| {
        let path = entry.path().strip_prefix(root).unwrap().to_str().unwrap().to_owned();
        match entry.file_type() {
            kind if kind.is_dir() => (path + "/", Vec::new()),
            kind if kind.is_file() => (path, fs::read(entry.path()).unwrap()),
            kind if kind.is_symlink() => {
                let target = fs::read_link(entry.path()).unwrap();
                (path, format!("-> {}", target.display()).into_bytes())
            }
            _ => (path, b"special".to_vec()),
        }
    };
    below.map(|entry| read(entry.unwrap())).collect()
}
