//! CW0902: unsafe-path.

use crate::report::{Diagnostic, Rule, Severity};
use crate::span::Spanned;

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0902",
    name: "unsafe-path",
    severity: Severity::Error,
    summary: "a folder outside that of the document",
    explain: "`out` is a folder below that of mesh.toml, written with `/`. A document comes from a pull request, \
              perhaps from a stranger: it must not be able to make cwc write anywhere else.",
    bad: include_str!("../../tests/rules/CW0902-unsafe-path/bad.toml"),
    good: include_str!("../../tests/rules/CW0902-unsafe-path/good.toml"),
};

/// So that no path has more than 240: `/CLUSTER/services.NAMESPACE.yaml` takes up to 142. Windows takes 260, of which the repository's folder needs some.
const LONGEST: usize = 98;

/// Checks a path below the document's folder.
#[must_use]
pub fn check(text: &Spanned<String>, path: &str) -> Option<Diagnostic> {
    let problem = problem(text)?;
    let shown: String = text.chars().take(100).collect();
    let message = format!("`{path}` is `{}`, where nothing may be written", shown.escape_debug());
    Some(
        Diagnostic::new(&RULE, text.span, message)
            .label(problem)
            .help("write a folder below this one, as `generated` or `deploy/clusters`"),
    )
}

fn problem(path: &str) -> Option<String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/');
    if path.is_empty() {
        return Some("empty".to_owned());
    }
    if path.starts_with('/') || path.starts_with('~') || path.contains(':') {
        return Some("not below the document's folder".to_owned());
    }
    if let Some(c) = path.chars().find(|c| !plain(*c)) {
        return Some(format!("`{}` cannot stand in it", c.escape_debug()));
    }
    if path.len() > LONGEST {
        return Some(format!("{} characters, at most {LONGEST}", path.len()));
    }
    path.split('/').find_map(|part| {
        let lower = part.to_ascii_lowercase();
        match lower.as_str() {
            "" => Some("an empty part".to_owned()),
            "." => Some("the document's own folder".to_owned()),
            ".." => Some("leads out of the document's folder".to_owned()),
            ".git" => Some("git's own folder".to_owned()),
            _ if lower.ends_with('.') => Some("ends with a dot, which Windows drops".to_owned()),
            _ if super::reserved_folder::is_device(&lower) => {
                Some(format!("`{part}` is a device on Windows"))
            }
            _ => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_goes_down_by_names_that_every_system_takes() {
        let longest = "a".repeat(LONGEST);
        for path in ["generated", "deploy/clusters", "a.b-c_d", "git", "console", &longest] {
            assert_eq!(problem(path), None, "{path}");
        }
        let elsewhere = "not below the document's folder";
        for (path, said) in [
            ("", "empty"),
            ("/etc", elsewhere),
            ("~/etc", elsewhere),
            ("c:etc", elsewhere),
            ("a b", "` ` cannot stand in it"),
            ("a~", "`~` cannot stand in it"),
            ("a//b", "an empty part"),
            ("a/", "an empty part"),
            (".", "the document's own folder"),
            ("a/..", "leads out of the document's folder"),
            ("a/.GIT", "git's own folder"),
            ("a./b", "ends with a dot, which Windows drops"),
            ("a/Aux.d", "`Aux.d` is a device on Windows"),
        ] {
            assert_eq!(problem(path).as_deref(), Some(said), "{path}");
        }
        let message = format!("{} characters, at most {LONGEST}", LONGEST + 1);
        assert_eq!(problem(&(longest + "a")), Some(message));
    }
}
