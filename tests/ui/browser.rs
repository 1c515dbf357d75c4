//! A real browser: Debian's chromium without a window, driven through its chromedriver.
//!
//! The driver speaks JSON over HTTP, as W3C's `WebDriver` says. A handful of its commands is needed; the libraries that speak it bring dozens of crates,
//! some under terms that deny.toml does not have.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

/// What is waited for is there by then.
const PATIENCE: Duration = Duration::from_mins(1);

/// What `WebDriver` calls an element by.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A browser; it is closed when this goes.
pub(crate) struct Browser {
    driver: Child,
    port: u16,
    session: String,
}

/// Where the pictures of a run are kept.
fn pictures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("target/ui-screenshots")
}

/// A command to the driver, and its answer.
fn command(port: u16, method: &str, path: &str, body: &Value) -> Result<Value, String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).map_err(|error| error.to_string())?;
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let body = if method == "POST" { body.to_string() } else { String::new() };
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    let sent = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes()));
    sent.map_err(|error| error.to_string())?;
    let mut reader = BufReader::new(stream);
    let (mut line, mut length) = (String::new(), 0);
    while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
        let header = line.to_lowercase();
        if let Some(said) = header.strip_prefix("content-length:") {
            length = said.trim().parse().unwrap_or(0);
        }
        line.clear();
    }
    let mut json = vec![0; length];
    reader.read_exact(&mut json).map_err(|error| error.to_string())?;
    let told: Value = serde_json::from_slice(&json).map_err(|error| error.to_string())?;
    match told["value"]["error"].as_str() {
        Some(error) => Err(format!("{error}: {}", told["value"]["message"])),
        None => Ok(told["value"].clone()),
    }
}

impl Browser {
    /// A new one, light or dark; `None` where there is no browser and none is required.
    pub(crate) fn open(dark: bool) -> Option<Self> {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let driver = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let required = std::env::var("CWC_REQUIRE_JUDGES").is_ok_and(|required| required == "1");
        let driver = match driver {
            Ok(driver) => driver,
            Err(_) if !required => {
                eprintln!("skipped: no chromedriver; tests/ui/install.sh installs it");
                return None;
            }
            Err(error) => panic!("chromedriver: {error}; tests/ui/install.sh installs it"),
        };
        let mut browser = Self { driver, port, session: String::new() };
        let mut args = vec![
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--hide-scrollbars",
            "--window-size=1280,940",
        ];
        args.extend(dark.then_some("--blink-settings=preferredColorScheme=0"));
        let options = json!({ "goog:chromeOptions": { "args": args } });
        let wanted = json!({ "capabilities": { "alwaysMatch": options } });
        let mut last = String::new();
        for _ in 0..100 {
            match command(port, "POST", "/session", &wanted) {
                Ok(session) => {
                    session["sessionId"].as_str().unwrap().clone_into(&mut browser.session);
                    return Some(browser);
                }
                Err(error) => last = error,
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        panic!("chromedriver opens no browser: {last}");
    }

    fn run(&self, method: &str, path: &str, body: &Value) -> Result<Value, String> {
        command(self.port, method, &format!("/session/{}{path}", self.session), body)
    }

    pub(crate) fn go(&self, address: &str) {
        self.run("POST", "/url", &json!({ "url": address })).unwrap();
    }

    /// What a script of the page's own would see; the driver's scripts are not bound by the page's policy.
    pub(crate) fn js(&self, script: &str) -> Value {
        self.run("POST", "/execute/sync", &json!({ "script": script, "args": [] })).unwrap()
    }

    /// Waits until an expression is true.
    pub(crate) fn until(&self, expression: &str) {
        let began = std::time::Instant::now();
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
            match self.clicked(css) {
                Ok(_) => return,
                Err(error) if attempt == 5 => {
                    self.shot("failed");
                    panic!("cannot click {css}: {error}");
                }
                Err(_) => std::thread::sleep(Duration::from_millis(200)),
            }
        }
    }

    fn clicked(&self, css: &str) -> Result<Value, String> {
        let how = json!({ "using": "css selector", "value": css });
        let found = self.run("POST", "/element", &how)?;
        let element = found[ELEMENT].as_str().unwrap_or_default();
        self.run("POST", &format!("/element/{element}/click"), &json!({}))
    }

    /// Types into what has the focus.
    pub(crate) fn keys(&self, keys: &str) {
        let active = self.run("GET", "/element/active", &Value::Null).unwrap();
        let path = format!("/element/{}/value", active[ELEMENT].as_str().unwrap());
        let typed = self.run("POST", &path, &json!({ "text": keys }));
        typed.unwrap_or_else(|error| panic!("cannot type {keys:?}: {error}"));
    }

    /// Keeps a picture of what is in sight.
    pub(crate) fn shot(&self, name: &str) {
        let picture = self.run("GET", "/screenshot", &Value::Null).unwrap();
        std::fs::create_dir_all(pictures()).unwrap();
        let path = pictures().join(format!("{name}.png"));
        std::fs::write(path, decoded(picture.as_str().unwrap())).unwrap();
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
        // It closes the browser, too.
        let _ = self.run("DELETE", "", &Value::Null);
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// The bytes of a text in base64.
fn decoded(text: &str) -> Vec<u8> {
    let value = |digit: u8| match digit {
        b'A'..=b'Z' => digit - b'A',
        b'a'..=b'z' => digit - b'a' + 26,
        b'0'..=b'9' => digit - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let digits: Vec<u8> = text.bytes().filter(|digit| *digit != b'=').map(value).collect();
    let four = |some: &[u8]| {
        let all = some.iter().fold(0_u32, |all, digit| (all << 6) | u32::from(*digit));
        let bytes = (all << (6 * (4 - some.len()))).to_be_bytes();
        bytes[1..some.len()].to_vec()
    };
    digits.chunks(4).flat_map(four).collect()
}
