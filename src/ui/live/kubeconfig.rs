//! A context of a kubeconfig: where the cluster is, and who asks.
//!
//! Enters: the texts of its files and the name of the context. Leaves: an [`Access`] with those keys that were understood, or why there is none. A kubeconfig may
//! come with a repository, from people who are not its reader: it can name programs to run, proxies to go by and files to send, so of all that nothing
//! is done unasked.

use kube::config::{
    AuthInfo, Cluster, ExecConfig, ExecInteractiveMode, Kubeconfig, NamedAuthInfo, NamedCluster,
    NamedContext,
};
use saphyr_parser::{Event, Parser};
use serde_yaml::Value;

/// No kubeconfig is nested deeper.
const DEEPEST: usize = 32;
/// Nor has it so many brackets that are not closed, those of texts with them.
const BRACKETS: usize = 1000;

/// How a cluster is reached.
pub struct Access {
    /// What `kube` is told: one cluster, one user, one context, and no key that was not looked at.
    pub config: Kubeconfig,
    /// The program that gives the credentials, where one does.
    pub plugin: Option<Plugin>,
}

/// A program that gives credentials.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Plugin {
    /// As it would be run: the command and its arguments, one line.
    pub line: String,
    /// The names of the variables that it is given; their values may be secrets.
    pub variables: Vec<String>,
}

/// Why a cluster is not looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Barred(pub String);

/// The text as a tree; what a message would say of its content is not repeated.
fn tree(text: &str) -> Result<Value, Barred> {
    if is_trap(text) {
        let why = "the kubeconfig cannot be read: it is nested too deep, or holds aliases";
        return Err(Barred(why.to_owned()));
    }
    serde_yaml::from_str(text).map_err(|error| {
        let place = error.location().map_or(String::new(), |at| format!(", line {}", at.line()));
        Barred(format!("the kubeconfig cannot be read{place}"))
    })
}

/// Whether reading it could take for ever. No program writes aliases into a kubeconfig.
fn is_trap(text: &str) -> bool {
    // The parser looks for the end of a bracket before it tells of it.
    let open = text.bytes().try_fold(0_usize, |open, byte| match byte {
        b'[' | b'{' => Some(open + 1).filter(|open| *open < BRACKETS),
        b']' | b'}' => Some(open.saturating_sub(1)),
        _ => Some(open),
    });
    if open.is_none() {
        return true;
    }
    let (mut depth, mut parser) = (0_usize, Parser::new_from_str(text));
    while let Some(Ok((event, _))) = parser.next_event() {
        match event {
            Event::SequenceStart(..) | Event::MappingStart(..) if depth == DEEPEST => return true,
            Event::SequenceStart(..) | Event::MappingStart(..) => depth += 1,
            Event::SequenceEnd | Event::MappingEnd => depth = depth.saturating_sub(1),
            Event::Alias(_) => return true,
            _ => {}
        }
    }
    false
}

/// One kubeconfig or several, of which each name is the first one's that has it, as kubectl merges them.
pub struct Files(Vec<Value>);

