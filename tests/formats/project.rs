//! A git repository with a document in a folder of it, and cwc run there.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

/// Three mistakes: a key, a port and a name.
pub(crate) const THREE_MISTAKES: &str = r#"[clusters.east]
gateway = "203.0.113.10"

[clusters.west]
gateway = "lb.west.example.com"
regin = "eu-west-1"

[services.reviews]
namespace = "bookinfo"
ports = { http = 90800 }
clusters = ["wset"]
"#;

/// Nothing to say about it.
pub(crate) const SOUND: &str = r#"[clusters.east]
gateway = "203.0.113.10"

[clusters.west]
gateway = "lb.west.example.com"

[services.reviews]
namespace = "bookinfo"
ports = { http = 9080 }
clusters = ["west"]
"#;

/// A fleet before a change.
pub(crate) const BEFORE: &str = r#"[defaults]
namespace = "shop"

[clusters.east]
gateway = "203.0.113.10"
region = "us-east-1"

[clusters.paris]
gateway = "192.0.2.7"
region = "eu-west-3"

[clusters.west]
gateway = "198.51.100.20"
region = "us-west-2"

[services.mail]
ports = { tcp-smtp = 25 }
clusters = ["paris"]

[services.orders]
ports = { http = 8080 }
clusters = ["east", "west"]

[services.stock]
ports = { http = 9090, grpc = 9091 }
clusters = ["west"]
"#;

/// The same after it: `chat` comes and `mail` goes, `orders` loses a cluster, a port of `stock` has another number, `west` another gateway.
pub(crate) const AFTER: &str = r#"[defaults]
namespace = "shop"

[clusters.east]
gateway = "203.0.113.10"
region = "us-east-1"

[clusters.paris]
gateway = "192.0.2.7"
region = "eu-west-3"

[clusters.west]
gateway = "198.51.100.99"
region = "us-west-2"

[services.chat]
ports = { http = 80 }
clusters = ["paris"]

[services.orders]
ports = { http = 8080 }
clusters = ["east"]

[services.stock]
ports = { http = 9090, grpc = 9092 }
clusters = ["west"]
"#;

/// A repository that is gone when the test is done.
pub(crate) struct Project {
    root: tempfile::TempDir,
}

impl Project {
    /// With a document in `fleet/`.
    pub(crate) fn new(document: &str) -> Self {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join(".git")).unwrap();
        fs::create_dir_all(root.path().join("fleet/deep")).unwrap();
        let project = Self { root };
        project.write("mesh.toml", document);
        project
    }

    /// With a document committed to git, and another one in its place.
    pub(crate) fn committed(before: &str, now: &str) -> Self {
        let project = Self::new(before);
        fs::remove_dir(project.root.path().join(".git")).unwrap();
        project.git(&["init", "--quiet"]);
        project.shown("cwc build --out elsewhere");
        project.git(&["add", "fleet/mesh.toml"]);
        if project.path("mesh.lock").exists() {
            project.git(&["add", "fleet/mesh.lock"]);
        }
        project.git(&["commit", "--quiet", "-m", "before"]);
        project.write("mesh.toml", now);
        project
    }

    /// Runs git in it.
    pub(crate) fn git(&self, words: &[&str]) {
        let who = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
        let ran = Command::new("git")
            .args(who)
            .args(words)
            .current_dir(self.root.path())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_SYSTEM", "/dev/null")
            .output()
            .unwrap();
        assert!(ran.status.success(), "{words:?}: {}", String::from_utf8_lossy(&ran.stderr));
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root.path().join("fleet").join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    pub(crate) fn append(&self, name: &str, text: &str) {
        self.write(name, &(fs::read_to_string(self.path(name)).unwrap() + text));
    }

    pub(crate) fn remove(&self, name: &str) {
        fs::remove_file(self.path(name)).unwrap();
    }

    /// Runs `cwc …` beside the document; what it wrote to the standard output.
    pub(crate) fn run(&self, command: &str, status: i32) -> String {
        self.run_in("fleet", command, status)
    }

    /// The same in another folder of the repository.
    pub(crate) fn run_in(&self, folder: &str, command: &str, status: i32) -> String {
        let said = self.output(folder, command);
        let stderr = String::from_utf8_lossy(&said.stderr);
        assert_eq!(said.status.code(), Some(status), "{command}: {stderr}");
        String::from_utf8(said.stdout).unwrap()
    }

    pub(crate) fn shown(&self, command: &str) -> Output {
        self.output("fleet", command)
    }

    fn output(&self, folder: &str, command: &str) -> Output {
        let words = command.strip_prefix("cwc ").unwrap().split_whitespace();
        Command::new(env!("CARGO_BIN_EXE_cwc"))
            .args(words)
            .current_dir(self.root.path().join(folder))
            .env_clear()
            .envs(crate::counted::counted())
            .env("PATH", std::env::var_os("PATH").unwrap())
            .output()
            .unwrap()
    }
}
