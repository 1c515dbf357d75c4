//! `--watch`, with the real program and files that are saved as editors save them: what changes is answered once, and what the program writes itself is not.

#![cfg(target_os = "linux")]
#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test may panic, and it plays with files, programs and the clock"
)]

use std::fs;
use std::io::Read;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

const GOOD: &str = "[clusters.east]\ngateway = \"203.0.113.10\"\n\n[clusters.west]\ngateway = \"198.51.100.20\"\n\n\
                    [services.reviews]\nnamespace = \"bookinfo\"\nports = { http = 9080 }\nclusters = [\"east\"]\n";
const WATCHING: &str = "watching; Ctrl-C ends it\n";
/// Longer than two looks, so that what would be a change is one.
const A_WHILE: Duration = Duration::from_millis(700);

/// A program that watches, in a folder of its own.
struct Watch {
    folder: tempfile::TempDir,
    child: Child,
    stdout: Arc<Mutex<String>>,
    stderr: Arc<Mutex<String>>,
}

fn bad() -> String {
    GOOD.replace("[\"east\"]", "[\"esat\"]")
}

fn folder(document: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    fs::create_dir(folder.path().join(".git")).unwrap();
    fs::write(folder.path().join("mesh.toml"), document).unwrap();
    folder
}

fn command(folder: &tempfile::TempDir, arguments: &str) -> Command {
    // Whoever runs the tests in the background may have them ignore SIGINT, and programs inherit that.
    let mut command = Command::new("env");
    command.args(["--default-signal=INT", env!("CARGO_BIN_EXE_cwc")]);
    command.args(arguments.split(' ')).current_dir(folder.path()).env("NO_COLOR", "1");
    command
}

/// What a stream says, as it says it.
fn gather(mut stream: impl Read + Send + 'static, into: &Arc<Mutex<String>>) {
    let into = Arc::clone(into);
    thread::spawn(move || {
        let mut bytes = [0; 4096];
        while let Ok(count @ 1..) = stream.read(&mut bytes) {
            into.lock().unwrap().push_str(&String::from_utf8_lossy(&bytes[..count]));
        }
    });
}

impl Watch {
    fn start(document: &str, arguments: &str) -> Self {
        let folder = folder(document);
        let mut command = command(&folder, arguments);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (stdout, stderr) = (Arc::default(), Arc::default());
        gather(child.stdout.take().unwrap(), &stdout);
        gather(child.stderr.take().unwrap(), &stderr);
        Self { folder, child, stdout, stderr }
    }

