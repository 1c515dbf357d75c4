//! What must not work: each test is an attack that servers on a developer's machine fell to, sent as bytes to the real program.

use serde_json::json;

use crate::served::{MESH, Served};

/// Sees the sockets that a process listens with: local addresses in hexadecimal, from the system's own table.
fn listens_at(port: u16) -> Vec<String> {
    let table = |file: &str| std::fs::read_to_string(file).unwrap_or_default();
    let text = table("/proc/net/tcp") + &table("/proc/net/tcp6");
    let own = format!(":{port:04X}");
    let rows = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    rows.filter(|row| row.len() > 3 && row[1].ends_with(&own) && row[3] == "0A")
        .map(|row| row[1].to_owned())
        .collect()
}

#[test]
fn it_listens_on_the_loopback_interface_only_at_a_port_that_differs() {
    let (one, other) = (Served::new(MESH), Served::new(MESH));
    assert_ne!(one.port, other.port);
    for served in [one, other] {
        let own = format!("0100007F:{:04X}", served.port);
        assert_eq!(listens_at(served.port), [own]);
    }
}

#[test]
fn another_host_is_refused() {
    let served = Served::new(MESH);
    let visit = served.enter();
    let port = served.port;
    let hosts = [
        "evil.test".to_owned(),
        format!("evil.test:{port}"),
        format!("localhost.evil.test:{port}"),
        format!("127.0.0.1.evil.test:{port}"),
        format!("0.0.0.0:{port}"),
        format!("[::1]:{port}"),
        format!("localhost:{port}"),
        "127.0.0.1".to_owned(),
        format!("127.0.0.1:{}", port ^ 1),
        format!("127.0.0.1:0{port}"),
        format!("127.0.0.1.:{port}"),
        format!("x@127.0.0.1:{port}"),
        String::new(),
    ];
    for host in hosts {
        for target in [
            format!("{}api/state", visit.folder),
            visit.folder.clone(),
            format!("/?token={}", served.token),
        ] {
            let head = format!(
                "GET {target} HTTP/1.1\r\nHost: {host}\r\nCookie: {}\r\nX-Cwc: 1",
                visit.cookie
            );
            let got = served.raw(&head, b"");
            assert!([400, 403].contains(&got.status), "Host: {host}: {got:?}");
            assert!(!got.body.contains("digest"), "Host: {host}");
        }
    }
    let absolute = format!(
        "GET http://127.0.0.1:{port}{}api/state HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {}\r\nX-Cwc: 1",
        visit.folder, visit.cookie
    );
    assert_eq!(served.raw(&absolute, b"").status, 400);
    for twice in
        ["GET / HTTP/1.1", &format!("GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nHost: evil.test")]
    {
        assert!([400, 403].contains(&served.raw(twice, b"").status), "{twice}");
    }
    assert_eq!(visit.ask("state").status, 200);
}

#[test]
fn a_foreign_origin_is_refused_whatever_it_asks() {
    let served = Served::new(MESH);
    let visit = served.enter();
    let (port, cookie) = (served.port, format!("Cookie: {}", visit.cookie));
    let origins = [
        "Origin: null".to_owned(),
        "Origin: http://evil.test".to_owned(),
        format!("Origin: https://127.0.0.1:{port}"),
        format!("Origin: http://localhost:{port}"),
        format!("Origin: http://127.0.0.1:{}", port ^ 1),
        format!("Origin: http://127.0.0.1:{port}.evil.test"),
        "Origin: http://127.0.0.1".to_owned(),
        "Origin: http://198.51.100.7".to_owned(),
        format!("Origin: http://[::1]:{port}"),
        "Sec-Fetch-Site: cross-site".to_owned(),
        "Sec-Fetch-Site: same-site".to_owned(),
        "Sec-Fetch-Site: new-in-a-later-browser".to_owned(),
    ];
    for origin in &origins {
        for target in ["", "main.js", "api/state", "api/changes"] {
            let got =
                served.get(&format!("{}{target}", visit.folder), &[&cookie, "X-Cwc: 1", origin]);
            assert_eq!(got.status, 403, "{origin}, {target}: {got:?}");
        }
        let got =
            visit.send_with("build", &["X-Cwc: 1", "Content-Type: application/json", origin], "{}");
        assert_eq!(got.status, 403, "{origin}: {got:?}");
    }
    for method in ["OPTIONS", "PUT", "DELETE", "PATCH", "HEAD", "TRACE", "CONNECT"] {
        let head = format!(
            "{method} {}api/state HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{cookie}\r\nOrigin: http://evil.test",
            visit.folder
        );
        let got = served.raw(&head, b"");
        assert!([400, 403].contains(&got.status), "{method}: {got:?}");
        assert!(!got.head.contains("access-control"), "{method}: {got:?}");
    }
}

