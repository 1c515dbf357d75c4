//! A real editor: Neovim, set up by the very lines of `docs/editors.md`, does what somebody does with a mesh.toml.
//!
//! `tests/lsp/story.lua` is what it does and says; here is what it has to say. It is told twice: with positions in UTF-8, which Neovim likes best, and in
//! UTF-16, in a document whose characters are of one, two, three and four bytes. Without Neovim nothing is judged; `CWC_REQUIRE_JUDGES=1`, which CI sets,
//! makes that a failure; `tests/lsp/install.sh` installs it.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

const MESH: &str = "# 日 𝄞
[clusters.east]
gateway = \"203.0.113.10\"
region = \"us-east-1\" # ü

[clusters.west]
gateway = \"203.0.113.20\"
region = \"us-west-1\"

[services.reviews]
namespace = \"bookinfo\"
ports={http=9080}
clusters = [\"east\", \"west\"]
callers = [\"west\", \"east\"] # 𝄞 ü

[services.ratings]
namespace = \"bookinfo\"
ports = { \"http\" = 9080 }
clusters = [ # 𝄞
  \"eats\", # 𝄞
]
";

const LOCK: &str = "version = 1\n\n[addresses]\n\"reviews.bookinfo.global\" = \"240.1.2.3\"\n";

const SAID: &str = "\
found CW0201 \"eats\"
  service `ratings` refers to unknown cluster `eats`: no such cluster | help: did you mean `east`?
fixed   \"east\", # 𝄞
completed zone network mesh istio trust-domain dns drained egress via behind crossing existing context kubeconfig
hover - `reviews.bookinfo.global` at `240.1.2.3`
defined [clusters.east]
told `paris`: its folder will be generated/paris, and `cwc build` wants `--allow-deletes` before it removes generated/east. No address changes.
refused there is a cluster `west` already
told `book` is still called as reviews.bookinfo.global, at 240.1.2.3: only its key in mesh.toml is new. To change what it is called by, change `name`.
symbols 4
the text:
  # 日 𝄞
  [clusters.paris]
  gateway = \"203.0.113.10\"
  region = \"us-east-1\" # ü
  
  [clusters.west]
  gateway = \"203.0.113.20\"
  region = \"us-west-1\"
  
  [services.book]
  namespace = \"bookinfo\"
  name = \"reviews\"
  ports = { http = 9080 }
  clusters = [\"paris\", \"west\"]
  callers = [\"west\", \"paris\"] # 𝄞 ü
  
  [services.ratings]
  namespace = \"bookinfo\"
  ports = { http = 9080 }
  clusters = [
    # 𝄞
    \"paris\", # 𝄞
  ]
ended detached
";

/// The Neovim that was installed for this, or one of the machine that is new enough.
fn neovim() -> Option<PathBuf> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("..");
    let places = [target.join("lsp-python/bin/nvim"), "nvim".into()];
    let has_lsp = "lua os.exit(vim.lsp.enable and 0 or 1)";
    let runs = |program: &&PathBuf| {
        let asked = ["--headless", "-u", "NONE", "-i", "NONE", "-c", has_lsp];
        Command::new(program).args(asked).output().is_ok_and(|it| it.status.success())
    };
    let found = places.iter().find(runs).cloned();
    if found.is_none() {
        // Not `eprintln!`: the test harness would hide it.
        let _ = writeln!(std::io::stderr(), "NOT JUDGED by Neovim: it does not run here");
        let required = std::env::var("CWC_REQUIRE_JUDGES").is_ok_and(|required| required == "1");
        assert!(!required, "CWC_REQUIRE_JUDGES=1, and no Neovim of 0.11 or newer");
    }
    found
}

/// The configuration that the page shows.
fn shown() -> String {
    let page =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/editors.md"));
    let page = page.unwrap();
    let lua = page.split("```lua\n").nth(1).unwrap();
    lua.split("```").next().unwrap().to_owned()
}

/// What Neovim says of its work, with a configuration behind the one of the page.
fn told(neovim: &Path, more: &str) -> String {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("mesh.toml", MESH);
    write("mesh.lock", LOCK);
    write("init.lua", &format!("{}{more}", shown()));
    let cwc = Path::new(env!("CARGO_BIN_EXE_cwc")).parent().unwrap();
    let path = std::env::var("PATH").unwrap();
    let story = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lsp/story.lua");
    let output = Command::new(neovim)
        .args(["--headless", "-n", "-i", "NONE", "-u", "init.lua", "mesh.toml", "-S"])
        .arg(story)
        .current_dir(folder.path())
        .env("PATH", format!("{}:{path}", cwc.display()))
        .env("HOME", folder.path())
        .env_remove("XDG_CONFIG_HOME")
        .env("XDG_STATE_HOME", folder.path())
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "Neovim failed: {stdout}{stderr}");
    stdout
}

#[test]
fn neovim_works_with_it() {
    let Some(neovim) = neovim() else { return };
    assert_eq!(told(&neovim, ""), SAID, "with positions in UTF-8");
}

#[test]
fn neovim_works_with_it_in_utf_16() {
    let Some(neovim) = neovim() else { return };
    let utf_16 = "vim.lsp.config('cwc', { capabilities = { general = { positionEncodings = { 'utf-16' } } } })\n";
    assert_eq!(told(&neovim, utf_16), SAID, "with positions in UTF-16");
}
