//! Services of two live clusters, found and added: real API servers, and kubeconfigs as people have them.

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::clusters::Cluster;
use crate::served::{Served, Visit};

/// Two clusters with Services, of which the document knows one, by a port that is gone.
fn mesh(both: &[Cluster; 2], more: &str) -> String {
    let [east, west] = both.each_ref().map(|cluster| cluster.path("kubeconfig"));
    format!(
        "[clusters.east]\ngateway = \"203.0.113.10\"\nregion = \"r\"\ncontext = \"it\"\nkubeconfig = {east:?}\n\n\
         [clusters.west] # ours\ngateway = \"203.0.113.20\"\nregion = \"r\"\ncontext = \"it\"\nkubeconfig = {west:?}\n{more}"
    )
}

fn row<'t>(told: &'t Value, name: &str) -> &'t Value {
    let rows = told["services"].as_array().unwrap();
    rows.iter().find(|row| row["name"] == name).unwrap_or(&Value::Null)
}

fn cluster<'t>(told: &'t Value, name: &str) -> &'t Value {
    told["clusters"].as_array().unwrap().iter().find(|cluster| cluster["name"] == name).unwrap()
}

/// One story, as the servers take their time to start: what is found, what differs, what is added, and what is refused.
#[test]
fn services_of_two_real_clusters() {
    let Some(mut both) = Cluster::two() else { return };
    both[0].hold(&[
        ("reviews", "bookinfo", "http", 9080),
        ("details", "bookinfo", "http", 9080),
        ("cart", "shop", "grpc", 8080),
    ]);
    both[1].hold(&[("reviews", "bookinfo", "http", 9080), ("ratings", "bookinfo", "http", 9081)]);
    side_by_side(&both);
    added(&both);
    credentials(&both);
    plugins(&both);
    crate::merged::as_kubectl_merges(&both[0]);
    in_sight(&mut both);
}

