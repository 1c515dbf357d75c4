//! What a kubeconfig that came with a repository cannot have done: no cluster is needed to refuse it.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::io::Read as _;
use std::net::TcpListener;
use std::time::{Duration, Instant};

use serde_json::json;
use tempfile::TempDir;

use crate::served::Served;

/// What is said of a cluster whose kubeconfig lies in the repository, beside mesh.toml.
fn said(kubeconfig: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("kubeconfig"), kubeconfig).unwrap();
    said_of("kubeconfig", folder, &[])
}

/// The same, of a kubeconfig at a path.
fn said_of(path: &str, folder: TempDir, variables: &[(&str, &OsStr)]) -> String {
    let mesh = format!(
        "[clusters.east]\ngateway = \"203.0.113.10\"\ncontext = \"it\"\nkubeconfig = \"{path}\"\n"
    );
    std::fs::write(folder.path().join("mesh.toml"), mesh).unwrap();
    let served = Served::told(folder, &[], variables);
    let visit = served.enter();
    assert_eq!(visit.send("look", &json!({})).status, 200);
    let told = visit.json("services");
    assert_eq!(told["clusters"][0]["state"], "silent", "{told}");
    assert_eq!(visit.ask("state").status, 200, "it is alive");
    told["clusters"][0]["why"].as_str().unwrap().to_owned()
}

fn kubeconfig(cluster: &str, user: &str) -> String {
    format!(
        "contexts: [{{name: it, context: {{cluster: c, user: u}}}}]\nclusters: [{{name: c, cluster: {{{cluster}}}}}]\nusers: [{{name: u, user: {{{user}}}}}]\n"
    )
}

const SERVER: &str = "server: 'https://127.0.0.1:9'";

#[test]
fn no_program_runs_and_no_key_that_lowers_the_guard_is_followed() {
    let folder = tempfile::tempdir().unwrap();
    let mark = folder.path().join("mark");
    let exec = format!(
        "exec: {{apiVersion: client.authentication.k8s.io/v1, command: touch, args: [{mark:?}]}}"
    );
    assert!(said(&kubeconfig(SERVER, &exec)).contains("--allow-exec"));
    let provider =
        format!("auth-provider: {{name: gcp, config: {{cmd-path: touch, cmd-args: {mark:?}}}}}");
    assert!(said(&kubeconfig(SERVER, &provider)).contains("`auth-provider`"));
    assert!(!mark.exists());
    for key in [
        "proxy-url: 'http://127.0.0.1:9'",
        "insecure-skip-tls-verify: true",
        "tls-server-name: evil.test",
    ] {
        let name = key.split(':').next().unwrap();
        assert!(said(&kubeconfig(&format!("{SERVER}, {key}"), "token: t")).contains(name), "{key}");
    }
    assert!(
        said(&kubeconfig("server: 'http://127.0.0.1:9'", "token: t")).contains("https://HOST:PORT")
    );
}

#[test]
fn a_way_that_begins_at_home_leads_to_the_users_own() {
    let (folder, home) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let own = kubeconfig(&format!("{SERVER}, insecure-skip-tls-verify: true"), "token: t");
    std::fs::write(home.path().join("clusters"), own).unwrap();
    let said = said_of("~/clusters", folder, &[("HOME", home.path().as_os_str())]);
    assert!(said.contains("insecure-skip-tls-verify"), "{said}");
}

/// Its server is an attacker's, who waits for the file as a token.
#[test]
fn no_file_outside_of_its_folder_is_sent_anywhere() {
    let attacker = TcpListener::bind("127.0.0.1:0").unwrap();
    attacker.set_nonblocking(true).unwrap();
    let server = format!("server: 'https://{}'", attacker.local_addr().unwrap());
    for key in ["tokenFile", "client-certificate", "client-key"] {
        for path in ["/etc/passwd", "../../../../../../../../etc/passwd"] {
            let why = said(&kubeconfig(&server, &format!("{key}: {path}")));
            assert!(why.contains("not in its folder"), "{key}: {path}: {why}");
            assert!(!why.contains("root"), "{why}");
        }
    }
    let why =
        said(&kubeconfig(&format!("{server}, certificate-authority: /etc/passwd"), "token: t"));
    assert!(why.contains("not in its folder"), "{why}");
    let mut bytes = [0; 1];
    let nobody = attacker.accept().and_then(|(mut stream, _)| stream.read(&mut bytes));
    assert!(nobody.is_err(), "the server was connected to");
}

#[test]
fn traps_in_its_text_are_refused_in_no_time() {
    let began = Instant::now();
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let inner = vec![format!("*a{}", level - 1); 10].join(", ");
        let _ = writeln!(bomb, "a{level}: &a{level} [{inner}]");
    }
    assert!(said(&(bomb + &kubeconfig(SERVER, "token: t"))).contains("cannot be read"));
    let twice = kubeconfig(SERVER, "token: t") + "users: []\n";
    assert!(said(&twice).contains("cannot be read"));
    assert!(said(&"[".repeat(1_000_000)).contains("cannot be read"));
    assert!(said(&format!("a: {}\n", "x".repeat(100_000_000))).contains("larger than 8 MiB"));
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
}
