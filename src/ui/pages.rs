//! The pages, which are part of the program, and the headers of every answer.
//!
//! Enters: the path of a page or of what belongs to one. Leaves: its text, exactly as it stands in `pages/`; no path leads to a file.

use super::Reply;

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

/// All that there is.
const ALL: &[(&str, &str, &str)] = &[
    ("", HTML, include_str!("pages/index.html")),
    ("style.css", CSS, include_str!("pages/style.css")),
    ("services.js", SCRIPT, include_str!("pages/services.js")),
    ("adding.js", SCRIPT, include_str!("pages/adding.js")),
    ("icon.svg", "image/svg+xml", include_str!("pages/icon.svg")),
    ("main.js", SCRIPT, include_str!("pages/main.js")),
    ("element.js", SCRIPT, include_str!("pages/element.js")),
    ("ask.js", SCRIPT, include_str!("pages/ask.js")),
    ("rows.js", SCRIPT, include_str!("pages/rows.js")),
    ("changes.js", SCRIPT, include_str!("pages/changes.js")),
    ("difference.js", SCRIPT, include_str!("pages/difference.js")),
    ("mesh.js", SCRIPT, include_str!("pages/mesh.js")),
];

/// The headers of every answer. Pages take scripts, styles and pictures from this server alone, none of them written into the page; markup is
/// never made of text; nobody frames, caches or guesses anything.
pub(super) const HEADERS: &[(&str, &str)] = &[
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
    ),
    ("cache-control", "no-store"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
];

/// A page, or what belongs to one.
pub(super) fn find(path: &str) -> Option<Reply> {
    let (_, kind, text) = ALL.iter().find(|(known, ..)| *known == path)?;
    Some(Reply { status: 200, kind, body: text.as_bytes().to_vec() })
}

/// A page outside of this server that leads to its address: a browser is told the page's path, in which there is no secret.
pub(super) fn doorway(address: &str) -> String {
    leading(address)
}

/// What the printed address shows: it leads on to the pages. It is no redirection, which would still belong to whoever linked here, so that
/// browsers would keep the cookie back.
pub(super) fn entrance(folder: &str) -> Reply {
    let text = leading(folder);
    Reply { status: 200, kind: HTML, body: text.into_bytes() }
}

/// A page that goes on by itself, without a script.
fn leading(to: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<meta name=\"referrer\" content=\"no-referrer\">\n\
         <meta http-equiv=\"refresh\" content=\"0; url={to}\">\n<title>cwc</title>\n<p><a href=\"{to}\">To the mesh</a></p>\n</html>\n"
    )
}