/// Waits until the pages are told something; how long that took.
fn until(visit: &Visit<'_>, what: &str, is_so: impl Fn(&Value) -> bool) -> Duration {
    let began = Instant::now();
    loop {
        let told = visit.json("services");
        if is_so(&told) {
            return began.elapsed();
        }
        assert!(began.elapsed() < Duration::from_mins(1), "never so: {what}: {told}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Clusters are followed: what comes, changes and goes in them is there without being asked for, and one that is away says so and comes back.
fn in_sight(both: &mut [Cluster; 2]) {
    let served = Served::new(&mesh(both, ""));
    let visit = served.enter();
    visit.send("look", &json!({}));
    let is_there = |name: &'static str| move |told: &Value| row(told, name) != &Value::Null;
    let before = visit.json("state");
    both[0].hold(&[("late", "shop", "http", 8080)]);
    let took = until(&visit, "it came", is_there("late"));
    assert!(took < Duration::from_secs(5), "a new Service is seen after {took:?}");
    let query =
        format!("state?digest={}&live={}", before["digest"].as_str().unwrap(), before["live"]);
    assert_ne!(visit.json(&query)["live"], before["live"], "a page that waits is told");
    let port = json!({ "spec": { "ports": [{ "name": "http", "port": 8081 }] } });
    let patch = ["-n", "shop", "patch", "service", "late", "--type=merge", "-p", &port.to_string()];
    assert!(both[0].kubectl(&patch, None).ends_with(" patched"));
    let has_port = |told: &Value| row(told, "late")["ports"].to_string().contains("8081");
    until(&visit, "it changed", has_port);
    both[0].kubectl(&["-n", "shop", "delete", "service", "late"], None);
    let took = until(&visit, "it went", |told| row(told, "late") == &Value::Null);
    assert!(took < Duration::from_secs(5), "a deleted Service goes after {took:?}");

    let state = |name: &'static str, state: &'static str| {
        move |told: &Value| cluster(told, name)["state"] == state
    };
    let [east, west] = both;
    east.restart(|| {
        until(&visit, "it is away", state("east", "silent"));
        let told = visit.json("services");
        assert_eq!(cluster(&told, "east")["why"], "nothing listens at its address");
        assert_eq!(cluster(&told, "west")["state"], "answered", "the others go on");
    });
    until(&visit, "it is back", state("east", "answered"));
    until(&visit, "with its Services", is_there("cart"));
    // It hangs: its connections stay, and nothing comes.
    west.signal("-STOP");
    until(&visit, "it hangs", state("west", "silent"));
    assert_eq!(cluster(&visit.json("services"), "west")["why"], "no answer after 10 s");
    west.signal("-CONT");
    until(&visit, "it goes on", state("west", "answered"));
}

fn side_by_side(both: &[Cluster; 2]) {
    let more = "\n[services.ratings]\nnamespace = \"bookinfo\"\nports = { http = 9080 }\nclusters = [\"west\"]\n\n\
        [services.gone]\nnamespace = \"bookinfo\"\nports = { http = 9080 }\nclusters = [\"east\"]\n\n\
        [services.details]\nnamespace = \"bookinfo\"\nports = { http = 9080 }\nclusters = [\"east\"]\n";
    let served = Served::new(&mesh(both, more));
    let visit = served.enter();
    let before = visit.json("services");
    assert_eq!(
        (&cluster(&before, "east")["state"], &row(&before, "details")["worst"]),
        (&json!("unasked"), &json!("unknown"))
    );
    assert_eq!(visit.send("look", &json!({})).status, 200);
    let told = visit.json("services");
    assert_eq!(cluster(&told, "east")["state"], "answered");
    assert_eq!(row(&told, "details")["clusters"], json!([["east", "same", ""]]));
    assert_eq!(
        row(&told, "gone")["clusters"],
        json!([["east", "gone", "no Service bookinfo/gone"]])
    );
    assert_eq!(
        row(&told, "ratings")["clusters"],
        json!([["west", "ports", "declared 9080, found 9081"]])
    );
    assert_eq!(
        row(&told, "reviews")["clusters"],
        json!([["east", "new", ""], ["west", "new", ""]])
    );
    assert_eq!(row(&told, "cart")["ports"], json!([[8080, "grpc", "grpc"]]));
    assert_eq!(
        row(&told, "kubernetes"),
        &Value::Null,
        "Kubernetes' own Service is nobody's to call"
    );
    assert!(!told.to_string().contains("do-not-show-me"));
}

fn added(both: &[Cluster; 2]) {
    let served = Served::new(&mesh(both, ""));
    let visit = served.enter();
    visit.send("look", &json!({}));
    let wish = |name: &str, namespace: &str, clusters: &[&str], callers: &[&str]| json!({ "services": [{ "namespace": namespace, "name": name, "clusters": clusters, "hosts": [], "callers": callers }] });
    let propose = |body: &Value| -> Value {
        serde_json::from_str(&visit.send("propose", body).body).unwrap()
    };
    let told = propose(&wish("reviews", "bookinfo", &["east", "west"], &[]));
    let text = "+\n+[services.reviews]\n+namespace = \"bookinfo\"\n+ports = { http = 9080 }\n+clusters = [\"east\", \"west\"]\n";
    assert!(told["text"].as_str().unwrap().ends_with(text), "{told}");
    assert!(told["changes"]["counts"]["add"].as_u64().unwrap() > 3, "{told}");
    assert_eq!(told["changes"]["risks"][0]["class"], "cluster-added");
    let before = mesh(both, "");
    assert_eq!(
        std::fs::read_to_string(served.path("mesh.toml")).unwrap(),
        before,
        "nothing is written before it was agreed to"
    );
    let id = told["id"].clone();
    // Somebody edits the file meanwhile.
    std::fs::write(served.path("mesh.toml"), format!("# new\n{before}")).unwrap();
    let stale = visit.send("write", &json!({ "id": id }));
    assert_eq!(
        (stale.status, stale.body.contains("was changed meanwhile")),
        (409, true),
        "{stale:?}"
    );
    assert_eq!(
        visit.send("write", &json!({ "id": id })).status,
        409,
        "what was refused is not written later"
    );
    let id = propose(&wish("reviews", "bookinfo", &["east", "west"], &["west/shop"]))["id"].clone();
    let done = visit.send("write", &json!({ "id": id }));
    assert_eq!(done.status, 200, "{done:?}");
    let now = std::fs::read_to_string(served.path("mesh.toml")).unwrap();
    let service = "\n[services.reviews]\nnamespace = \"bookinfo\"\nports = { http = 9080 }\nclusters = [\"east\", \"west\"]\ncallers = [\"west/shop\"]\n";
    assert_eq!(now, format!("# new\n{before}{service}"), "comments and all else stay");
    assert_eq!(row(&visit.json("services"), "reviews")["worst"], "same");
    for (wish, why) in [
        (wish("nothing", "bookinfo", &["east"], &[]), "is gone; look again"),
        (wish("cart", "shop", &["north"], &[]), "has not answered"),
    ] {
        let got = visit.send("propose", &wish);
        assert!(got.status == 409 && got.body.contains(why), "{got:?}");
    }
    // What mesh.toml may not say is shown as `cwc check` shows it, and cannot be written.
    let told = propose(&wish("cart", "shop", &["east"], &["nowhere"]));
    let unknown = |problem: &Value| problem["code"] == "CW0201";
    assert!(
        told["id"].is_null()
            && told["problems"]["problems"].as_array().unwrap().iter().any(unknown),
        "{told}"
    );
}

/// Clusters that cannot be looked at say why, the others go on, and no reason holds a secret.
fn credentials(both: &[Cluster; 2]) {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let (east, folder) = (&both[0], tempfile::tempdir().unwrap());
    let token = &east.token;
    let port = |text: String, port: u16| text.replace(&east.port.to_string(), &port.to_string());
    let own = |user: &str| east.kubeconfig("it", user);
    let other = own(&format!("token: {token}")).replace(
        &east.path("certs/apiserver.crt").display().to_string(),
        &both[1].path("certs/apiserver.crt").display().to_string(),
    );
    std::fs::write(folder.path().join("token"), token).unwrap();
    let kubeconfigs = [
        ("unknown", own("token: s3cret-nobody-knows"), "does not know the credentials (401)"),
        (
            "forbidden",
            own(&format!("token: nobody-{token}")),
            "does not let them list Services (403)",
        ),
        ("refused", port(own(&format!("token: {token}")), 1), "nothing listens at its address"),
        (
            "silent",
            port(own(&format!("token: {token}")), silent.local_addr().unwrap().port()),
            "no answer after 10 s",
        ),
        ("other", other, "is not the one that the kubeconfig trusts"),
        (
            "insecure",
            own(&format!("token: {token}"))
                .replace("certificate-authority:", "insecure-skip-tls-verify: true, x:"),
            "`insecure-skip-tls-verify`",
        ),
        (
            "proxied",
            own(&format!("token: {token}"))
                .replace("certificate-authority:", "proxy-url: \"http://127.0.0.1:9\", x:"),
            "`proxy-url`",
        ),
        ("file", own("tokenFile: token"), ""),
        ("absent", "users: []".to_owned(), "no context `it`"),
        ("broken", "users: [s3cret-nobody-knows\n}".to_owned(), "cannot be read"),
    ];
    let mut mesh = "[services.reviews]\nnamespace = \"bookinfo\"\nports = { http = 9080 }\nclusters = [\"file\"]\n".to_owned();
    for (number, (name, text, _)) in kubeconfigs.iter().enumerate() {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        mesh += &format!(
            "\n[clusters.{name}]\ngateway = \"203.0.113.{number}\"\nregion = \"r\"\ncontext = \"it\"\nkubeconfig = {path:?}\n"
        );
    }
    let served = Served::new(&mesh);
    let visit = served.enter();
    let began = Instant::now();
    assert_eq!(visit.send("look", &json!({})).status, 200);
    assert!(
        began.elapsed() < Duration::from_secs(30),
        "all are asked at once: {:?}",
        began.elapsed()
    );
    let told = visit.json("services");
    for (name, _, why) in &kubeconfigs {
        let found = cluster(&told, name);
        let state = if why.is_empty() { "answered" } else { "silent" };
        assert!(
            found["state"] == state && found["why"].as_str().unwrap().contains(why),
            "{name}: {found}"
        );
    }
    for secret in [token.as_str(), "s3cret", "nobody-"] {
        assert!(!told.to_string().contains(secret), "{told}");
    }
}

/// Programs that kubeconfigs name: none without `--allow-exec`, and with it none before it was shown and agreed to.
fn plugins(both: &[Cluster; 2]) {
    let folder = tempfile::tempdir().unwrap();
    let (ran, program) = (folder.path().join("ran"), folder.path().join("give credentials"));
    let credential = json!({ "apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": { "token": both[0].token } });
    std::fs::write(
        &program,
        format!("#!/bin/sh\necho \"$1 $KEY\" >> {}\necho '{credential}'\n", ran.display()),
    )
    .unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    let user = format!(
        "exec: {{apiVersion: client.authentication.k8s.io/v1, command: {program:?}, args: [get], env: [{{name: KEY, value: s3cret}}]}}"
    );
    let kubeconfig = folder.path().join("kubeconfig");
    std::fs::write(&kubeconfig, both[0].kubeconfig("it", &user)).unwrap();
    let mesh = format!(
        "[clusters.east]\ngateway = \"203.0.113.10\"\nregion = \"r\"\ncontext = \"it\"\nkubeconfig = {kubeconfig:?}\n"
    );
    let asks = |served: &Served, run: &Value| {
        let visit = served.enter();
        visit.send("look", run);
        (cluster(&visit.json("services"), "east").clone(), visit.json("services").to_string())
    };
    let (found, _) = asks(&Served::new(&mesh), &json!({ "run": ["east"] }));
    assert!(found["why"].as_str().unwrap().contains("cwc ui --allow-exec lets it"), "{found}");
    let served = Served::with(&mesh, &["--allow-exec"]);
    let (found, all) = asks(&served, &json!({}));
    assert_eq!((&found["state"], &found["variables"]), (&json!("asks"), &json!(["KEY"])));
    assert_eq!(found["why"], format!("\"{}\" get", program.display()));
    assert!(!all.contains("s3cret") && !ran.exists(), "{all}");
    let served = Served::with(&mesh, &["--allow-exec"]);
    let (found, all) = asks(&served, &json!({ "run": ["east"] }));
    assert_eq!(found["state"], "answered", "{found}");
    assert!(!all.contains(&both[0].token));
    let lines = std::fs::read_to_string(&ran).unwrap();
    assert!(!lines.is_empty() && lines.lines().all(|line| line == "get s3cret"), "{lines}");
}