    /// Waits for the N-th answer; all that was said since the last time, on the standard output first.
    fn answer(&self, count: usize) -> String {
        let until = Instant::now() + Duration::from_mins(1);
        loop {
            let said = self.stderr.lock().unwrap().clone();
            if said.matches(WATCHING).count() >= count {
                // What was written before it may be read after it.
                thread::sleep(Duration::from_millis(200));
                let answer = std::mem::take(&mut *self.stdout.lock().unwrap());
                return answer + said.split(WATCHING).nth(count - 1).unwrap();
            }
            assert!(Instant::now() < until, "no answer {count} within a minute: {said}");
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// There are so many answers, and no more come.
    fn stays_at(&self, count: usize) {
        thread::sleep(A_WHILE);
        let said = self.stderr.lock().unwrap().clone();
        assert_eq!(said.matches(WATCHING).count(), count, "{said}");
    }

    fn write(&self, file: &str, text: &str) {
        fs::write(self.folder.path().join(file), text).unwrap();
    }

    fn read(&self, file: &str) -> String {
        fs::read_to_string(self.folder.path().join(file)).unwrap()
    }

    fn interrupt(mut self) -> (ExitStatus, tempfile::TempDir) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
        (self.child.wait().unwrap(), self.folder)
    }

    fn end(self) {
        self.interrupt();
    }
}

#[test]
fn a_mistake_comes_and_goes_however_the_editor_saves() {
    let watch = Watch::start(GOOD, "check --watch");
    assert_eq!(watch.answer(1), "ok: 1 file, 2 clusters, 1 service\n");
    // In place.
    watch.write("mesh.toml", &bad());
    let said = watch.answer(2);
    assert!(said.contains("\nmesh.toml changed\n") && said.contains("error[CW0201]"), "{said}");
    // A new file that takes the old one's name.
    watch.write("mesh.toml.new", GOOD);
    let at = |name: &str| watch.folder.path().join(name);
    fs::rename(at("mesh.toml.new"), at("mesh.toml")).unwrap();
    assert_eq!(watch.answer(3), "\nmesh.toml changed\nok: 1 file, 2 clusters, 1 service\n");
    // The old one is moved away first.
    fs::rename(at("mesh.toml"), at("mesh.toml~")).unwrap();
    thread::sleep(Duration::from_millis(250));
    watch.write("mesh.toml", &bad());
    let said = watch.answer(4);
    assert!(said.contains("error[CW0201]"), "{said}");
    watch.stays_at(4);
    watch.end();
}

#[test]
fn a_lock_is_followed_and_a_document_that_stays_away_is_told() {
    let watch = Watch::start(GOOD, "check --watch --format concise");
    watch.answer(1);
    watch.write("mesh.lock", "version = 9\n");
    let said = watch.answer(2);
    assert!(said.contains("mesh.lock changed") && said.contains("error[CW0332]"), "{said}");
    fs::remove_file(watch.folder.path().join("mesh.toml")).unwrap();
    let said = watch.answer(3);
    assert!(said.contains("error: there is no mesh.toml here"), "{said}");
    fs::remove_file(watch.folder.path().join("mesh.lock")).unwrap();
    watch.write("mesh.toml", GOOD);
    let said = watch.answer(4);
    assert!(said.contains("ok: 1 file"), "{said}");
    watch.end();
}

/// It writes a tree and a lock, and neither is a reason to write again; what others do to them is.
#[test]
fn a_build_is_made_once_for_each_change() {
    let watch = Watch::start(GOOD, "build --watch");
    let said = watch.answer(1);
    assert!(said.contains(" 9 files written"), "{said}");
    watch.stays_at(1);
    watch.write("mesh.toml", &GOOD.replace("[\"east\"]", "[\"east\", \"west\"]"));
    let said = watch.answer(2);
    assert!(said.contains(" written"), "{said}");
    watch.stays_at(2);
    let file = "generated/west/services.bookinfo.yaml";
    let built = watch.read(file);
    watch.write(file, &format!("{built}# by hand\n"));
    let said = watch.answer(3);
    assert!(
        said.contains(&format!("{file} changed")) && said.contains(" 1 file written"),
        "{said}"
    );
    assert_eq!(watch.read(file), built);
    // A document with a mistake leaves the tree as it is.
    watch.write("mesh.toml", &bad());
    let said = watch.answer(4);
    assert!(said.contains("error[CW0201]") && said.contains("nothing was written"), "{said}");
    assert_eq!(watch.read(file), built);
    watch.stays_at(4);
    watch.end();
}

#[test]
fn a_tree_that_is_only_checked_is_followed() {
    let watch = Watch::start(GOOD, "build --check --watch");
    let said = watch.answer(1);
    assert!(said.contains("would add generated/east/gateway.yaml"), "{said}");
    watch.stays_at(1);
    assert!(command(&watch.folder, "build").output().unwrap().status.success());
    let said = watch.answer(2);
    assert!(!said.contains("would"), "{said}");
    watch.end();
}

/// As for any program that Ctrl-C ends: by the signal, which shells show as 130, with all that was written in its place.
#[test]
fn an_interrupt_ends_it() {
    let watch = Watch::start(GOOD, "build --watch");
    watch.answer(1);
    let (status, folder) = watch.interrupt();
    assert_eq!(status.signal(), Some(2), "{status:?}");
    assert!(command(&folder, "build --check").output().unwrap().status.success());
}

#[test]
fn it_ends_when_nobody_reads() {
    let folder = folder(&bad());
    let mut command = command(&folder, "check --watch");
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let mut byte = [0];
    stdout.read_exact(&mut byte).unwrap();
    drop(stdout);
    fs::write(folder.path().join("mesh.toml"), format!("{}\n", bad())).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1));
}

#[test]
fn what_cannot_be_watched_is_refused() {
    let folder = folder(GOOD);
    for (arguments, why) in [
        ("check --watch -", "--watch cannot watch the standard input"),
        ("check --watch --format json", "this format is for one answer"),
        ("build --watch --check --format sarif", "this format is for one answer"),
        ("check --watch --fix", "cannot be used with"),
        ("build --watch --forget", "cannot be used with"),
        ("build --watch --reallocate", "cannot be used with"),
        ("build --watch --allow-deletes 9", "cannot be used with"),
        ("check --watch nowhere.toml", "cannot read nowhere.toml"),
    ] {
        let output = command(&folder, arguments).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{arguments}: {said}");
        assert!(output.stdout.is_empty() && said.contains(why), "{arguments}: {said}");
    }
}
