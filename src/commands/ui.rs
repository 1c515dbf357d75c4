//! `cwc ui`: the mesh in a browser, on this machine.
//!
//! Enters: the document, as it stands at every question. Leaves: answers for the pages' scripts, one file a page; the server and the pages are `crate::ui`.

mod add;
mod changes;
mod known;
mod live;
mod mesh;
mod open;
mod problems;
mod services;
mod state;
mod ways;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard};

use clap::Parser;
use serde_json::{Value, json};

use super::input::{self, Input};
use super::{Answer, Common, Machine, Status, When, build};
use crate::disk::Failure;
use crate::ui::{self, Reply, Request};
use known::Known;

/// Shows the mesh in a browser: its services beside those of live clusters, what is wrong, what a build would change, and how calls go
///
/// The address that is printed works once, in one browser of this machine; nobody else is answered. Pages, scripts and styles are part of cwc, and
/// nothing is loaded from anywhere. End it with Ctrl-C.
#[derive(Debug, Parser)]
#[command(
    after_help = "Example:\n  $ cwc ui\n  open http://127.0.0.1:40151/?token=0123456789abcdef0123456789abcdef (works once; Ctrl-C ends it)"
)]
pub(super) struct Args {
    /// The port to listen at, of the loopback interface [default: any free one]
    #[arg(long, value_name = "PORT", default_value_t = 0, hide_default_value = true)]
    port: u16,
    /// Open the address in the browser, too: the one of $BROWSER, or the system's
    #[arg(long)]
    open: bool,
    /// Let kubeconfigs get their credentials by running programs, each after it was shown and agreed to
    #[arg(long)]
    allow_exec: bool,
}

/// What the answers are made from.
struct Desk {
    path: PathBuf,
    machine: Machine,
    allow_exec: bool,
    known: Mutex<Option<Arc<Known>>>,
    sight: Arc<live::Sight>,
    proposals: Mutex<Vec<add::Proposal>>,
}

/// The status and the reason why there is no answer.
type Why = (u16, String);
/// An answer.
type Told = Result<Value, Why>;

pub(super) fn run(args: &Args, common: &Common, machine: &Machine) -> Result<Answer, Failure> {
    let path = input::find(common, machine)?;
    let desk = Desk {
        path,
        machine: machine.plain(),
        allow_exec: args.allow_exec,
        known: Mutex::default(),
        sight: Arc::default(),
        proposals: Mutex::default(),
    };
    // A document that is not there is told here, and not by a page.
    desk.known().map_err(|(_, why)| Failure::new(why))?;
    let bound = ui::bind(args.port)?;
    machine.say(&format!("open {} (works once; Ctrl-C ends it)\n", bound.address()));
    let shown = args.open.then(|| open::shown(&bound, machine)).flatten().map(Arc::new);
    let used = shown.clone();
    bound.run(
        Arc::new(move |request: &Request| desk.reply(request)),
        Arc::new(move || used.iter().for_each(|file| file.remove())),
    )?;
    // Where nobody came by it, it goes now.
    shown.iter().for_each(|file| file.remove());
    Ok(Answer::new(Status::Good))
}

impl Desk {
    fn reply(&self, request: &Request) -> Reply {
        let told = match &request.body {
            None => self.read(request),
            Some(body) => self.write(request, body),
        };
        match told {
            Ok(value) => Reply::json(200, &value),
            Err((status, why)) => Reply::json(status, &json!({ "error": why })),
        }
    }

    fn read(&self, request: &Request) -> Told {
        match request.path.as_str() {
            "state" => self.state(request),
            "problems" => Ok(problems::told(&self.known()?.input, &self.machine)),
            "changes" => changes::told(&*self.known()?, &self.machine),
            "object" => changes::object(&*self.known()?, request, &self.machine),
            "services" => self.services(),
            "mesh" => mesh::told(&self.known()?.input),
            "graph" => mesh::graph(&self.known()?.input, request),
            "ways" => ways::told(&*self.known()?, request),
            "call" => ways::call(&*self.known()?, request, &self.machine),
            _ => Err(no_such()),
        }
    }

    fn write(&self, request: &Request, body: &[u8]) -> Told {
        match request.path.as_str() {
            "build" => self.build(body),
            "look" => self.look(body),
            "propose" => self.propose(body),
            "write" => self.write_proposal(body),
            _ => Err(no_such()),
        }
    }

    /// Writes the tree as `cwc build` does, with all that may keep it from that.
    fn build(&self, body: &[u8]) -> Told {
        let shown =
            digest(body).ok_or_else(|| (400, "which document is to be built?".to_owned()))?;
        if shown != problems::digest(&self.known()?.input) {
            let file = self.machine.shown(&self.path);
            return Err((409, format!("{file} was changed since the page was shown; look again")));
        }
        let file = Some(self.path.to_string_lossy().into_owned());
        let common = Common { file, color: When::Never, quiet: false, verbose: false };
        let answer = build::run(&build::Args::default(), &common, &self.machine).map_err(failed)?;
        let done = answer.status == Status::Good;
        Ok(json!({ "done": done, "text": answer.stderr.trim_end() }))
    }
}

/// What a page has to send: the document that it shows.
fn digest(body: &[u8]) -> Option<String> {
    let sent: Value = serde_json::from_slice(body).ok()?;
    Some(sent.get("digest")?.as_str()?.to_owned())
}

/// What several questions use; only one that was stopped by a fault could have left it half done.
fn held<T>(kept: &Mutex<T>) -> Result<MutexGuard<'_, T>, Why> {
    kept.lock().map_err(|_| (409, "cwc ui must be started again".to_owned()))
}

/// What was not found out, for a page.
fn failed(failure: Failure) -> Why {
    (409, failure.to_string())
}

fn no_such() -> Why {
    (404, "there is no such question".to_owned())
}

/// The mesh of a document without errors.
fn checked(input: &Input) -> Result<&crate::rules::CheckedMesh, Why> {
    let mesh = input.checked.mesh.as_ref();
    mesh.ok_or_else(|| (409, format!("{} has errors: mend them first", input.source.path())))
}
