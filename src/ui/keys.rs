//! What makes a browser the user's own: the address that is printed, and the cookie that it is exchanged for.
//!
//! Enters: the system's random bytes. Leaves: whether what a request brings is right. Nothing of it is ever shown but the address, once.

use std::sync::Mutex;

use crate::disk::Failure;

/// The secrets of one run.
pub struct Keys {
    /// The word of the printed address, until somebody came with it.
    token: Mutex<Option<String>>,
    /// The folder that all pages lie in. A browser sends cookies to every port of a host, but only to addresses below their path: so no other
    /// server of this machine is ever sent ours.
    folder: String,
    /// The cookie's value.
    cookie: String,
    port: u16,
}

/// The cookie's name.
const COOKIE: &str = "cwc";

impl Keys {
    /// New ones.
    ///
    /// # Errors
    /// Where the system has no random bytes.
    pub fn new(port: u16) -> Result<Self, Failure> {
        let token = Mutex::new(Some(random()?));
        Ok(Self { token, folder: random()?, cookie: random()?, port })
    }

    /// The port that the server listens at.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The address to open, which works once.
    #[must_use]
    pub fn address(&self) -> String {
        let token = self.token.lock().ok().and_then(|token| token.clone()).unwrap_or_default();
        format!("http://127.0.0.1:{}/?token={token}", self.port)
    }

    /// Whether this is the printed address' word, which it then no longer is.
    pub(super) fn enters(&self, said: &str) -> bool {
        let Ok(mut token) = self.token.lock() else { return false };
        let right = token.as_ref().is_some_and(|token| same(token, said));
        if right {
            *token = None;
        }
        right
    }

    /// Whether a `Cookie` header holds the cookie.
    pub(super) fn is_known(&self, header: &str) -> bool {
        let pairs = header.split(';').filter_map(|pair| pair.trim().split_once('='));
        let mut ours = pairs.filter(|(name, _)| *name == COOKIE).map(|(_, value)| value);
        ours.any(|value| same(&self.cookie, value))
    }

    /// The path of all pages, such as `/0123/`.
    #[must_use]
    pub fn folder(&self) -> String {
        format!("/{}/", self.folder)
    }

    /// What is below that path.
    pub(super) fn below<'p>(&self, path: &'p str) -> Option<&'p str> {
        let (folder, rest) = path.strip_prefix('/')?.split_once('/')?;
        same(&self.folder, folder).then_some(rest)
    }

    /// The header that gives the cookie: for this server's pages, no script's, and never with what another site begins.
    #[must_use]
    pub fn set_cookie(&self) -> String {
        let (folder, cookie) = (self.folder(), &self.cookie);
        format!("{COOKIE}={cookie}; Path={folder}; HttpOnly; SameSite=Strict")
    }
}

/// 128 random bits, in hexadecimal digits.
pub(super) fn random() -> Result<String, Failure> {
    let mut bytes = [0_u8; 16];
    let failure = |error: getrandom::Error| {
        Failure::new(format!("the system gives no random bytes: {error}"))
    };
    getrandom::fill(&mut bytes).map_err(failure)?;
    Ok(format!("{:032x}", u128::from_be_bytes(bytes)))
}

/// Whether two texts are the same, found out in a time that does not tell how far they agree.
fn same(own: &str, said: &str) -> bool {
    let differ = own.bytes().zip(said.bytes()).fold(0, |all, (one, other)| all | (one ^ other));
    own.len() == said.len() && differ == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_works_once() {
        let keys = Keys::new(1).unwrap();
        let address = keys.address();
        let token = address.rsplit_once('=').unwrap().1;
        assert_eq!(token.len(), 32);
        assert!(
            !keys.enters("")
                && !keys.enters(&token[1..])
                && !keys.enters(&token.replace('0', "1")[..31])
        );
        assert!(keys.enters(token));
        assert!(!keys.enters(token) && !keys.enters(""));
    }

    #[test]
    fn no_two_secrets_are_the_same() {
        let (one, other) = (Keys::new(1).unwrap(), Keys::new(1).unwrap());
        let of = |keys: &Keys| [keys.address(), keys.folder(), keys.set_cookie()];
        assert!(of(&one).iter().zip(of(&other)).all(|(one, other)| *one != other));
        assert!(!one.set_cookie().contains(&one.address()[30..]));
    }

    #[test]
    fn a_cookie_is_found_among_others_and_nowhere_else() {
        let keys = Keys::new(1).unwrap();
        let set = keys.set_cookie();
        let pair = set.split(';').next().unwrap();
        assert!(keys.is_known(pair) && keys.is_known(&format!("a=b; {pair}; c=d")));
        assert!(!keys.is_known(&pair.replace("cwc=", "xcwc=")) && !keys.is_known("cwc="));
        assert!(!keys.is_known(&pair.replace("cwc=", "cwc=x")));
    }
}
