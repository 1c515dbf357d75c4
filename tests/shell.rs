//! What shells and `man` are given: each asked by the real one.
//!
//! A program that the machine lacks is named on stderr and judges nothing; `CWC_REQUIRE_JUDGES=1`, which CI sets, makes that a failure.
//! `tests/shell/install.sh` installs them. No PowerShell and no elvish is asked.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test may panic, and runs programs"
)]

#[path = "coverage/counted.rs"]
mod counted;

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Every command, as the crate lists them: `Diff(diff::Args)`.
fn commands() -> Vec<String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/commands/mod.rs");
    let text = fs::read_to_string(file).unwrap();
    let listed = text.split("enum Command {").nth(1).unwrap().split('}').next().unwrap();
    let module = |line: &str| Some(line.split_once('(')?.1.strip_suffix("::Args),")?.to_owned());
    let commands: Vec<String> = listed.lines().filter_map(module).collect();
    assert!(commands.len() >= 8, "{commands:?}");
    commands
}

/// What cwc says; it has to succeed.
fn cwc(words: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cwc"));
    let said = command.args(words).env_clear().envs(counted::counted()).output().unwrap();
    assert!(said.status.success(), "{words:?}: {}", String::from_utf8_lossy(&said.stderr));
    String::from_utf8(said.stdout).unwrap()
}

/// A program of the machine, if it has it.
fn judge(name: &str) -> Option<Command> {
    let path = std::env::var_os("PATH").unwrap();
    let found: Option<PathBuf> =
        std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.exists());
    if found.is_none() {
        // Not `eprintln!`: the test harness would hide it.
        let _ = writeln!(std::io::stderr(), "NOT JUDGED by {name}: it is not installed");
        let required = std::env::var("CWC_REQUIRE_JUDGES").is_ok_and(|required| required == "1");
        assert!(!required, "CWC_REQUIRE_JUDGES=1, and no {name}");
    }
    found.map(Command::new)
}

/// What a shell says to a script, in which `$CWC` is the file with the completions.
fn asked(shell: &str, arguments: &[&str], script: &str) -> Option<Vec<String>> {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("cwc");
    fs::write(&file, cwc(&["completions", shell])).unwrap();
    let mut command = judge(shell)?;
    command.args(arguments).args(["-c", script]).env("HOME", home.path()).env("CWC", &file);
    let said = command.current_dir(home.path()).output().unwrap();
    let stderr = String::from_utf8_lossy(&said.stderr).into_owned();
    assert!(said.status.success() && stderr.is_empty(), "{shell}: {stderr}");
    Some(String::from_utf8(said.stdout).unwrap().lines().map(str::to_owned).collect())
}

#[test]
fn bash_completes() {
    let complete = |words: &str, previous: &str, current: &str| {
        let script = format!(
            "source $CWC; COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); \
             _cwc cwc '{current}' '{previous}'; printf '%s\\n' \"${{COMPREPLY[@]}}\""
        );
        asked("bash", &["--norc"], &script)
    };
    let Some(said) = complete("cwc ''", "cwc", "") else { return };
    for command in commands() {
        assert!(said.contains(&command), "no {command} in {said:?}");
    }
    assert_eq!(complete("cwc di", "cwc", "di").unwrap(), ["diff"]);
    let classes = complete("cwc diff --fail-on name-", "--fail-on", "name-").unwrap();
    assert_eq!(classes, ["name-removed", "name-added"]);
    assert_eq!(complete("cwc check --form", "check", "--form").unwrap(), ["--format"]);
}

#[test]
fn fish_completes() {
    let complete = |line: &str| {
        let said = asked("fish", &["--no-config"], &format!("source $CWC; complete -C '{line}'"));
        said.map(|lines| -> Vec<String> {
            lines.iter().map(|line| line.split('\t').next().unwrap().to_owned()).collect()
        })
    };
    let Some(said) = complete("cwc ") else { return };
    for command in commands() {
        assert!(said.contains(&command), "no {command} in {said:?}");
    }
    assert_eq!(complete("cwc di").unwrap(), ["diff"]);
    assert_eq!(complete("cwc diff --fail-on vip").unwrap(), ["vip-moved"]);
    assert_eq!(complete("cwc check --format git").unwrap(), ["github", "gitlab"]);
}

/// zsh completes in a terminal only; so it is asked whether it takes the file, and whom it would ask for cwc's words.
#[test]
fn zsh_takes_the_completions() {
    let script = "autoload -Uz compinit; compinit -u -d $HOME/dump; source $CWC; echo $_comps[cwc]";
    if let Some(said) = asked("zsh", &["-f"], script) {
        assert_eq!(said, ["_cwc"]);
    }
}

#[test]
fn every_shell_is_told_of_every_command() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = cwc(&["completions", shell]);
        for command in commands() {
            assert!(script.contains(&command), "{shell}: no {command}");
        }
        // PowerShell and elvish complete no values of options.
        for class in
            cwc::risk::CLASSES.iter().filter(|_| !["elvish", "powershell"].contains(&shell))
        {
            assert!(script.contains(class.name), "{shell}: no {}", class.name);
        }
    }
}

/// groff has no fault to find in any page, and shows the whole of it.
#[test]
fn the_manual_has_a_page_for_each_command() {
    let all = commands();
    for command in [None].into_iter().chain(all.iter().map(|name| Some(name.as_str()))) {
        let mut words = vec!["man"];
        words.extend(command);
        let page = cwc(&words);
        let Some(mut groff) = judge("groff") else { return };
        groff.args(["-man", "-ww", "-Tascii", "-P-cbou"]);
        let mut child = groff
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(page.as_bytes()).unwrap();
        let said = child.wait_with_output().unwrap();
        assert_eq!(String::from_utf8_lossy(&said.stderr), "", "{words:?}");
        let shown = String::from_utf8(said.stdout).unwrap();
        let name = command.map_or("cwc".to_owned(), |command| format!("cwc-{command}"));
        assert!(shown.starts_with(&format!("{name}(1)")), "{shown}");
        for section in ["NAME", "SYNOPSIS", "OPTIONS"] {
            assert!(shown.lines().any(|line| line == section), "{name}: no {section}\n{shown}");
        }
        if command == Some("diff") {
            let example = "         $ cwc diff --stat\n         0 to add, 2 to change,";
            assert!(shown.contains(example), "{shown}");
        }
    }
    let said = Command::new(env!("CARGO_BIN_EXE_cwc")).args(["man", "dif"]).output().unwrap();
    assert_eq!(said.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&said.stderr).contains("did you mean `diff`?"));
}

#[test]
fn the_version_is_one_line() {
    let said = cwc(&["--version"]);
    assert!(said.starts_with(concat!("cwc ", env!("CARGO_PKG_VERSION"))), "{said}");
    assert_eq!(said.lines().count(), 1);
}
