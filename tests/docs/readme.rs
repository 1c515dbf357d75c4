//! The commands of the README and of `docs/tree.md` print what stands below them.
//!
//! A `console` block is run as a whole by a shell in a copy of the examples, with the cwc under test on the PATH. What only a fresh machine
//! or a whole test run can do stands in `sh` blocks, and `.ci/run` does it.

use std::path::Path;
use std::process::Command;

use crate::{blocks, fresh, read, root};

/// The lines of a block with the output of its commands as it is now; `shell` runs a script.
pub(crate) fn run(block: &str, shell: impl FnOnce(&str) -> Command) -> String {
    let commands: Vec<&str> = block.lines().filter_map(|line| line.strip_prefix("$ ")).collect();
    // Each command's status is kept for the next, so that `echo $?` tells it.
    let script: String = commands
        .iter()
        .map(|command| format!("{command}\nkept=$?; printf '\\n@@\\n'; (exit $kept)\n"))
        .collect();
    let output = shell(&format!("exec 2>&1\n{script}")).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let outputs = said.split("\n@@\n");
    commands
        .iter()
        .zip(outputs)
        .map(|(command, output)| {
            let output = output.trim_end_matches('\n');
            let end = if output.is_empty() { "" } else { "\n" };
            format!("$ {command}\n{output}{end}")
        })
        .collect()
}

/// A shell in a folder, with the cwc under test.
fn shell(script: &str, folder: &Path) -> Command {
    let cwc = Path::new(env!("CARGO_BIN_EXE_cwc")).parent().unwrap();
    let path = format!("{}:{}", cwc.display(), std::env::var("PATH").unwrap());
    let mut command = Command::new("sh");
    command
        .args(["-c", script])
        .current_dir(folder)
        .env("PATH", path)
        .env_remove("FORCE_COLOR")
        .env_remove("CLICOLOR_FORCE");
    command
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn the_commands_print_what_is_shown() {
    for (page, least) in [("README.md", 2), ("docs/tree.md", 1), ("docs/trace.md", 2)] {
        let text = read(page);
        let consoles = blocks(&text, "console");
        assert!(consoles.len() >= least, "{page}: {} blocks", consoles.len());
        let mut renewed = text.clone();
        for (at, block) in consoles {
            let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
            copy(&root("examples"), &folder.path().join("examples"));
            // Commands look for mesh.toml up to the git repository's folder.
            std::fs::create_dir(folder.path().join(".git")).unwrap();
            let now = run(&block, |script| shell(script, folder.path()));
            assert!(block.starts_with("$ "), "{page}, line {at} begins with a command");
            renewed = renewed.replacen(&block, &now, 1);
        }
        fresh(page, &renewed);
    }
}

/// What the README tells a newcomer to run is what CI runs.
#[test]
fn ci_runs_the_other_commands() {
    let ci = read(".ci/run");
    let commands = blocks(&read("README.md"), "sh");
    assert!(commands.len() >= 2, "{commands:?}");
    for (at, block) in commands {
        for command in block.lines() {
            let command = command.split(" #").next().unwrap().trim();
            assert!(ci.lines().any(|line| line.starts_with(command)), "line {at}: `{command}`");
        }
    }
}
