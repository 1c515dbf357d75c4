//! The forms of strings, as the schema and the reference tell them.
//!
//! Enters: a [`Text`]. Leaves: its [`Form`]. The patterns are those of the reader (`document::value` and the rules it calls) as far as a
//! regular expression without look-around can say it, so that every engine takes them; what they let through too much, `cwc check` finds.

use crate::document::Text;

/// What a string of some form looks like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// What it is called, without article; the forms' heading in the reference.
    pub noun: &'static str,
    /// What it is made of, in Markdown.
    pub doc: &'static str,
    /// The expression that it matches as a whole; empty where anything will do.
    pub pattern: String,
    /// The most characters, where the pattern does not say it.
    pub longest: Option<u32>,
}

/// Every form, in the order of the reference.
pub const ALL: &[Text] = &[
    Text::Any,
    Text::Name,
    Text::PortName,
    Text::Host,
    Text::HostPattern,
    Text::Domain,
    Text::TrustDomain,
    Text::Address,
    Text::Ipv4,
    Text::Cidr,
    Text::Duration,
    Text::LabelKey,
    Text::LabelValue,
    Text::Caller,
    Text::IstioVersion,
    Text::Path,
    Text::Code,
    Text::Header,
    Text::Method,
];

const LABEL: &str = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
/// A last label: one that is not a number, as a host name that ends in one would be taken for an address.
const LAST: &str = "([0-9]*[a-z]([a-z0-9-]*[a-z0-9])?|[0-9]+-[a-z0-9-]*[a-z0-9])";
const NUMBER: &str = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";

/// The form of a kind of string.
#[must_use]
pub fn of(text: Text) -> Form {
    let ipv4 = format!("({NUMBER}\\.){{3}}{NUMBER}");
    let domain = format!("({LABEL}\\.)*{LAST}");
    let (noun, doc, pattern, longest) = match text {
        Text::Any => ("text", "Anything that can be printed.", String::new(), None),
        Text::Name => (
            "name",
            "A DNS label (RFC 1123): lower-case letters, digits and `-`, with a letter or digit at both ends, at most 63.",
            LABEL.to_owned(),
            None,
        ),
        Text::PortName => {
            ("port name", "A name of at most 62 characters.", LABEL.replace("61", "60"), None)
        }
        Text::Host => (
            "host name",
            "Names with dots between them, at least two, at most 253 characters; the last is not a number, no dot at the end, no wildcard.",
            format!("({LABEL}\\.)+{LAST}"),
            Some(253),
        ),
        Text::HostPattern => (
            "host",
            "A host name, `*.` before a domain for all names below it, or `*` for all.",
            format!("\\*|({LABEL}\\.)+{LAST}|\\*\\.{domain}"),
            Some(253),
        ),
        Text::Domain => (
            "domain",
            "A suffix of host names: as a host name, or a single name.",
            domain,
            Some(253),
        ),
        Text::TrustDomain => ("trust domain", "Written as a domain.", domain, Some(253)),
        Text::Address => (
            "address",
            "An IPv4 or IPv6 address or a host name, without scheme and port.",
            format!(
                "{ipv4}|[0-9A-Fa-f]*:[0-9A-Fa-f]*:[0-9A-Fa-f:.]*|{}",
                domain.replace("a-z", "A-Za-z")
            ),
            Some(253),
        ),
        Text::Ipv4 => ("IPv4 address", "Four numbers, as `240.0.0.7`.", ipv4, None),
        Text::Cidr => (
            "IPv4 range",
            "The first address and a length, as `240.0.0.0/12`.",
            format!("{ipv4}/(3[0-2]|[12]?[0-9])"),
            None,
        ),
        Text::Duration => (
            "duration",
            "Whole numbers with a unit, `h`, `m`, `s` or `ms`, one behind the other: `10s`, `1m30s`. The shortest is `1ms`.",
            "([0-9]+(h|ms|m|s))+".to_owned(),
            None,
        ),
        Text::LabelKey => (
            "label key",
            "At most 63 letters, digits, `-`, `_` and `.`, with a letter or digit at both ends; a domain and `/` may stand before it.",
            format!("({domain}/)?[A-Za-z0-9]([A-Za-z0-9_.-]{{0,61}}[A-Za-z0-9])?"),
            None,
        ),
        Text::LabelValue => (
            "label value",
            "As a label's key without the domain, or empty.",
            "([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?".to_owned(),
            None,
        ),
        Text::Caller => (
            "caller",
            "`cluster`, `cluster/namespace` or `cluster/namespace/service-account`.",
            format!("{LABEL}(/{LABEL}){{0,2}}"),
            None,
        ),
        Text::IstioVersion => (
            "Istio release",
            "Without patch number, as `1.24`; 1.24 or newer.",
            "1\\.(2[4-9]|[3-9][0-9]|[1-9][0-9][0-9]+)".to_owned(),
            None,
        ),
        Text::Path => (
            "path",
            "A folder below that of mesh.toml, with `/`: letters, digits, `-`, `_` and `.`.",
            "[A-Za-z0-9_.-]*[A-Za-z0-9_-](/[A-Za-z0-9_.-]*[A-Za-z0-9_-])*".to_owned(),
            Some(98),
        ),
        Text::Code => (
            "code",
            "A diagnostic's code or name: `CW0401` or `region-missing`.",
            "[Cc][Ww][0-9]{4}|[a-z]+(-[a-z]+)*".to_owned(),
            None,
        ),
        Text::Header => ("header", "The name of an HTTP header.", String::new(), None),
        Text::Method => ("method", "An HTTP method, as `GET`.", String::new(), None),
    };
    Form { noun, doc, pattern, longest }
}

impl Form {
    /// The expression with its anchors, as JSON Schema wants it.
    #[must_use]
    pub fn anchored(&self) -> Option<String> {
        (!self.pattern.is_empty()).then(|| format!("^({})$", self.pattern))
    }
}
