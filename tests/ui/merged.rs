//! `$KUBECONFIG` with several files: a cluster is reached where kubectl, told the same, reaches it.

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::Command;

use serde_json::json;

use crate::clusters::Cluster;
use crate::served::Served;

/// Whether cwc gets an answer.
fn answers(files: &OsStr) -> (bool, String) {
    let folder = tempfile::tempdir().unwrap();
    let mesh = "[clusters.east]\ngateway = \"203.0.113.10\"\ncontext = \"it\"\n";
    std::fs::write(folder.path().join("mesh.toml"), mesh).unwrap();
    let served = Served::told(folder, &[], &[("KUBECONFIG", files)]);
    let visit = served.enter();
    assert_eq!(visit.send("look", &json!({})).status, 200);
    let told = visit.json("services")["clusters"][0].clone();
    (told["state"] == "answered", told["why"].to_string())
}

/// Whether kubectl gets one.
fn kubectl(cluster: &Cluster, files: &OsStr, folder: &Path) -> bool {
    let mut command = Command::new(cluster.program("kubectl"));
    command.args(["--context", "it", "get", "services", "--request-timeout=10s", "--cache-dir"]);
    let done =
        command.arg(folder.join("cache")).env("KUBECONFIG", files).current_dir(folder).output();
    done.unwrap().status.success()
}

pub(crate) fn as_kubectl_merges(cluster: &Cluster) {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::create_dir(path("sub")).unwrap();
    std::fs::copy(cluster.path("certs/apiserver.crt"), path("sub/ca.crt")).unwrap();
    let (port, token) = (cluster.port, &cluster.token);
    let write = |name: &str, text: &str| {
        std::fs::write(path(name), format!("apiVersion: v1\nkind: Config\n{text}")).unwrap();
    };
    write("context", "contexts: [{name: it, context: {cluster: c, user: u}}]\n");
    // Names of files go from the folder of the kubeconfig that says them.
    write(
        "sub/cluster",
        &format!(
            "clusters: [{{name: c, cluster: {{server: 'https://127.0.0.1:{port}', certificate-authority: ca.crt}}}}]\n"
        ),
    );
    write("user", &format!("users: [{{name: u, user: {{token: {token}}}}}]\n"));
    write(
        "others",
        "clusters: [{name: d, cluster: {server: 'https://127.0.0.1:1'}}]\nusers: [{name: v, user: {token: wrong}}]\n\
         contexts: [{name: that, context: {cluster: d, user: v}}]\n",
    );
    write("wrong-user", "users: [{name: u, user: {token: wrong}}]\n");
    write("empty-user", "users: [{name: u, user: {}}]\n");
    write("wrong-cluster", "clusters: [{name: c, cluster: {server: 'https://127.0.0.1:1'}}]\n");
    write("other-context", "contexts: [{name: it, context: {cluster: c, user: v}}]\n");
    write("broken", "users: [\n");
    let cases: [(&[&str], bool); 9] = [
        (&["context", "sub/cluster", "user"], true),
        (&["user", "missing", "sub/cluster", "others", "context"], true),
        (&["context", "sub/cluster", "user", "wrong-user", "wrong-cluster", "other-context"], true),
        (&["wrong-user", "context", "sub/cluster", "user"], false),
        (&["empty-user", "context", "sub/cluster", "user"], false),
        (&["context", "wrong-cluster", "sub/cluster", "user"], false),
        (&["others", "other-context", "context", "sub/cluster", "user"], false),
        (&["context", "sub/cluster", "user", "broken"], false),
        (&["sub/cluster", "user", "others"], false),
    ];
    for (names, reached) in cases {
        let paths = names.iter().map(|name| path(name));
        let files: OsString = std::env::join_paths(paths).unwrap();
        assert_eq!(kubectl(cluster, &files, folder.path()), reached, "kubectl: {names:?}");
        let (answered, why) = answers(&files);
        assert_eq!(answered, reached, "cwc: {names:?}: {why}");
    }
}
