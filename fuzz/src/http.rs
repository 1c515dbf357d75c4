//! Any head of a request to `cwc ui` is refused, or has all that is asked of one.
//!
//! Enters: `METHOD TARGET` and a header a line. As the run's secrets are random, `<own>` stands for the server's own host, `<folder>` for the
//! folder of its pages, `<cookie>` for the cookie and `<token>` for the word of the printed address. What lets a request through is said here once
//! more, in other words than in `src/ui/guard.rs`.

use cwc::ui::Keys;
use cwc::ui::guard::{Aim, judge};
use hyper::header::{HeaderMap, HeaderName, HeaderValue};
use hyper::http::Method;

const PORT: u16 = 4711;
const OWN: &str = "127.0.0.1:4711";

pub fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let keys = Keys::new(PORT).expect("there are random bytes");
    let address = keys.address();
    let token = address.split("token=").nth(1).expect("the address has a token").to_owned();
    let given = keys.set_cookie();
    let cookie = given.split(';').next().expect("it has a first part").to_owned();
    let folder = keys.folder();
    let text = text.replace("<own>", OWN).replace("<folder>", &folder);
    let text = text.replace("<cookie>", &cookie).replace("<token>", &token);
    let mut lines = text.split('\n');
    let (method, target) = lines.next().unwrap_or_default().split_once(' ').unwrap_or_default();
    let Ok(method) = Method::from_bytes(method.as_bytes()) else { return };
    let mut headers = HeaderMap::new();
    for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
        let name = HeaderName::from_bytes(name.as_bytes());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_bytes(value.as_bytes())) {
            headers.append(name, value);
        }
    }
    let all = |name: &str| -> Vec<&[u8]> {
        headers.get_all(name).iter().map(HeaderValue::as_bytes).collect()
    };
    let own_origin = format!("http://{OWN}");
    let aim = match judge(&method, target, &headers, &keys) {
        Ok(aim) => aim,
        Err((status, why)) => {
            assert!([400, 401, 403, 405, 415].contains(&status), "{status}");
            assert!(!why.is_empty() && why.is_ascii());
            return;
        }
    };
    assert_eq!(all("host"), [OWN.as_bytes()], "{text}");
    let origins = all("origin");
    assert!(origins.is_empty() || origins == [own_origin.as_bytes()], "{text}");
    if aim == Aim::Enter {
        assert!(method == Method::GET && origins.is_empty(), "{text}");
        assert!(target.starts_with("/?") && !keys.address().contains(&token), "{text}");
        let again = judge(&method, target, &headers, &keys);
        assert_eq!(again.map_err(|(status, _)| status), Err(401), "{text}");
        return;
    }
    let site = all("sec-fetch-site");
    assert!(site.is_empty() || site == [b"same-origin".as_slice()] || site == [b"none"], "{text}");
    let cookies = all("cookie");
    assert!(cookies.len() == 1 && text.contains(&cookie), "{text}");
    assert!(target.starts_with(&folder), "{text}");
    match aim {
        Aim::Enter => {}
        Aim::Page(path) => {
            assert_eq!(method, Method::GET, "{text}");
            assert!(!path.starts_with("api/"), "{text}");
        }
        Aim::Ask(path, query, sent) => {
            assert_eq!(all("x-cwc"), [b"1"], "{text}");
            assert!(target.starts_with(&format!("{folder}api/{path}")), "{text}");
            assert!(query.iter().all(|(name, value)| !(name.clone() + value).contains('\0')));
            assert_eq!(sent, method == Method::POST, "{text}");
            assert!(sent || method == Method::GET, "{text}");
            if sent {
                assert_eq!(all("content-type"), [b"application/json".as_slice()], "{text}");
                assert_eq!(origins.len(), 1, "{text}");
            }
        }
    }
}
