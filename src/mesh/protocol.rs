//! What a port speaks.

/// A protocol, as a port's name begins with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Protocol {
    /// HTTP/1.1.
    Http,
    /// HTTP/2.
    Http2,
    /// gRPC.
    Grpc,
    /// gRPC-Web.
    GrpcWeb,
    /// HTTPS that the application speaks.
    Https,
    /// TLS that the application speaks.
    Tls,
    /// Any TCP.
    Tcp,
    /// `MongoDB`.
    Mongo,
    /// `MySQL`.
    Mysql,
    /// Redis.
    Redis,
}

impl Protocol {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Http,
        Self::Http2,
        Self::Grpc,
        Self::GrpcWeb,
        Self::Https,
        Self::Tls,
        Self::Tcp,
        Self::Mongo,
        Self::Mysql,
        Self::Redis,
    ];

    /// As `mesh.toml` writes it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Http2 => "http2",
            Self::Grpc => "grpc",
            Self::GrpcWeb => "grpc-web",
            Self::Https => "https",
            Self::Tls => "tls",
            Self::Tcp => "tcp",
            Self::Mongo => "mongo",
            Self::Mysql => "mysql",
            Self::Redis => "redis",
        }
    }

    /// Whether it is HTTP/2 at the caller's sidecar (`pkg/config/protocol/instance.go`, `IsHTTP2`).
    #[must_use]
    pub fn is_http2(self) -> bool {
        matches!(self, Self::Http2 | Self::Grpc | Self::GrpcWeb)
    }

    /// Whether the application itself speaks TLS, so that nothing but the SNI is seen of a call.
    #[must_use]
    pub fn is_tls(self) -> bool {
        matches!(self, Self::Https | Self::Tls)
    }

    /// The protocol of a word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|protocol| protocol.word() == word)
    }

    /// What a port's name says: `http`, or `http-` and anything.
    ///
    /// As Istio reads it: `pkg/config/kube/conversion.go`, `ConvertProtocol`, with `grpc-web` before `grpc`.
    #[must_use]
    pub fn from_port_name(name: &str) -> Option<Self> {
        if name == "grpc-web" || name.starts_with("grpc-web-") {
            return Some(Self::GrpcWeb);
        }
        Self::from_word(name.split('-').next().unwrap_or(name))
    }

    /// Whether calls are told apart by Host and path, so that ports of several services share a listener.
    #[must_use]
    pub fn is_http(self) -> bool {
        matches!(self, Self::Http | Self::Http2 | Self::Grpc | Self::GrpcWeb)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_its_protocol_up_to_the_first_dash() {
        assert_eq!(Protocol::from_port_name("http-admin"), Some(Protocol::Http));
        assert_eq!(Protocol::from_port_name("grpc-web-x"), Some(Protocol::GrpcWeb));
        assert_eq!(Protocol::from_port_name("grpc-webby"), Some(Protocol::Grpc));
        assert_eq!(Protocol::from_port_name("httpx"), None);
    }
}
