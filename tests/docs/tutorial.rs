//! `docs/tutorial.md` is the transcript of what it tells: its files are written, its edits made, its commands run, from the first line to the last
//! in one folder, and each command prints what stands below it.
//!
//! pre-commit is the real one and finds the hooks where the page says, as git is told to look for that address in a repository made here.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::tools::{find, installed};
use crate::{fresh, read, readme, root};

const PAGE: &str = "docs/tutorial.md";

/// What only a fresh machine can do: `.ci/run` does the one, `tests/hooks/install.sh` the other.
const INSTALLS: [&str; 2] = ["cargo install --path . --locked", "pip install pre-commit"];

/// A newcomer's machine: a home of its own and a working folder that `cd` changes.
struct Machine {
    home: tempfile::TempDir,
    path: String,
}

impl Machine {
    fn new(pre_commit: &Path) -> Self {
        let home = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let cwc = Path::new(env!("CARGO_BIN_EXE_cwc")).parent().unwrap();
        let own = [Some(cwc), pre_commit.parent().filter(|folder| folder.is_absolute())];
        let own: Vec<String> =
            own.into_iter().flatten().map(|folder| folder.display().to_string()).collect();
        let path = format!("{}:{}", own.join(":"), std::env::var("PATH").unwrap());
        let machine = Self { home, path };
        let hooks = machine.home.path().join("hooks");
        std::fs::create_dir(&hooks).unwrap();
        let configured = format!(
            "[user]\nname = Robin\nemail = robin@example.com\n[url \"file://{}\"]\ninsteadOf = https://github.com/OWNER/cwc\n",
            hooks.display()
        );
        std::fs::write(machine.home.path().join(".gitconfig"), configured).unwrap();
        std::fs::copy(root(".pre-commit-hooks.yaml"), hooks.join(".pre-commit-hooks.yaml"))
            .unwrap();
        machine.at(
            &hooks,
            "git init --quiet && git add --all && git commit --quiet --message hooks && git tag v0.1.0",
        );
        let work = machine.home.path().join("work");
        std::fs::create_dir(&work).unwrap();
        machine.stand(&work);
        machine
    }

    /// The folder that the last command left the shell in.
    fn folder(&self) -> PathBuf {
        std::fs::read_to_string(self.home.path().join("folder")).unwrap().trim_end().into()
    }

    fn stand(&self, folder: &Path) {
        std::fs::write(self.home.path().join("folder"), folder.display().to_string()).unwrap();
    }

    fn shell(&self, folder: &Path, script: &str) -> Command {
        let mut command = Command::new("sh");
        command
            .args(["-c", script])
            .current_dir(folder)
            .env("PATH", &self.path)
            .env("HOME", self.home.path())
            .env("LC_ALL", "C.UTF-8");
        for variable in ["FORCE_COLOR", "CLICOLOR_FORCE", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"] {
            command.env_remove(variable);
        }
        for variable in
            ["GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "PRE_COMMIT_HOME", "CWC_FILE"]
        {
            command.env_remove(variable);
        }
        command
    }

    /// A command that is to succeed and to say nothing.
    fn at(&self, folder: &Path, script: &str) {
        let output = self.shell(folder, script).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && said.is_empty(), "{script}: {said}");
    }

    /// The commands of a block with what they print now.
    fn run(&self, block: &str) -> String {
        let told = self.home.path().join("folder");
        let end = format!("\npwd > '{}'\n", told.display());
        readme::run(block, |script| self.shell(&self.folder(), &format!("{script}{end}")))
    }
}

/// A fenced block: the word behind the fence, its title, its text.
struct Block<'p> {
    language: &'p str,
    title: &'p str,
    text: &'p str,
}

fn fenced(page: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    for part in page.split("\n```").skip(1).step_by(2) {
        let (fence, text) = part.split_once('\n').unwrap();
        let (language, title) = fence.split_once(" title=").unwrap_or((fence, ""));
        blocks.push(Block { language, title, text });
    }
    blocks
}

#[test]
fn the_tutorial_is_what_happens() {
    let places = [installed("hooks-python/bin/pre-commit"), "pre-commit".into()];
    let Some(pre_commit) = find("pre-commit", &places, "--version") else { return };
    let pre_commit = pre_commit.canonicalize().unwrap_or(pre_commit);
    let machine = Machine::new(&pre_commit);
    let page = read(PAGE);
    let mut renewed = page.clone();
    let mut counts = [0; 3];
    for Block { language, title, text } in fenced(&page) {
        match (language, title) {
            ("sh", _) => {
                let commands = text.lines().map(|line| line.split(" #").next().unwrap().trim());
                assert!(commands.eq(INSTALLS), "{text}");
            }
            ("console", _) => {
                counts[0] += 1;
                let now = machine.run(text);
                let now = now.trim_end_matches('\n');
                renewed = renewed.replacen(
                    &format!("\n```console\n{text}\n```\n"),
                    &format!("\n```console\n{now}\n```\n"),
                    1,
                );
            }
            ("diff", _) => {
                counts[1] += 1;
                let patch = machine.home.path().join("patch");
                std::fs::write(&patch, format!("{text}\n")).unwrap();
                machine.at(&machine.folder(), &format!("git apply '{}'", patch.display()));
            }
            (_, file) => {
                counts[2] += 1;
                assert!(!file.is_empty(), "a block says which file it is: {text}");
                std::fs::write(machine.folder().join(file), format!("{text}\n")).unwrap();
            }
        }
    }
    assert!(counts[0] > 8 && counts[1] == 2 && counts[2] == 2, "{counts:?}");
    fresh(PAGE, &renewed);
}