impl Files {
    /// Reads them.
    ///
    /// # Errors
    /// Where one cannot be read: what it says of a name might be what counts.
    pub fn read<'t>(texts: impl IntoIterator<Item = &'t str>) -> Result<Self, Barred> {
        texts.into_iter().map(tree).collect::<Result<_, _>>().map(Self)
    }

    /// What stands under a name in one of the lists, and in which of the files.
    fn named(&self, list: &str, key: &str, name: &str) -> Option<(usize, &Value)> {
        let (at, item) = self.0.iter().enumerate().find_map(|(at, tree)| {
            let mut items = tree.get(list)?.as_sequence()?.iter();
            Some((at, items.find(|item| word(item, "name") == Some(name))?))
        })?;
        Some((at, item.get(key)?))
    }

    /// What follows from a context. `file` finds what the N-th of them names as a file, or says why it is not to be read; `foreign` says of which of
    /// them others are the authors.
    ///
    /// # Errors
    /// Where the context is not there, or asks for what is not done.
    pub fn access(
        &self,
        context: &str,
        file: impl Fn(usize, &str) -> Result<String, Barred>,
        foreign: impl Fn(usize) -> bool,
    ) -> Result<Access, Barred> {
        let (_, found) = self
            .named("contexts", "context", context)
            .ok_or_else(|| Barred(format!("the kubeconfig has no context `{context}`")))?;
        let part = |list: &str, key: &str| {
            let name = word(found, key).unwrap_or_default();
            self.named(list, key, name).ok_or_else(|| {
                Barred(format!("context `{context}` names no {key} that the kubeconfig has"))
            })
        };
        let (server, asker) = (part("clusters", "cluster")?, part("users", "user")?);
        // A server of others would be sent credentials that are not from them.
        if foreign(server.0) && server.0 != asker.0 {
            return Err(Barred(format!(
                "context `{context}` takes its cluster from a kubeconfig in the repository of mesh.toml, and its user from another"
            )));
        }
        let cluster = cluster(server.1, |name| file(server.0, name))?;
        let (user, plugin) = user(asker.1, |name| file(asker.0, name))?;
        Ok(alone(cluster, user, plugin))
    }
}

/// What `kube` is told of one cluster and one user.
fn alone(cluster: Cluster, user: AuthInfo, plugin: Option<Plugin>) -> Access {
    let name = || "it".to_owned();
    let config = Kubeconfig {
        clusters: vec![NamedCluster {
            name: name(),
            cluster: Some(cluster),
            ..NamedCluster::default()
        }],
        auth_infos: vec![NamedAuthInfo {
            name: name(),
            auth_info: Some(user),
            ..NamedAuthInfo::default()
        }],
        contexts: vec![NamedContext {
            name: name(),
            context: Some(kube::config::Context {
                cluster: name(),
                user: Some(name()),
                ..kube::config::Context::default()
            }),
            ..NamedContext::default()
        }],
        current_context: Some(name()),
        ..Kubeconfig::default()
    };
    Access { config, plugin }
}

fn word<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
    value.get(key)?.as_str()
}

fn cluster(of: &Value, file: impl Fn(&str) -> Result<String, Barred>) -> Result<Cluster, Barred> {
    let barred = |why: &str| Err(Barred(why.to_owned()));
    if word(of, "proxy-url").is_some() {
        return barred("its kubeconfig says `proxy-url`, and cwc asks clusters directly only");
    }
    if of.get("insecure-skip-tls-verify").and_then(Value::as_bool) == Some(true) {
        return barred(
            "its kubeconfig says `insecure-skip-tls-verify`: whoever answers would be believed",
        );
    }
    if word(of, "tls-server-name").is_some() {
        return barred(
            "its kubeconfig says `tls-server-name`: the certificate of another name would be believed",
        );
    }
    let server = word(of, "server").unwrap_or_default();
    if !server.starts_with("https://") || server.contains('@') {
        return barred("its kubeconfig names no server of the form `https://HOST:PORT`");
    }
    Ok(Cluster {
        server: Some(server.to_owned()),
        certificate_authority_data: word(of, "certificate-authority-data").map(str::to_owned),
        certificate_authority: word(of, "certificate-authority").map(file).transpose()?,
        ..Cluster::default()
    })
}

fn user(
    of: &Value,
    file: impl Fn(&str) -> Result<String, Barred>,
) -> Result<(AuthInfo, Option<Plugin>), Barred> {
    if of.get("auth-provider").is_some() {
        return Err(Barred("its kubeconfig says `auth-provider`, which Kubernetes took out; `exec` came in its place".to_owned()));
    }
    let text = |key: &str| word(of, key).map(str::to_owned);
    let path = |key: &str| word(of, key).map(&file).transpose();
    let exec = of.get("exec").filter(|exec| !exec.is_null()).map(exec).transpose()?;
    let plugin = exec.as_ref().map(|(_, plugin)| plugin.clone());
    let user = AuthInfo {
        token: text("token").map(Into::into),
        token_file: path("tokenFile")?,
        client_certificate: path("client-certificate")?,
        client_certificate_data: text("client-certificate-data"),
        client_key: path("client-key")?,
        client_key_data: text("client-key-data").map(Into::into),
        username: text("username"),
        password: text("password").map(Into::into),
        exec: exec.map(|(exec, _)| exec),
        ..AuthInfo::default()
    };
    Ok((user, plugin))
}

