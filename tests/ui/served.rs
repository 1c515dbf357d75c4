//! The program while it serves, and raw requests to it.

use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

/// A mesh of two clusters and a service.
pub(crate) const MESH: &str = "[clusters.east]\ngateway = \"203.0.113.10\"\nregion = \"us-east-1\"\n\n[clusters.west]\ngateway = \"203.0.113.20\"\n\
    region = \"us-west-2\"\n\n# Who reads reviews.\n[services.reviews]\nnamespace = \"bookinfo\"\nports = { http = 9080 }\nclusters = [\"east\"]\n";

/// The program, in a folder of its own; it is ended when this goes.
pub(crate) struct Served {
    child: Child,
    pub port: u16,
    pub token: String,
    folder: TempDir,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Got {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Served {
    pub(crate) fn new(mesh: &str) -> Self {
        Self::with(mesh, &[])
    }

    pub(crate) fn with(mesh: &str, args: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("mesh.toml"), mesh).unwrap();
        Self::within(folder, args)
    }

    /// In a folder that holds a mesh.toml.
    pub(crate) fn within(folder: TempDir, args: &[&str]) -> Self {
        Self::told(folder, args, &[])
    }

    /// The same, with variables of its environment; what it complains of is in `stderr`.
    pub(crate) fn told(folder: TempDir, args: &[&str], variables: &[(&str, &OsStr)]) -> Self {
        let complaints = std::fs::File::create(folder.path().join("stderr")).unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_cwc"))
            .args(["ui"])
            .args(args)
            .current_dir(folder.path())
            .env("HOME", folder.path())
            .env_remove("KUBECONFIG")
            .env_remove("BROWSER")
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .stderr(complaints)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line
            .strip_prefix("open http://127.0.0.1:")
            .unwrap_or_else(|| panic!("it printed: {line}"));
        let (port, rest) = address.split_once("/?token=").unwrap();
        let token = rest.split(' ').next().unwrap().to_owned();
        Self { child, port: port.parse().unwrap(), token, folder }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The address to open.
    pub(crate) fn address(&self) -> String {
        format!("http://127.0.0.1:{}/?token={}", self.port, self.token)
    }

    /// Ends it by a signal, as a terminal or an administrator does; its status.
    pub(crate) fn end(&mut self, signal: &str) -> Option<i32> {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
        self.child.wait().unwrap().code()
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        stream
    }

    /// A request, head line and headers as they are given.
    pub(crate) fn raw(&self, head: &str, body: &[u8]) -> Got {
        let mut stream = self.connect();
        // A server that refuses need not read all of it.
        let _ = stream
            .write_all(format!("{head}\r\n\r\n").as_bytes())
            .and_then(|()| stream.write_all(body));
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        Got { status, head: head.to_lowercase(), body: body.to_owned() }
    }

    /// A request with the right `Host` and some headers.
    pub(crate) fn get(&self, target: &str, headers: &[&str]) -> Got {
        let more: String = headers.iter().map(|header| format!("\r\n{header}")).collect();
        self.raw(&format!("GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{}{more}", self.port), b"")
    }

    /// Comes with the printed address, as a browser does.
    pub(crate) fn enter(&self) -> Visit<'_> {
        let got = self.get(&format!("/?token={}", self.token), &[]);
        assert_eq!(got.status, 200, "{got:?}");
        let cookie = got.header("set-cookie");
        let cookie = cookie.split(';').next().unwrap().to_owned();
        let folder = got.body.split("url=").nth(1).unwrap().split('"').next().unwrap().to_owned();
        Visit { served: self, cookie, folder }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // Ended as a person ends it, it says which lines it ran (`cargo llvm-cov`); one that hangs is killed.
        for wait in 0..50 {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            if wait == 0 {
                let pid = self.child.id().to_string();
                let _ = Command::new("kill").args(["-TERM", &pid]).status();
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A browser that came with the address.
pub(crate) struct Visit<'s> {
    served: &'s Served,
    /// As it is sent back.
    pub cookie: String,
    /// The path of the pages.
    pub folder: String,
}

impl Visit<'_> {
    /// A question of a page's script.
    pub(crate) fn ask(&self, path: &str) -> Got {
        let cookie = format!("Cookie: {}", self.cookie);
        self.served.get(&format!("{}api/{path}", self.folder), &[&cookie, "X-Cwc: 1"])
    }

    /// Its answer.
    pub(crate) fn json(&self, path: &str) -> serde_json::Value {
        let got = self.ask(path);
        assert_eq!(got.status, 200, "{path}: {}", got.body);
        serde_json::from_str(&got.body).unwrap()
    }

    /// Something that a page's script sends, with headers in place of those that it would send.
    pub(crate) fn send_with(&self, path: &str, headers: &[&str], body: &str) -> Got {
        let (port, folder) = (self.served.port, &self.folder);
        let more: String = headers.iter().map(|header| format!("\r\n{header}")).collect();
        let head = format!(
            "POST {folder}api/{path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {}\r\nContent-Length: {}{more}",
            self.cookie,
            body.len()
        );
        self.served.raw(&head, body.as_bytes())
    }

    /// The same with the headers of a page's script.
    pub(crate) fn send(&self, path: &str, body: &serde_json::Value) -> Got {
        let origin = format!("Origin: http://127.0.0.1:{}", self.served.port);
        self.send_with(
            path,
            &["X-Cwc: 1", "Content-Type: application/json", &origin],
            &body.to_string(),
        )
    }
}

impl Got {
    /// A header's value; empty where there is none.
    pub(crate) fn header(&self, name: &str) -> String {
        let lines = self.head.lines();
        let mut values = lines.filter_map(|line| line.strip_prefix(&format!("{name}: ")));
        values.next().unwrap_or_default().to_owned()
    }
}
