//! Who may ask what: every request is judged here, by its head alone, before anything of it is read or done.
//!
//! Enters: method, target and headers. Leaves: what the request is for, or the status that it is refused with. The checks stand in the order of their
//! reach: who is called (a name that an attacker made point here has another `Host`), from where (another page has another `Origin`), by whom
//! (the cookie), and only then what for.

use hyper::http::{HeaderMap, Method, header};

use super::Keys;
use crate::percent;

/// What a request is for.
#[derive(Debug, PartialEq, Eq)]
pub enum Aim {
    /// The printed address: the cookie is to be given.
    Enter,
    /// A page, or what belongs to one, by its path.
    Page(String),
    /// A question of a page's script: its path, its query, and whether something is sent.
    Ask(String, Vec<(String, String)>, bool),
}

/// Why a request is refused: the status, and what is said.
pub type Refusal = (u16, &'static str);

/// What scripts must send with every question: no other page can, without being asked first by its browser, and nobody is there to answer that.
pub const HEADER: &str = "x-cwc";

/// Judges a request.
///
/// # Errors
/// With the status, where it is refused.
pub fn judge(
    method: &Method,
    target: &str,
    headers: &HeaderMap,
    keys: &Keys,
) -> Result<Aim, Refusal> {
    let one = |name: header::HeaderName| {
        let mut values = headers.get_all(name).iter();
        match (values.next(), values.next()) {
            (None, _) => Ok(None),
            (Some(value), None) => Ok(Some(value.to_str().unwrap_or("\u{fffd}"))),
            _ => Err((400, "a header is there twice")),
        }
    };
    let own = format!("127.0.0.1:{}", keys.port());
    if one(header::HOST)? != Some(own.as_str()) {
        return Err((403, "this server answers to its own address only"));
    }
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let query = parsed(query).ok_or((400, "the query cannot be read"))?;
    let token = query.iter().find(|(name, _)| name == "token").map(|(_, value)| value.as_str());
    let origin = one(header::ORIGIN)?;
    if origin.is_some_and(|origin| origin.strip_prefix("http://") != Some(own.as_str())) {
        return Err((403, "this server answers to its own pages only"));
    }
    let site = one(header::HeaderName::from_static("sec-fetch-site"))?;
    // The address may be opened from a page, such as a terminal in a browser: it is a secret, and to know it is enough.
    let opens = *method == Method::GET && path == "/" && token.is_some() && origin.is_none();
    if !opens && !matches!(site, None | Some("same-origin" | "none")) {
        return Err((403, "this server answers to its own pages only"));
    }
    if opens {
        return if token.is_some_and(|token| keys.enters(token)) {
            Ok(Aim::Enter)
        } else {
            Err((401, "this address was used already, or is of another run: start cwc ui again"))
        };
    }
    let known = one(header::COOKIE)?.is_some_and(|cookie| keys.is_known(cookie));
    let Some(path) = keys.below(path).filter(|_| known) else {
        return Err((401, "this is not the browser that the address was opened in"));
    };
    let Some(path) = path.strip_prefix("api/") else {
        return match *method {
            Method::GET => Ok(Aim::Page(path.to_owned())),
            _ => Err((405, "pages are only read")),
        };
    };
    if one(header::HeaderName::from_static(HEADER))? != Some("1") {
        return Err((403, "questions come from the pages' scripts only"));
    }
    match *method {
        Method::GET => Ok(Aim::Ask(path.to_owned(), query, false)),
        Method::POST => {
            if one(header::CONTENT_TYPE)? != Some("application/json") {
                return Err((415, "what is sent is JSON"));
            }
            if origin.is_none() {
                return Err((403, "this server answers to its own pages only"));
            }
            Ok(Aim::Ask(path.to_owned(), query, true))
        }
        _ => Err((405, "there is GET and POST")),
    }
}

/// The parts of a query, decoded; `None` where they are no text.
fn parsed(query: &str) -> Option<Vec<(String, String)>> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Some((decoded(name)?, decoded(value)?))
        })
        .collect()
}

/// A part of a query, in which a plus is a space.
fn decoded(text: &str) -> Option<String> {
    percent::decoded(&text.replace('+', " ")).filter(|text| !text.contains('\0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_decoded_or_refused() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(parsed("a=b%2Fc+d&e").unwrap(), [pair("a", "b/c d"), pair("e", "")]);
        assert_eq!(parsed("a=%C3%BC").unwrap(), [pair("a", "ü")]);
        for broken in ["a=%", "a=%4", "a=%zz", "a=%ff", "%00", "a=%+4"] {
            assert_eq!(parsed(broken), None, "{broken}");
        }
    }
}