#[test]
fn the_address_works_once_and_nothing_works_without_it() {
    let served = Served::new(MESH);
    let folder = "/00000000000000000000000000000000/";
    for target in [
        "/",
        folder,
        "/main.js",
        "/api/state",
        &format!("{folder}api/state"),
        "/?token=",
        "/?token=0",
        "/?token",
    ] {
        let got = served.get(target, &["X-Cwc: 1", "Cookie: cwc="]);
        assert_eq!(got.status, 401, "{target}: {got:?}");
        assert_eq!(got.header("set-cookie"), "", "{target}");
        assert!(!got.body.contains(&served.token));
    }
    let wrong = served.token.replace(|digit: char| digit.is_ascii_digit(), "a");
    assert_eq!(served.get(&format!("/?token={wrong}b"), &[]).status, 401);
    let first = served.get(&format!("/?token={}", served.token), &[]);
    let cookie = first.header("set-cookie");
    for part in ["; path=/", "; httponly", "; samesite=strict"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!first.body.contains(&served.token) && !cookie.contains(&served.token));
    assert!(!first.body.contains(cookie.split([';', '=']).nth(1).unwrap()));
    let again = served.get(&format!("/?token={}", served.token), &[]);
    assert_eq!(again.status, 401, "{again:?}");
    assert_eq!(again.header("set-cookie"), "");
}

/// Another browser of this machine, or another user's: it may know the path, from a history, or have a cookie, and needs both.
#[test]
fn path_and_cookie_are_of_no_use_without_each_other() {
    let served = Served::new(MESH);
    let visit = served.enter();
    let other = Served::new(MESH);
    let foreign = other.enter();
    let state = format!("{}api/state", visit.folder);
    assert_eq!(served.get(&state, &["X-Cwc: 1"]).status, 401);
    assert_eq!(
        served.get(&state, &["X-Cwc: 1", &format!("Cookie: {}", foreign.cookie)]).status,
        401
    );
    let own = format!("Cookie: {}", visit.cookie);
    assert_eq!(served.get("/api/state", &["X-Cwc: 1", &own]).status, 401);
    assert_eq!(
        served.get(&format!("{}api/state", foreign.folder), &["X-Cwc: 1", &own]).status,
        401
    );
    assert_eq!(served.get(&state, &["X-Cwc: 1", &own]).status, 200);
    // Browsers send a cookie to every port of its host, but to none of another path.
    assert!(visit.folder.len() > 32);
}

#[test]
fn nothing_secret_stands_in_arguments_or_in_files() {
    let served = Served::new(MESH);
    let visit = served.enter();
    let line = std::fs::read_to_string(format!("/proc/{}/cmdline", served.pid())).unwrap();
    let secrets = [
        served.token.as_str(),
        visit.cookie.trim_start_matches("cwc="),
        visit.folder.trim_matches('/'),
    ];
    assert!(secrets.iter().all(|secret| secret.len() == 32 && !line.contains(secret)));
    let written: Vec<String> = walkdir::WalkDir::new(served.folder())
        .into_iter()
        .map(|entry| entry.unwrap().path().display().to_string())
        .collect();
    assert_eq!(written.len(), 3, "nothing but mesh.toml and the test's own file: {written:?}");
}

#[test]
fn what_changes_something_needs_the_header_json_and_its_own_page() {
    let served = Served::new(MESH);
    let visit = served.enter();
    let origin = format!("Origin: http://127.0.0.1:{}", served.port);
    let digest = visit.json("state")["digest"].as_str().unwrap().to_owned();
    let body = json!({ "digest": digest }).to_string();
    let header = "X-Cwc: 1";
    let json_type = "Content-Type: application/json";
    let refused: [(&[&str], u16); 8] = [
        (&[json_type, &origin], 403),
        (&["X-Cwc: 0", json_type, &origin], 403),
        (&[header, json_type], 403),
        (&[header, &origin], 415),
        (&[header, "Content-Type: text/plain", &origin], 415),
        (&[header, "Content-Type: application/x-www-form-urlencoded", &origin], 415),
        (&[header, "Content-Type: multipart/form-data", &origin], 415),
        (&[header, "Content-Type: text/plain;application/json", &origin], 415),
    ];
    for (headers, status) in refused {
        let got = visit.send_with("build", headers, &body);
        assert_eq!(got.status, status, "{headers:?}: {got:?}");
    }
    for target in ["build", &format!("build?digest={digest}"), "write", "propose", "look"] {
        assert_eq!(visit.ask(target).status, 404, "GET {target} does nothing");
    }
    assert!(!served.path("generated").exists() && !served.path("mesh.lock").exists());
    let got = visit.send("build", &json!({ "digest": digest }));
    assert_eq!(got.status, 200, "{got:?}");
    assert!(served.path("generated").is_dir() && served.path("mesh.lock").is_file());
}

