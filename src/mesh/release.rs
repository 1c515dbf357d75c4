//! What is compiled otherwise, or refused, by a cluster's release of Istio.
//!
//! All that is not listed here is the same for every release that is compiled for. `docs/istio-versions.md` shows this table; the conformance suite's
//! `releases` holds it against the API of each release.

use crate::document::IstioVersion;

/// What only newer releases can do.
#[derive(Debug)]
pub struct Feature {
    /// What the document calls it.
    pub key: &'static str,
    /// The first release that can.
    pub needs: IstioVersion,
    /// The kind and field of Istio's API that it is.
    pub field: &'static str,
    /// What clusters of older releases get.
    pub without: &'static str,
}

/// Pings on connections of HTTP/2.
pub static PING: Feature = Feature {
    key: "keepalive.ping",
    needs: IstioVersion { major: 1, minor: 31 },
    field: "DestinationRule trafficPolicy.connectionPool.http.http2KeepAlive",
    without: "nothing where it is filled in; where the document says it, [CW0453](diagnostics.md#cw0453-needs-newer-istio)",
};

/// All of them.
pub static FEATURES: [&Feature; 1] = [&PING];

impl Feature {
    /// Whether a release can.
    #[must_use]
    pub fn is_in(&self, release: IstioVersion) -> bool {
        release >= self.needs
    }
}