fn exec(of: &Value) -> Result<(ExecConfig, Plugin), Barred> {
    let command = word(of, "command").filter(|command| !command.is_empty());
    let command =
        command.ok_or_else(|| Barred("`exec` of its kubeconfig has no command".to_owned()))?;
    let texts = |key: &str| -> Vec<String> {
        let items = of.get(key).and_then(Value::as_sequence).map_or(&[][..], Vec::as_slice);
        items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect()
    };
    let args = texts("args");
    let items = of.get("env").and_then(Value::as_sequence).map_or(&[][..], Vec::as_slice);
    let variables: Vec<(String, String)> = items
        .iter()
        .filter_map(|item| Some((word(item, "name")?.to_owned(), word(item, "value")?.to_owned())))
        .collect();
    let quoted =
        |word: &String| if word.contains(' ') { format!("{word:?}") } else { word.clone() };
    let line: Vec<String> = std::iter::once(&command.to_owned()).chain(&args).map(quoted).collect();
    let plugin = Plugin {
        line: line.join(" "),
        variables: variables.iter().map(|(name, _)| name.clone()).collect(),
    };
    let pair = |(name, value): (String, String)| {
        [("name".to_owned(), name), ("value".to_owned(), value)].into_iter().collect()
    };
    let exec = ExecConfig {
        api_version: word(of, "apiVersion").map(str::to_owned),
        command: Some(command.to_owned()),
        args: Some(args),
        env: Some(variables.into_iter().map(pair).collect()),
        drop_env: None,
        install_hint: None,
        // Nobody sits at its terminal, and what it says there is nobody else's to read.
        interactive_mode: Some(ExecInteractiveMode::Never),
        provide_cluster_info: false,
        cluster: None,
        other: std::collections::BTreeMap::default(),
    };
    Ok((exec, plugin))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "contexts:\n- name: one\n  context: { cluster: c, user: u }\nclusters:\n- name: c\n  cluster: { server: 'https://127.0.0.1:6443' }\n\
        users:\n- name: u\n  user: { token: s3cret }\n";

    type File<'f> = &'f dyn Fn(&str) -> Result<String, Barred>;

    fn access(text: &str, context: &str, file: File<'_>) -> Result<Access, Barred> {
        Files::read([text])?.access(context, |_, name| file(name), |_| false)
    }

    fn barred(text: &str) -> String {
        match access(text, "one", &|path| Ok(path.to_owned())) {
            Ok(_) => panic!("not barred"),
            Err(Barred(why)) => why,
        }
    }

    #[test]
    fn a_context_is_its_cluster_and_its_user_and_nothing_else() {
        let access = access(TEXT, "one", &|_| panic!("no file is named")).unwrap();
        let cluster = access.config.clusters[0].cluster.as_ref().unwrap();
        assert_eq!(cluster.server.as_deref(), Some("https://127.0.0.1:6443"));
        assert!(access.config.auth_infos[0].auth_info.as_ref().unwrap().token.is_some());
        assert_eq!(access.plugin, None);
    }

    #[test]
    fn what_is_not_done_is_said_by_its_key() {
        let with = |key: &str| TEXT.replace("6443' }", &format!("6443', {key} }}"));
        assert!(barred(&with("proxy-url: 'http://evil.test'")).contains("`proxy-url`"));
        assert!(
            barred(&with("insecure-skip-tls-verify: true")).contains("`insecure-skip-tls-verify`")
        );
        assert!(barred(&with("tls-server-name: evil.test")).contains("`tls-server-name`"));
        assert!(
            barred(&TEXT.replace("token: s3cret", "auth-provider: { name: gcp }"))
                .contains("`auth-provider`")
        );
        assert!(barred(&TEXT.replace("https://", "http://")).contains("https://HOST:PORT"));
        assert!(barred(&TEXT.replace("name: one", "name: two")).contains("no context `one`"));
        assert!(barred(&TEXT.replace("cluster: c,", "cluster: d,")).contains("no cluster"));
    }

    #[test]
    fn a_plugin_is_told_by_its_line_and_never_by_its_values() {
        let exec = "exec: { apiVersion: client.authentication.k8s.io/v1, command: aws, args: [eks, 'a b'], env: [{ name: KEY, value: s3cret }] }";
        let access =
            access(&TEXT.replace("token: s3cret", exec), "one", &|path| Ok(path.to_owned()))
                .unwrap();
        let plugin = access.plugin.unwrap();
        assert_eq!(
            plugin,
            Plugin { line: "aws eks \"a b\"".to_owned(), variables: vec!["KEY".to_owned()] }
        );
    }

    #[test]
    fn files_are_asked_for_one_by_one() {
        let text = TEXT.replace("token: s3cret", "tokenFile: ../../home/x/.ssh/id");
        let no = |path: &str| Err(Barred(format!("not {path}")));
        let Err(Barred(why)) = access(&text, "one", &no) else { panic!() };
        assert_eq!(why, "not ../../home/x/.ssh/id");
    }

    /// kubectl's own answer to the same files is in the tests of the program.
    #[test]
    fn of_several_files_each_name_is_the_first_ones() {
        let second = TEXT.replace("6443", "1").replace("s3cret", "other");
        let user = "users:\n- name: u\n  user: { tokenFile: t }\n";
        let read = |texts: [&str; 2], foreign: usize| {
            let file = |at: usize, name: &str| Ok(format!("{at}/{name}"));
            Files::read(texts)?.access("one", file, |at| at == foreign)
        };
        let of = |access: Access| {
            let user = access.config.auth_infos[0].auth_info.clone().unwrap();
            let cluster = access.config.clusters[0].cluster.clone().unwrap();
            (cluster.server.unwrap().rsplit(':').next().unwrap().to_owned(), user.token_file)
        };
        assert_eq!(of(read([TEXT, &second], 2).unwrap()), ("6443".to_owned(), None));
        assert_eq!(of(read([user, &second], 2).unwrap()), ("1".to_owned(), Some("0/t".to_owned())));
        assert!(read(["users: [", TEXT], 2).is_err(), "nobody knows what the first one says");
        // The second one's cluster is others' to choose, the first one's user is not.
        assert!(read([user, &second], 1).is_err());
        assert!(read([TEXT, &second], 0).is_ok());
    }

    /// Nothing that grows is read out, nothing said twice is chosen from, and no content stands in a message.
    #[test]
    fn what_is_broken_or_a_trap_is_refused_without_its_content() {
        let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..12 {
            let inner = vec![format!("*a{}", level - 1); 10].join(", ");
            bomb.push_str(&format!("a{level}: &a{level} [{inner}]\n"));
        }
        assert!(barred(&(bomb + TEXT)).contains("cannot be read"));
        assert!(barred(&(TEXT.to_owned() + "users: []\n")).contains("cannot be read"));
        let broken = barred("users: [s3cret\ntoken: }s3cret\n");
        assert!(broken.contains("cannot be read") && !broken.contains("s3cret"), "{broken}");
        assert!(barred(&"[".repeat(100_000)).contains("cannot be read"));
        let merged =
            TEXT.replace("server: 'https", "<<: { proxy-url: 'http://evil.test' }, server: 'https");
        assert!(
            access(&merged, "one", &|path| Ok(path.to_owned())).unwrap().config.clusters[0]
                .cluster
                .as_ref()
                .unwrap()
                .proxy_url
                .is_none()
        );
    }
}
