//! The readers outside this repository: YAML texts enter, what each reader makes of them leaves.
//!
//! A judge that the machine lacks is named on stderr and its tests judge nothing;
//! `CWC_REQUIRE_JUDGES=1`, which CI sets, makes that a failure. `tests/yaml/install.sh` installs
//! what they need.

use std::env;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use serde::Deserialize;
use serde_json::Value;

/// A reader of YAML that the output must not mislead.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Judge {
    /// `sigs.k8s.io/yaml`, the library of kubectl, the API server, istiod and Argo CD.
    Kubernetes,
    /// `PyYAML`, the strictest reader of YAML 1.1 and the library of most scripts around Kubernetes.
    PyYaml,
}

/// What a judge made of one text: a value, or why it could not read the text.
pub(crate) type Reading = Result<Value, String>;

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Answer {
    Value(Value),
    Error(String),
}

impl Judge {
    /// How the judge reads each of `texts`, or nothing on a machine without that judge.
    pub(crate) fn read(self, texts: &[String]) -> Option<Vec<Reading>> {
        let answers: Vec<Answer> = self.ask("read", texts)?;
        assert_eq!(answers.len(), texts.len());
        let reading = |answer| match answer {
            Answer::Value(value) => Ok(value),
            Answer::Error(reason) => Err(reason),
        };
        Some(answers.into_iter().map(reading).collect())
    }

    /// Sends `request` to the judge, as `verb`, in a file: a pipe would fill up in both directions.
    pub(crate) fn ask<T: for<'a> Deserialize<'a>>(
        self,
        verb: &str,
        request: &(impl serde::Serialize + ?Sized),
    ) -> Option<T> {
        let program = self.program()?;
        let mut file = tempfile::NamedTempFile::new_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        serde_json::to_writer(&mut file, request).unwrap();
        file.flush().unwrap();
        let mut command = Command::new(&program[0]);
        let answer = command.args(&program[1..]).arg(verb).arg(file.path()).output().unwrap();
        let complaint = String::from_utf8_lossy(&answer.stderr);
        assert!(answer.status.success(), "{self:?} failed: {complaint}");
        Some(serde_json::from_slice(&answer.stdout).unwrap())
    }

    fn program(self) -> Option<&'static [PathBuf]> {
        static KUBERNETES: OnceLock<Option<Vec<PathBuf>>> = OnceLock::new();
        static PYYAML: OnceLock<Option<Vec<PathBuf>>> = OnceLock::new();
        let (judge, find): (_, fn() -> _) = match self {
            Judge::Kubernetes => (&KUBERNETES, build_go),
            Judge::PyYaml => (&PYYAML, find_python),
        };
        let program = judge.get_or_init(|| match find() {
            Ok(program) => Some(program),
            Err(reason) => {
                // Not `eprintln!`: the test harness would hide it.
                let _ = writeln!(std::io::stderr(), "NOT JUDGED by {self:?}: {reason}");
                None
            }
        });
        let required = env::var("CWC_REQUIRE_JUDGES").is_ok_and(|required| required == "1");
        assert!(program.is_some() || !required, "CWC_REQUIRE_JUDGES=1, and no {self:?}");
        program.as_deref()
    }
}

fn build_go() -> Result<Vec<PathBuf>, String> {
    let binary = Path::new(env!("CARGO_TARGET_TMPDIR")).join("yaml-judge");
    let mut build = Command::new("go");
    build.current_dir(sources().join("go")).env("GOWORK", "off");
    run(build.args(["build", "-mod=readonly", "-o"]).arg(&binary).arg("."))?;
    Ok(vec![binary])
}

fn find_python() -> Result<Vec<PathBuf>, String> {
    let installed = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../yaml-python/bin/python");
    let python = if installed.exists() { installed } else { PathBuf::from("python3") };
    run(Command::new(&python).args(["-c", "import yaml"]))?;
    Ok(vec![python, sources().join("judge.py")])
}

fn sources() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/yaml")
}

fn run(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr).trim_end()))
}
