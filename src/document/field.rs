//! What the tables of `mesh.toml` may hold, as data: the reader, the JSON schema and the reference all follow it.

/// A table of the document.
#[derive(Debug)]
pub struct Table {
    /// Its path, names in angle brackets: `services.<service>`.
    pub name: &'static str,
    /// What it describes.
    pub doc: &'static str,
    /// Its keys, in the order that `cwc fmt` and the reference use.
    pub fields: &'static [Field],
}

/// A key of a table.
#[derive(Debug)]
pub struct Field {
    /// The key.
    pub key: &'static str,
    /// What its value may be.
    pub shape: Shape,
    /// What it means, in Markdown.
    pub doc: &'static str,
    /// What holds where it is absent, as it would be written.
    pub default: Option<&'static str>,
    /// Whether it must be there.
    pub required: bool,
}

/// One of the words that a value may be.
#[derive(Debug)]
pub struct Choice {
    /// The word.
    pub word: &'static str,
    /// What it means.
    pub doc: &'static str,
}

/// What a value may be.
#[derive(Debug)]
pub enum Shape {
    /// A string of some form.
    Text(Text),
    /// One word out of these.
    Choice(&'static [Choice]),
    /// A whole number within these bounds.
    Integer(i64, i64),
    /// A number of per cent, whole or with a fraction.
    Percent,
    /// `true` or `false`.
    Bool,
    /// An array.
    List(&'static Shape),
    /// A table with keys of the user's choice: the form of the keys, the shape of the values.
    Map(Text, &'static Shape),
    /// A table with known keys.
    Table(&'static Table),
    /// Any of these.
    OneOf(&'static [Shape]),
}

/// The forms of strings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Text {
    /// Anything printable.
    Any,
    /// A DNS label (RFC 1123): lower-case letters, digits and `-`, at most 63.
    Name,
    /// A port's name: a DNS label of at most 62 characters.
    PortName,
    /// A host name with at least one dot.
    Host,
    /// A host name, or one with `*` in place of its first labels.
    HostPattern,
    /// A suffix of host names: one label or more.
    Domain,
    /// An IP address or a host name.
    Address,
    /// An IPv4 address.
    Ipv4,
    /// An IPv4 range as `240.0.0.0/12`.
    Cidr,
    /// A duration as Istio writes it: `10s`, `500ms`, `1m30s`.
    Duration,
    /// A Kubernetes label's key.
    LabelKey,
    /// A Kubernetes label's value.
    LabelValue,
    /// `cluster[/namespace[/service-account]]`.
    Caller,
    /// A release of Istio: `1.24`.
    IstioVersion,
    /// A path below the document's folder.
    Path,
    /// A SPIFFE trust domain.
    TrustDomain,
    /// A diagnostic's code: `CW0312`.
    Code,
    /// An HTTP header's name.
    Header,
    /// An HTTP method.
    Method,
}

impl Field {
    /// An optional key without a default.
    #[must_use]
    pub const fn new(key: &'static str, shape: Shape, doc: &'static str) -> Self {
        Self { key, shape, doc, default: None, required: false }
    }

    /// With a default.
    #[must_use]
    pub const fn default(mut self, default: &'static str) -> Self {
        self.default = Some(default);
        self
    }

    /// That must be there.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }
}

impl Table {
    /// The field of a key.
    #[must_use]
    pub fn field(&self, key: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.key == key)
    }
}

impl Choice {
    /// A word and its meaning.
    #[must_use]
    pub const fn new(word: &'static str, doc: &'static str) -> Self {
        Self { word, doc }
    }
}