#[test]
fn no_script_of_another_page_gets_data_and_nobody_frames_it() {
    let served = Served::new(MESH);
    let visit = served.enter();
    let cookie = format!("Cookie: {}", visit.cookie);
    // What a `script` element of another page would send, had it the cookie.
    let state = format!("{}api/state", visit.folder);
    assert_eq!(served.get(&state, &[&cookie]).status, 403);
    assert_eq!(
        served
            .get(&state, &[&cookie, "Sec-Fetch-Site: same-origin", "Sec-Fetch-Dest: script"])
            .status,
        403
    );
    let answers = [
        visit.ask("state"),
        visit.ask("nothing"),
        served.get(&visit.folder, &[&cookie]),
        served.get(&format!("{}main.js", visit.folder), &[&cookie]),
        served.get(&state, &[]),
        served.get("/?token=0", &[]),
    ];
    for got in answers {
        let policy = got.header("content-security-policy");
        for part in [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
        ] {
            assert!(policy.contains(part), "{got:?}");
        }
        assert!(
            !policy.contains("unsafe") && !policy.contains('*') && !policy.contains("http"),
            "{policy}"
        );
        assert_eq!(got.header("x-content-type-options"), "nosniff");
        assert_eq!(got.header("cross-origin-resource-policy"), "same-origin");
        assert_eq!(got.header("cross-origin-opener-policy"), "same-origin");
        assert_eq!(got.header("x-frame-options"), "deny");
        assert_eq!(got.header("referrer-policy"), "no-referrer");
        assert_eq!(got.header("cache-control"), "no-store");
        assert_eq!(got.header("access-control-allow-origin"), "");
    }
}

/// The browser's part of this is in the walk through the pages.
#[test]
fn pages_hold_no_script_no_style_no_address_and_make_no_markup() {
    let served = Served::new(MESH);
    let visit = served.enter();
    let cookie = format!("Cookie: {}", visit.cookie);
    let page = served.get(&visit.folder, &[&cookie]);
    assert_eq!(page.status, 200);
    for line in page.body.lines().filter(|line| line.contains("<script") || line.contains("<style"))
    {
        assert_eq!(line.trim(), "<script type=\"module\" src=\"main.js\"></script>");
    }
    let pages = concat!(env!("CARGO_MANIFEST_DIR"), "/src/ui/pages");
    let files: Vec<_> =
        std::fs::read_dir(pages).unwrap().map(|file| file.unwrap().path()).collect();
    for file in files {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&file).unwrap();
        for banned in [
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "DOMParser",
            "eval(",
            "Function(",
            " style=\"",
            "javascript:",
            "srcdoc",
            "localStorage",
        ] {
            assert!(!text.contains(banned), "{name} holds {banned}");
        }
        let remote = text.replace("http://www.w3.org/2000/svg", "");
        assert!(
            !remote.contains("http:") && !remote.contains("https:") && !remote.contains("src=\"//"),
            "{name} names an address"
        );
        let got =
            served.get(&format!("{}{}", visit.folder, name.replace("index.html", "")), &[&cookie]);
        assert_eq!((got.status, got.body == text), (200, true), "{name} is served as it stands");
    }
}

#[test]
fn no_path_leads_out_of_the_program() {
    let served = Served::new(MESH);
    std::os::unix::fs::symlink("/etc/passwd", served.path("passwd.js")).unwrap();
    let visit = served.enter();
    let cookie = format!("Cookie: {}", visit.cookie);
    for path in [
        "../../etc/passwd",
        "..%2f..%2fetc%2fpasswd",
        "%2e%2e/%2e%2e/etc/passwd",
        "..\\..\\etc\\passwd",
        "..%5c..%5cetc",
        "%00",
        "main.js%00",
        "main.js/",
        "/etc/passwd",
        "//etc/passwd",
        "mesh.toml",
        "passwd.js",
        "pages/main.js",
        "./main.js",
        "MAIN.JS",
        "main.js;x",
        "C:/x",
        "main.js.",
        "api",
        "api/",
        "api/../main.js",
    ] {
        let got = served.get(&format!("{}{path}", visit.folder), &[&cookie, "X-Cwc: 1"]);
        assert!([400, 404].contains(&got.status), "{path}: {got:?}");
        assert!(!got.body.contains("root:") && !got.body.contains("clusters"), "{path}");
    }
}
