//! A real browser: Debian's chromium without a window, driven by Selenium, which browser.py speaks with.
//!
//! The libraries of Rust that drive a browser bring dozens of crates in versions that are there already in others, so Selenium's own it is.

use std::cell::RefCell;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// What is waited for is there by then.
const PATIENCE: Duration = Duration::from_mins(1);

/// A browser; it is closed when this goes.
pub(crate) struct Browser {
    driver: Child,
    talk: RefCell<Talk>,
}

/// What is said to the driver, and what it answers.
struct Talk {
    // Taken when there is nothing more to say.
    to: Option<ChildStdin>,
    from: BufReader<ChildStdout>,
}

/// Where the pictures of a run are kept.
fn pictures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("target/ui-screenshots")
}

impl Talk {
    fn answer(&mut self) -> Result<Value, String> {
        let mut line = String::new();
        self.from.read_line(&mut line).unwrap();
        let told: Value = serde_json::from_str(&line)
            .map_err(|_| "the driver has ended, and has said why above".to_owned())?;
        match told["failed"].as_str() {
            Some(failed) => Err(failed.to_owned()),
            None => Ok(told["done"].clone()),
        }
    }
}

impl Browser {
    /// A new one, light or dark; `None` where there is no browser and none is required.
    pub(crate) fn open(dark: bool) -> Option<Self> {
        let python = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../ui-python/bin/python");
        if !python.exists() || !Path::new("/usr/bin/chromedriver").exists() {
            let required =
                std::env::var("CWC_REQUIRE_JUDGES").is_ok_and(|required| required == "1");
            assert!(!required, "no browser, or no Selenium; tests/ui/install.sh installs them");
            eprintln!("skipped: no browser, or no Selenium; tests/ui/install.sh installs them");
            return None;
        }
        let mut driver = Command::new(python)
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui/browser.py"))
            .args(dark.then_some("dark"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let from = BufReader::new(driver.stdout.take().unwrap());
        let mut talk = Talk { to: driver.stdin.take(), from };
        talk.answer().unwrap();
        Some(Self { driver, talk: RefCell::new(talk) })
    }

    fn run(&self, name: &str, what: &str) -> Result<Value, String> {
        let mut talk = self.talk.borrow_mut();
        let line = format!("{}\n", json!([name, what]));
        let sent = talk.to.as_mut().unwrap().write_all(line.as_bytes());
        sent.map_err(|error| error.to_string()).and_then(|()| talk.answer())
    }

    pub(crate) fn go(&self, address: &str) {
        self.run("go", address).unwrap();
    }

    /// What a script of the page's own would see; the driver's scripts are not bound by the page's policy.
    pub(crate) fn js(&self, script: &str) -> Value {
        self.run("js", script).unwrap()
    }

    /// Waits until an expression is true.
    pub(crate) fn until(&self, expression: &str) {
        let began = Instant::now();
        while self.js(&format!("return Boolean({expression})")) != json!(true) {
            if began.elapsed() > PATIENCE {
                self.shot("failed");
                let text = self.js("return document.body.innerText");
                panic!("never so: {expression}; the page says: {text}");
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// Clicks an element as a person does: it must be there, in sight and not covered.
    pub(crate) fn click(&self, css: &str) {
        self.until(&format!("document.querySelector({css:?})"));
        // A table that is drawn anew has other elements in the same places.
        for attempt in 1.. {
            match self.run("click", css) {
                Ok(_) => return,
                Err(error) if attempt == 5 => {
                    self.shot("failed");
                    panic!("cannot click {css}: {error}");
                }
                Err(_) => std::thread::sleep(Duration::from_millis(200)),
            }
        }
    }

    /// Types into what has the focus.
    pub(crate) fn keys(&self, keys: &str) {
        self.run("keys", keys).unwrap_or_else(|error| panic!("cannot type {keys:?}: {error}"));
    }

    /// Keeps a picture of what is in sight.
    pub(crate) fn shot(&self, name: &str) {
        std::fs::create_dir_all(pictures()).unwrap();
        let path = pictures().join(format!("{name}.png"));
        self.run("shot", path.to_str().unwrap()).unwrap();
    }

    /// The same, and it is the one that docs/ui.md shows; `CWC_UPDATE=1` renews that.
    pub(crate) fn shown(&self, name: &str) {
        self.shot(name);
        let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("docs/ui/{name}.png"));
        if std::env::var("CWC_UPDATE").is_ok_and(|update| update == "1") {
            std::fs::create_dir_all(committed.parent().unwrap()).unwrap();
            std::fs::copy(pictures().join(format!("{name}.png")), &committed).unwrap();
        }
        assert!(committed.is_file(), "{} is missing: CWC_UPDATE=1 takes it", committed.display());
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The driver ends when nothing more can come, and closes the browser.
        self.talk.get_mut().to = None;
        let _ = self.driver.wait();
    }
}
