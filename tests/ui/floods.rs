//! What must not bring it down: clients that send slowly, much, or often.

use std::io::{Read as _, Write as _};
use std::time::{Duration, Instant};

use crate::served::{MESH, Served};

/// More connections than are served, each with half a head: they are closed, and the next browser is answered.
#[test]
fn slow_clients_are_cut_off() {
    let served = Served::new(MESH);
    let began = Instant::now();
    let mut slow: Vec<_> = (0..64).map(|_| served.connect()).collect();
    for stream in &mut slow {
        let _ = stream.write_all(b"GET / HTTP/1.1\r\nHost: 127");
    }
    // While all places are taken, others are turned away at once and do not hang.
    let mut turned_away = served.connect();
    let mut none = Vec::new();
    let _ = turned_away.read_to_end(&mut none);
    assert!(
        none.is_empty() && began.elapsed() < Duration::from_secs(4),
        "after {:?}",
        began.elapsed()
    );
    for mut stream in slow {
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
    }
    let cut = began.elapsed();
    assert!(cut > Duration::from_secs(4) && cut < Duration::from_secs(15), "cut off after {cut:?}");
    assert_eq!(served.enter().ask("state").status, 200);
}

#[test]
fn a_body_that_is_too_large_is_not_read() {
    let served = Served::new(MESH);
    let visit = served.enter();
    let origin = format!("Origin: http://127.0.0.1:{}", served.port);
    let headers = ["X-Cwc: 1", "Content-Type: application/json", &origin];
    let got = visit.send_with("build", &headers, &format!("\"{}\"", "x".repeat(2_000_000)));
    assert!([0, 413].contains(&got.status), "{got:?}");
    // A gigabyte is announced and never sent: nothing waits for it longer than ten seconds, and nothing is kept for it.
    let began = Instant::now();
    let head = format!(
        "POST {}api/build HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nCookie: {}\r\nX-Cwc: 1\r\nContent-Type: application/json\r\n{origin}\r\nContent-Length: 1073741824",
        visit.folder, served.port, visit.cookie
    );
    let got = served.raw(&head, b"{");
    assert!(
        [408, 413].contains(&got.status) && began.elapsed() < Duration::from_secs(15),
        "{got:?}"
    );
    assert_eq!(visit.ask("state").status, 200);
}

#[test]
fn heads_without_end_are_refused() {
    let served = Served::new(MESH);
    let many: String = (0..10_000).map(|number| format!("\r\nX-{number}: y")).collect();
    let own = format!("Host: 127.0.0.1:{}", served.port);
    for flood in [
        many,
        format!("\r\nX: {}", "y".repeat(1_000_000)),
        format!("\r\nCookie: {}", "a=b; ".repeat(20_000)),
    ] {
        let got = served.raw(&format!("GET / HTTP/1.1\r\n{own}{flood}"), b"");
        assert!([0, 400, 431].contains(&got.status), "{}", got.status);
    }
    let got = served.raw(&format!("GET /{} HTTP/1.1\r\n{own}", "x".repeat(100_000)), b"");
    assert!([0, 400, 414, 431].contains(&got.status), "{}", got.status);
    assert_eq!(served.enter().ask("state").status, 200);
}

#[test]
fn ten_thousand_connections_leave_it_alive_and_small() {
    let served = Served::new(MESH);
    let mut kept = Vec::new();
    for number in 0..10_000_u32 {
        let Ok(mut stream) = std::net::TcpStream::connect(("127.0.0.1", served.port)) else {
            continue;
        };
        let _ = stream.write_all(b"G");
        if number % 100 == 0 {
            kept.push(stream);
        }
    }
    drop(kept);
    let began = Instant::now();
    let state = loop {
        let got = served.get(&format!("/?token={}", served.token), &[]);
        if got.status != 0 || began.elapsed() > Duration::from_secs(20) {
            break got.status;
        }
        std::thread::sleep(Duration::from_millis(100));
    };
    assert_eq!(state, 200, "it answers again");
    let status = std::fs::read_to_string(format!("/proc/{}/status", served.pid())).unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let peak: u64 = peak.trim().trim_end_matches(" kB").parse().unwrap();
    assert!(peak < 200_000, "it took {peak} kB");
}
