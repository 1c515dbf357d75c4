//! `action.yml` and `docs/ci.md`: taken by the schemas of those who read them, and run: each script as the runner runs it, in a clone as shallow as
//! the runner's, against a server that answers as GitHub's does.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_yaml::Value;

use crate::tools::{find, installed};
use crate::{read, root};

#[path = "action/api.rs"]
mod api;

const BEFORE: &str = "[clusters.east]\ngateway = \"203.0.113.10\"\n\n[clusters.west]\ngateway = \"198.51.100.20\"\n\n\
                      [services.reviews]\nnamespace = \"bookinfo\"\nports = { http = 9080 }\nclusters = [\"east\"]\n";

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => panic!("not a text: {other:?}"),
    }
}

fn action() -> Value {
    serde_yaml::from_str(&read("action.yml")).unwrap()
}

/// A runner in the middle of a job: a checkout, and the files that steps write into.
struct Runner {
    folder: tempfile::TempDir,
    /// What expressions stand for.
    values: BTreeMap<String, String>,
    path: String,
}

impl Runner {
    /// A shallow checkout of a repository whose first commit has one document and its tree, and whose second has another.
    fn new(after: &str) -> Self {
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let cwc = Path::new(env!("CARGO_BIN_EXE_cwc")).parent().unwrap();
        let path = format!("{}:{}", cwc.display(), std::env::var("PATH").unwrap());
        let mut runner = Self { folder, values: BTreeMap::new(), path };
        std::fs::create_dir(runner.at("temp")).unwrap();
        std::fs::create_dir(runner.at("origin")).unwrap();
        std::fs::write(runner.at("origin/mesh.toml"), BEFORE).unwrap();
        runner.shell(
            "origin",
            "git init -q -b main && cwc build -q && git add -A && git commit -qm before",
        );
        let base = runner.shell("origin", "git rev-parse HEAD");
        std::fs::write(runner.at("origin/mesh.toml"), after).unwrap();
        runner.shell(
            "origin",
            "cwc build -q > /dev/null || true; git add -A && git commit -qm after --allow-empty",
        );
        let origin = runner.at("origin").display().to_string();
        runner.shell("", &format!("git clone -q --depth=1 'file://{origin}' checkout"));
        for (name, value) in [
            ("inputs.working-directory", "."),
            ("inputs.against", base.trim()),
            ("inputs.tree", "true"),
            ("inputs.deny-warnings", "false"),
            ("inputs.fail-on", ""),
            ("inputs.token", "secret"),
            ("github.event.pull_request.number", "7"),
            ("github.action_path", env!("CARGO_MANIFEST_DIR")),
            ("runner.temp", &runner.at("temp").display().to_string()),
        ] {
            runner.values.insert(name.to_owned(), value.to_owned());
        }
        runner
    }

    fn with(mut self, name: &str, value: &str) -> Self {
        self.values.insert(name.to_owned(), value.to_owned());
        self
    }

