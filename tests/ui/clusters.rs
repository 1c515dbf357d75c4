//! Real clusters: an API server each with its etcd, as tests/conformance/apiserver builds them, on loopback ports.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

/// A running cluster; it is ended when this goes.
pub(crate) struct Cluster {
    servers: Vec<Child>,
    /// Those of its API server.
    arguments: Vec<String>,
    programs: PathBuf,
    folder: TempDir,
    pub port: u16,
    pub token: String,
}

/// Where the programs are, or `None` where they are not built and need not be.
fn programs() -> Option<PathBuf> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/conformance/apiserver/build.sh");
    let said = Command::new("bash").args([script, "--where"]).output().ok();
    let folder = said.filter(|said| said.status.success());
    let folder = folder.map(|said| PathBuf::from(String::from_utf8(said.stdout).unwrap().trim()));
    let built = folder.filter(|folder| folder.join("complete").exists());
    let required = std::env::var("CWC_REQUIRE_JUDGES").is_ok_and(|required| required == "1");
    assert!(built.is_some() || !required, "the API server is not built: {script} builds it");
    if built.is_none() {
        eprintln!("skipped: no API server is built; {script} builds it in four minutes");
    }
    built
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl Cluster {
    /// Two clusters, ready; `None` where the programs are not built and need not be.
    pub(crate) fn two() -> Option<[Self; 2]> {
        let programs = programs()?;
        let mut both =
            ["10.101.0.0/16", "10.102.0.0/16"].map(|range| Self::start(&programs, range));
        both.iter_mut().for_each(Self::wait);
        Some(both)
    }

    fn start(programs: &Path, range: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).display().to_string();
        let [client, peer, secure] = [free_port(), free_port(), free_port()];
        let token = format!("token-{secure}-{client}");
        std::fs::write(
            path("tokens.csv"),
            format!("{token},admin,uid,\"system:masters\"\nnobody-{token},nobody,uid2\n"),
        )
        .unwrap();
        let made = Command::new("openssl")
            .args(["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", &path("sa.key")])
            .stderr(Stdio::null())
            .status();
        assert!(made.is_ok_and(|made| made.success()), "openssl makes a key");
        let (etcd, peers) =
            (format!("http://127.0.0.1:{client}"), format!("http://127.0.0.1:{peer}"));
        let etcd_arguments = [
            "--name=one".to_owned(),
            format!("--data-dir={}", path("etcd")),
            "--unsafe-no-fsync".to_owned(),
            format!("--listen-client-urls={etcd}"),
            format!("--advertise-client-urls={etcd}"),
            format!("--listen-peer-urls={peers}"),
            format!("--initial-advertise-peer-urls={peers}"),
            format!("--initial-cluster=one={peers}"),
        ];
        let arguments = vec![
            format!("--etcd-servers={etcd}"),
            "--bind-address=127.0.0.1".to_owned(),
            "--advertise-address=127.0.0.1".to_owned(),
            format!("--secure-port={secure}"),
            format!("--cert-dir={}", path("certs")),
            format!("--service-cluster-ip-range={range}"),
            format!("--service-account-issuer=https://127.0.0.1:{secure}"),
            format!("--service-account-key-file={}", path("sa.key")),
            format!("--service-account-signing-key-file={}", path("sa.key")),
            format!("--token-auth-file={}", path("tokens.csv")),
            "--authorization-mode=RBAC".to_owned(),
            "--endpoint-reconciler-type=none".to_owned(),
            // No controller runs, so nothing makes the accounts that this plugin asks for.
            "--disable-admission-plugins=ServiceAccount".to_owned(),
        ];
        let servers = vec![
            Self::run(programs, "etcd", &etcd_arguments, folder.path()),
            Self::run(programs, "kube-apiserver", &arguments, folder.path()),
        ];
        Self { servers, arguments, programs: programs.to_owned(), folder, port: secure, token }
    }

    fn run(programs: &Path, program: &str, arguments: &[String], folder: &Path) -> Child {
        let log = std::fs::File::create(folder.join(format!("{program}.log"))).unwrap();
        let mut command = Command::new(programs.join(program));
        command.args(arguments).stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log);
        command.spawn().unwrap()
    }

    fn wait(&mut self) {
        std::fs::write(
            self.path("kubeconfig"),
            self.kubeconfig("it", &format!("token: {}", self.token)),
        )
        .unwrap();
        let began = Instant::now();
        while self.kubectl(&["get", "--raw", "/readyz"], None) != "ok" {
            let log =
                || std::fs::read_to_string(self.path("kube-apiserver.log")).unwrap_or_default();
            assert!(
                began.elapsed() < Duration::from_secs(90),
                "the API server is not ready: {}",
                log().lines().last().unwrap_or_default()
            );
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    /// One of the programs that it was built with.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.programs.join(name)
    }

    /// Sends its API server a signal.
    pub(crate) fn signal(&self, signal: &str) {
        let pid = self.servers[1].id().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
    }

    /// Ends its API server, and starts it again after `meanwhile`.
    pub(crate) fn restart(&mut self, meanwhile: impl FnOnce()) {
        let _ = self.servers[1].kill();
        let _ = self.servers[1].wait();
        meanwhile();
        self.servers[1] =
            Self::run(&self.programs, "kube-apiserver", &self.arguments, self.folder.path());
        self.wait();
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A kubeconfig with one context, whose user is as given.
    pub(crate) fn kubeconfig(&self, context: &str, user: &str) -> String {
        let (port, ca) = (self.port, self.path("certs/apiserver.crt"));
        format!(
            "apiVersion: v1\nkind: Config\nclusters: [{{name: c, cluster: {{server: \"https://127.0.0.1:{port}\", certificate-authority: {ca:?}}}}}]\n\
             users: [{{name: u, user: {{{user}}}}}]\ncontexts: [{{name: {context}, context: {{cluster: c, user: u}}}}]\n"
        )
        .replace("contexts: [", "current-context: CONTEXT\ncontexts: [")
        .replace("CONTEXT", context)
    }

    /// What kubectl prints; what it complains of, too, where it fails.
    pub(crate) fn kubectl(&self, args: &[&str], input: Option<&Value>) -> String {
        use std::io::Write as _;
        let mut child = Command::new(self.programs.join("kubectl"))
            .arg("--kubeconfig")
            .arg(self.path("kubeconfig"))
            .arg("--cache-dir")
            .arg(self.path("cache"))
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(input.map(Value::to_string).unwrap_or_default().as_bytes())
            .unwrap();
        let done = child.wait_with_output().unwrap();
        let text = if done.status.success() { done.stdout } else { done.stderr };
        String::from_utf8_lossy(&text).trim().to_owned()
    }

    /// Makes namespaces and Services in them: name, namespace, port's name and number.
    pub(crate) fn hold(&self, services: &[(&str, &str, &str, u16)]) {
        let mut items: Vec<Value> = Vec::new();
        for (name, namespace, port, number) in services {
            let space = json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": namespace } });
            if !items.contains(&space) {
                items.push(space);
            }
            let annotations = json!({ "secret": "do-not-show-me" });
            items.push(json!({
                "apiVersion": "v1", "kind": "Service",
                "metadata": { "name": name, "namespace": namespace, "annotations": annotations },
                "spec": { "selector": { "app": name }, "ports": [{ "name": port, "port": number }] },
            }));
        }
        items.sort_by_key(|item| item["kind"] != "Namespace");
        let said = self.kubectl(
            &["apply", "-f", "-"],
            Some(&json!({ "apiVersion": "v1", "kind": "List", "items": items })),
        );
        let count = said.matches(" created").count() + said.matches(" unchanged").count();
        assert_eq!(count, items.len(), "{said}");
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        for server in &mut self.servers {
            let _ = server.kill();
            let _ = server.wait();
        }
    }
}