    fn at(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn command(&self, program: &str, folder: &str) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(self.at(folder))
            .env("PATH", &self.path)
            .env("HOME", self.folder.path())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1");
        for who in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{who}_NAME"), "cwc");
            command.env(format!("GIT_{who}_EMAIL"), "cwc@example.com");
        }
        for variable in ["GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "CWC_FILE"] {
            command.env_remove(variable);
        }
        command
    }

    /// What a script prints, which has to succeed.
    fn shell(&self, folder: &str, script: &str) -> String {
        let output = self.command("sh", folder).args(["-ec", script]).output().unwrap();
        assert!(output.status.success(), "{script}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// A value with its expressions put in.
    fn filled(&self, value: &str) -> String {
        let mut filled = String::new();
        let mut rest = value;
        while let Some((before, behind)) = rest.split_once("${{ ") {
            let (name, after) = behind.split_once(" }}").unwrap();
            let value = self.values.get(name).unwrap_or_else(|| panic!("nobody said `{name}`"));
            filled.push_str(before);
            filled.push_str(value);
            rest = after;
        }
        filled + rest
    }

    /// Runs the script of a step, as the runner does it.
    fn step(&self, name: &str) -> Output {
        let action = action();
        let steps = action["runs"]["steps"].as_sequence().unwrap();
        let step = steps.iter().find(|step| text(&step["name"]) == name).unwrap();
        assert_eq!(text(&step["shell"]), "bash");
        let script = text(&step["run"]);
        assert!(!script.contains("${{"), "{name}: a value is put into a script");
        std::fs::write(self.at("temp/script"), script).unwrap();
        let folder = format!("checkout/{}", self.filled(&text(&step["working-directory"])));
        let mut command = self.command("bash", &folder);
        command.args(["--noprofile", "--norc", "-eo", "pipefail"]).arg(self.at("temp/script"));
        for (key, value) in step["env"].as_mapping().unwrap() {
            command.env(text(key), self.filled(&text(value)));
        }
        for (variable, file) in
            [("OUTPUT", "output"), ("STEP_SUMMARY", "summary"), ("PATH", "path")]
        {
            command.env(format!("GITHUB_{variable}"), self.at(&format!("temp/{file}")));
        }
        command.env("RUNNER_TEMP", self.at("temp")).env("GITHUB_REPOSITORY", "acme/mesh");
        command.env("GITHUB_API_URL", self.values.get("api").map_or("", String::as_str));
        command.output().unwrap()
    }

    /// The main step: its status, what it prints, what the summary is, and what it puts out.
    fn compared(&self) -> Compared {
        let output = self.step("Check and compare");
        let file = |name: &str| {
            std::fs::read_to_string(self.at(&format!("temp/{name}"))).unwrap_or_default()
        };
        let line = |line: &str| {
            Some(line.split_once('=')?).map(|(key, value)| (key.to_owned(), value.to_owned()))
        };
        let put = file("output").lines().filter_map(line).collect();
        let log = String::from_utf8(output.stdout).unwrap();
        Compared { status: output.status.code().unwrap(), log, summary: file("summary"), put }
    }
}

struct Compared {
    status: i32,
    log: String,
    summary: String,
    put: BTreeMap<String, String>,
}

impl Compared {
    fn counts(&self) -> [&str; 4] {
        ["added", "changed", "removed", "status"].map(|key| self.put[key].as_str())
    }
}

/// `reviews` in west, too: failover for those who call it.
fn in_both() -> String {
    BEFORE.replace("[\"east\"]", "[\"east\", \"west\"]")
}

fn programs() -> bool {
    ["jq", "curl", "bash"].iter().all(|name| find(name, &[name.into()], "--version").is_some())
}

#[test]
fn a_pull_request_is_told_what_it_changes() {
    let found = Runner::new(&in_both()).compared();
    assert_eq!(found.status, 0, "{}", found.log);
    assert!(
        found.summary.starts_with("<!-- cwc diff -->\n### What changes since "),
        "{}",
        found.summary
    );
    for said in ["failover-gained", "reviews.bookinfo.global", "</details>"] {
        assert!(found.summary.contains(said), "no {said} in {}", found.summary);
    }
    let annotation = "::notice file=mesh.toml,line=";
    assert!(found.log.lines().any(|line| line.starts_with(annotation)), "{}", found.log);
    let [added, changed, removed, status] = found.counts();
    let counted =
        format!("\n{added} to add, {changed} to change, {removed} to remove in 2 of 2 clusters");
    assert!(added != "0" && status == "0" && found.summary.contains(&counted), "{}", found.summary);
    assert!(found.put["report"].ends_with("/cwc.md"));
}

#[test]
fn a_class_of_changes_fails_where_it_is_asked_to() {
    let closed = BEFORE.replace("9080", "9081");
    assert_eq!(Runner::new(&closed).compared().status, 0);
    let asked = Runner::new(&closed).with("inputs.fail-on", "security port-closed").compared();
    assert_eq!((asked.status, asked.put["status"].as_str()), (1, "1"));
    assert!(asked.log.contains("::error file=mesh.toml,line="), "{}", asked.log);
    assert!(asked.summary.contains("port-closed"), "{}", asked.summary);
    let other = Runner::new(&closed).with("inputs.fail-on", "security").compared();
    assert_eq!(other.status, 0);
}

#[test]
fn mistakes_are_shown_and_nothing_is_compared() {
    let found = Runner::new(&BEFORE.replace("[\"east\"]", "[\"esat\"]")).compared();
    assert_eq!((found.status, found.counts()), (1, ["0", "0", "0", "1"]));
    assert!(
        found.summary.starts_with("<!-- cwc check -->\n") && found.summary.contains("CW0201"),
        "{}",
        found.summary
    );
    assert_eq!(found.log.matches("::error file=mesh.toml,line=10,").count(), 1, "{}", found.log);
}

#[test]
fn a_stale_tree_fails_if_there_is_to_be_one() {
    let stale = |tree: &str| {
        let runner = Runner::new(&in_both()).with("inputs.tree", tree);
        std::fs::write(runner.at("checkout/mesh.toml"), BEFORE.replace("9080", "9090")).unwrap();
        runner.compared()
    };
    let found = stale("true");
    assert_eq!(found.status, 1);
    assert!(found.log.contains("generated/east/services.bookinfo.yaml"), "{}", found.log);
    assert!(found.summary.contains("it is 9090 now"), "the difference is shown all the same");
    assert_eq!(stale("false").status, 0);
}

#[test]
fn warnings_fail_where_they_are_denied() {
    // Two clusters with one service and no region: which one is near is not known.
    let runner = Runner::new(&in_both());
    let warned = runner.compared();
    assert!(warned.log.contains("::warning ") && warned.status == 0, "{}", warned.log);
    assert_eq!(runner.with("inputs.deny-warnings", "true").compared().status, 1);
}

/// The first push of a branch has no commit before it, so the committed tree is what is compared with.
#[test]
fn a_branch_without_a_commit_before_it_is_compared_with_its_tree() {
    let found = Runner::new(&in_both()).with("inputs.against", &"0".repeat(40)).compared();
    assert_eq!((found.status, found.counts()), (0, ["0", "0", "0", "0"]));
    assert!(found.summary.contains("Nothing changes."), "{}", found.summary);
}

#[test]
fn a_commit_that_is_not_there_is_a_failure() {
    let found = Runner::new(&in_both()).with("inputs.against", &"1".repeat(40)).compared();
    assert!(found.status > 1 && found.summary.is_empty(), "{} {}", found.status, found.summary);
}

/// The cwc on the PATH, or that of the cache, or one that cargo builds from the action's own sources.
#[test]
fn cwc_is_taken_from_where_it_is() {
    let mut runner = Runner::new(BEFORE);
    let output = |runner: &Runner, file: &str| {
        std::fs::read_to_string(runner.at(&format!("temp/{file}"))).unwrap_or_default()
    };
    assert!(runner.step("Find cwc").status.success());
    assert_eq!(output(&runner, "output"), "found=true\n");

    std::fs::create_dir(runner.at("bin")).unwrap();
    let cargo = "#!/bin/sh\nfor into; do :; done\nmkdir -p \"$into/bin\"\necho \"$@\" > \"$into/bin/cwc\"\nchmod +x \"$into/bin/cwc\"\n";
    std::fs::write(runner.at("bin/cargo"), cargo).unwrap();
    runner.shell("", "chmod +x bin/cargo");
    runner.path = format!("{}:/usr/bin:/bin", runner.at("bin").display());
    let found = runner.step("Find cwc");
    assert!(found.status.success(), "{}", String::from_utf8_lossy(&found.stderr));
    let put = output(&runner, "output");
    let hash = put.strip_prefix("found=true\nhash=").unwrap().trim();
    assert!(hash.len() == 40 && hash.chars().all(|c| c.is_ascii_hexdigit()), "{put}");

    for time in 1..=2 {
        assert!(runner.step("Build cwc").status.success());
        let into = runner.at("temp/cwc");
        let asked = std::fs::read_to_string(into.join("bin/cwc")).unwrap();
        let expected = format!(
            "install --path {} --locked --root {}\n",
            env!("CARGO_MANIFEST_DIR"),
            into.display()
        );
        assert_eq!(asked, expected);
        assert_eq!(output(&runner, "path").lines().count(), time);
        // What the cache brings is not built again.
        runner.shell("", "rm -f bin/cargo");
    }
}

/// One comment, found by its first line wherever it stands, renewed or made; where it may not be written the job goes on.
#[test]
fn a_comment_is_written_once_and_then_renewed() {
    if !programs() {
        return;
    }
    let report = "<!-- cwc diff -->\n### What changes\n\"quoted\" `$(code)` \\ and ü\n";
    for (others, mine, allowed, expected) in [
        (3, false, true, "POST /repos/acme/mesh/issues/7/comments"),
        (3, true, true, "PATCH /repos/acme/mesh/issues/comments/42"),
        (230, true, true, "PATCH /repos/acme/mesh/issues/comments/42"),
        (100, false, true, "POST /repos/acme/mesh/issues/7/comments"),
        (0, false, false, "POST /repos/acme/mesh/issues/7/comments"),
    ] {
        let server = api::Server::start(others, mine, allowed);
        let runner = Runner::new(BEFORE).with("api", &server.address);
        let runner = {
            let path = runner.at("temp/cwc.md").display().to_string();
            std::fs::write(&path, report).unwrap();
            runner.with("steps.cwc.outputs.report", &path)
        };
        let said = runner.step("Comment");
        let log = String::from_utf8_lossy(&said.stdout).into_owned();
        assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
        let asked = server.stop();
        assert!(asked.iter().all(|one| one.token == "Bearer secret"), "{asked:?}");
        let written: Vec<_> = asked.iter().filter(|one| !one.line.starts_with("GET ")).collect();
        let [written] = written.as_slice() else { panic!("{asked:?}") };
        assert_eq!(written.line, expected, "{others} {mine}");
        let body: serde_json::Value = serde_json::from_str(&written.body).unwrap();
        assert_eq!(body, serde_json::json!({ "body": report }));
        assert_eq!(log.contains("::warning title=cwc::"), !allowed, "{log}");
    }
}

/// The blocks of the page that are files of a repository, by name.
fn files() -> Vec<(String, String)> {
    let page = read("docs/ci.md");
    let blocks = page.split("\n```yaml title=").skip(1);
    let file = |block: &str| {
        let (name, rest) = block.split_once('\n').unwrap();
        (name.to_owned(), rest.split("\n```").next().unwrap().to_owned() + "\n")
    };
    blocks.map(file).collect()
}

#[test]
fn github_and_gitlab_take_the_files() {
    let judge = [installed("action-python/bin/check-jsonschema"), "check-jsonschema".into()];
    let Some(judge) = find("check-jsonschema", &judge, "--version") else { return };
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let mut judged = vec![("github-actions", root("action.yml"))];
    for (name, text) in files() {
        let schema = if name.contains("github") { "github-workflows" } else { "gitlab-ci" };
        let path = folder.path().join(name.replace('/', "_"));
        std::fs::write(&path, text).unwrap();
        judged.push((schema, path));
    }
    assert_eq!(judged.len(), 3);
    let taken = |schema: &str, path: &Path| {
        let schema = format!("vendor.{schema}");
        let arguments = ["--builtin-schema", &schema];
        Command::new(&judge).args(arguments).arg(path).output().unwrap()
    };
    for (schema, path) in judged {
        let output = taken(schema, &path);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{}: {said}", path.display());
        let broken = folder.path().join("broken.yml");
        std::fs::write(
            &broken,
            std::fs::read_to_string(&path)
                .unwrap()
                .replace("uses:", "use:")
                .replace("  script:", "  skript:"),
        )
        .unwrap();
        assert!(!taken(schema, &broken).status.success(), "{schema} takes anything");
    }
}

/// The page says of each input and output what `action.yml` does.
#[test]
fn the_page_has_every_input_and_output() {
    let (page, action) = (read("docs/ci.md"), action());
    let rows = |start: &str| page.lines().filter(|line| line.starts_with(start)).count();
    let mut expected = 0;
    for table in ["inputs", "outputs"] {
        for (name, entry) in action[table].as_mapping().unwrap() {
            expected += 1;
            let (name, description) = (text(name), text(&entry["description"]));
            let row = page.lines().find(|line| line.starts_with(&format!("| `{name}` |")));
            let row = row.unwrap_or_else(|| panic!("`{name}` is not in docs/ci.md"));
            assert!(row.ends_with(&format!("| {description} |")), "{row}");
            let default = text(&entry["default"]);
            assert!(
                default.contains("${{")
                    || default.is_empty()
                    || row.contains(&format!("`{default}`")),
                "{row}"
            );
        }
    }
    assert_eq!(rows("| `"), expected, "a row of nothing");
    let example = files().remove(0).1;
    let example: Value = serde_yaml::from_str(&example).unwrap();
    let with = &example["jobs"]["mesh"]["steps"][1]["with"];
    for (name, _) in with.as_mapping().unwrap() {
        assert!(action["inputs"].get(text(name)).is_some(), "{name:?} is no input");
    }
}

/// What the page gives to GitLab, line by line, in a checkout that is as shallow as a runner's.
#[test]
fn gitlabs_script_says_what_is_to_be_said() {
    let (_, file) = files().remove(1);
    let job: Value = serde_yaml::from_str(&file).unwrap();
    let lines = |key: &str| -> Vec<String> {
        job["mesh"][key].as_sequence().unwrap().iter().map(text).collect()
    };
    let before = lines("before_script");
    // Nothing is installed here: cwc is on the PATH.
    assert!(
        before[0].contains("cargo install --locked --git") && before[1].starts_with("export PATH=")
    );
    let script = [&before[2..], &lines("script")].concat().join("\n");
    for (after, status) in [(in_both(), 0), (BEFORE.replace("[\"east\"]", "[\"esat\"]"), 2)] {
        let runner = Runner::new(&after);
        let base = runner.values["inputs.against"].clone();
        let mut command = runner.command("sh", "checkout");
        let output = command
            .args(["-ec", &script])
            .env("CI_MERGE_REQUEST_DIFF_BASE_SHA", base)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(status), "{said}");
        let file =
            |name: &str| std::fs::read_to_string(runner.at(&format!("checkout/{name}"))).unwrap();
        let found: serde_json::Value =
            serde_json::from_str(&file("gl-code-quality-report.json")).unwrap();
        assert!(found.is_array() && file("junit.xml").contains("<testsuite "));
        assert!(file("mesh.md").starts_with("<!-- cwc diff -->"));
    }
}
