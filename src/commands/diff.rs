//! `cwc diff`: what a build would change.

pub(super) mod cluster;
mod json;
mod list;
mod markdown;
pub(super) mod old;
pub(super) mod places;
pub(super) mod review;
mod semantic;
pub(super) mod unified;

use clap::Parser;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::check::counted;
use super::format::{Format, Paths};
use super::input::{self, Input, Locked};
use super::{Answer, Common, Machine, Status};
use crate::changes::lock::{self, LockChanges};
use crate::compile::Fleet;
use crate::disk::{Failure, Folder, Use};
use crate::document::Document;
use crate::mesh::Lock;
use crate::origin;
use crate::report::finding::Listing;
use crate::report::{Report, Severity, text};
use crate::source::Source;
use list::{Detail, List};
use markdown::Details;
use old::Old;
use places::Places;
use review::{FailOn, Review};

/// Unchanged lines around what changes.
const CONTEXT: usize = 3;

/// Shows what a build would change in the committed tree, and which lines of mesh.toml that comes from
///
/// First how many objects come, change and go; then what that may do to those who call, the worst first; then, for each cluster, which objects
/// they are; then the text of each. Nothing is written.
/// Exit status: 0 no difference, 1 there are differences, 2 the question could not be answered, as where mesh.toml is not valid.
#[derive(Debug, Parser)]
#[command(after_help = "Example:
  $ cwc diff --stat
  0 to add, 2 to change, 0 to remove in 1 of 2 clusters

  west
    ~ ServiceEntry istio-system/reviews.bookinfo.global  +1 -1  (from mesh.toml:12)
    ~ DestinationRule istio-system/reviews.bookinfo.global  +2 -2  (from mesh.toml:12)")]
pub(super) struct Args {
    /// Show how many lines change, not which
    #[arg(long)]
    stat: bool,
    /// Show only the paths of the files that a build would write or remove, one a line
    #[arg(long, conflicts_with = "stat")]
    name_only: bool,
    /// Show so many unchanged lines around what changes [default: 3]
    #[arg(short = 'U', long, value_name = "N")]
    unified: Option<usize>,
    /// Show the fields that change, by their paths, instead of lines
    #[arg(long, conflicts_with_all = ["stat", "name_only", "unified"])]
    semantic: bool,
    /// Compare with what mesh.toml compiled to in this git commit, branch or tag; needs no committed tree
    #[arg(long, value_name = "REF", conflicts_with = "out")]
    against: Option<String>,
    /// Exit with 1 only for changes of this class, or of this level (security, breaking, risky, safe) or a worse one; repeatable
    #[arg(long, value_name = "CLASS", value_parser = fail_on(), hide_possible_values = true)]
    fail_on: Vec<FailOn>,
    /// What the difference is written as; the exit status is the same
    #[arg(long, value_name = "FORMAT", default_value = "full", conflicts_with_all = ["stat", "name_only"])]
    format: Format,
    /// Only this cluster; repeatable
    #[arg(long, value_name = "NAME")]
    cluster: Vec<String>,
    /// Exit with 0, too, when there are differences
    #[arg(long)]
    exit_zero: bool,
    /// The folder to compare with [default: the document's `out`]
    #[arg(long, value_name = "DIR")]
    out: Option<String>,
}

pub(super) fn run(args: &Args, common: &Common, machine: &Machine) -> Result<Answer, Failure> {
    let machine = &args.format.on(machine);
    let paths = Paths::new(machine);
    let path = input::find(common, machine)?;
    let _held = input::hold(&path, machine, Use::Read)?;
    let input = Input::read(&path, machine, Locked::Beside)?;
    let Some(mesh) = &input.checked.mesh else {
        return Ok(invalid(args, &input, &paths, machine));
    };
    let mut answer = Answer::new(Status::Good);
    // The standard output is the difference's alone, and empty where there is none.
    let warnings = input.checked.report.count(Severity::Warning);
    if warnings > 0 {
        answer.stderr = format!("{}; cwc check shows them\n", counted(warnings, "warning"));
    }
    let committed = match &args.against {
        None => None,
        Some(revision) => old::committed(revision, &input, machine)?,
    };
    if let Some(before) = committed.as_ref().filter(|before| before.checked.mesh.is_none()) {
        return Ok(invalid(args, before, &paths, machine));
    }
    if let (Some(revision), None) = (&args.against, &committed) {
        let shown = input.source.path();
        answer
            .stderr
            .push_str(&format!("note: there is no {shown} in {revision}: everything is new\n"));
    }
    let root = input.out(args.out.as_deref(), mesh, machine);
    let said = args.out.as_deref().map(|out| out.trim_end_matches('/').to_owned());
    let shown = said.filter(|out| !out.is_empty()).unwrap_or_else(|| machine.shown(&root));
    let places = Places { input: &input, root: &shown };
    let fleet = Fleet::new(mesh);
    let fleet_before =
        committed.as_ref().and_then(|before| before.checked.mesh.as_ref()).map(Fleet::new);
    let atlas = cluster::atlas(fleet_before.iter().chain([&fleet]));
    let (_held_tree, folder, entries);
    let old = if args.against.is_some() {
        Old::compiled(fleet_before)
    } else {
        _held_tree = input.hold_tree(&root, machine, Use::Read)?;
        folder = Folder::open_below(&input.folder, &root, &shown)?;
        entries = folder.entries()?;
        Old::tree(&folder, &entries)
    };
    let mut list = List::new(&input, &shown, machine.stdout, args.detail());
    let mut json = (args.format == Format::Json).then(json::Output::default);
    let context = (!args.semantic).then_some(args.unified.unwrap_or(CONTEXT));
    let mut markdown = (args.format == Format::Markdown).then(|| Details::new(places, context));
    let mut review = Review::default();
    let document = Document::parse(&input.source, &mut Report::new());
    let (mut clusters, mut files, mut foreign) = (0, 0, Vec::new());
    let ids = input::clusters(&args.cluster, mesh)?;
    let names = cluster::names(&ids, mesh.mesh(), Some(&old).filter(|_| args.cluster.is_empty()));
    cluster::compare_each(&names, &fleet, &document, &old, &atlas, |name, id, compared| {
        clusters += usize::from(id.is_some() || !compared.changes.is_empty());
        files += compared.files;
        for path in &compared.in_the_way {
            let path = unified::visible(path);
            answer.stderr.push_str(&format!(
                "warning: {shown}/{path} is not cwc's file; cwc build stops until it is moved away\n"
            ));
        }
        list.add_cluster(name, &compared);
        review.add(name, &compared);
        json.iter_mut().for_each(|json| json.add(name, &compared, &places, &paths));
        markdown.iter_mut().for_each(|details| details.add(name, &compared));
        foreign.extend(compared.foreign);
    })?;
    if args.against.is_none() && input.lock.is_none() && files > 0 {
        answer.stderr.push_str("warning: mesh.lock is gone; cwc build does not go on without it\n");
    }
    let locked = lock_changes(args, &input, committed.as_ref(), &document, &mesh.mesh().lock);
    list.add_lock(&machine.shown(&input.lock_path()), &locked);
    answer.stderr.push_str(&foreign_note(&foreign, &shown));
    if list.has_line_endings() {
        let note = "note: git changed line endings at checkout; cwc build says how to stop it\n";
        answer.stderr.push_str(note);
    }
    let differs = !list.is_empty();
    if !differs {
        let (clusters, files) = (counted(clusters, "cluster"), counted(files, "file"));
        answer.stderr.push_str(&format!("ok: no difference: {clusters}, {files}\n"));
    }
    // What the status is follows from the difference alone, before it is decided how it is written.
    let fails = if args.fail_on.is_empty() { differs } else { review.fails(&args.fail_on) };
    if fails && !args.exit_zero {
        answer.status = Status::No;
    }
    let against = args.against.as_deref();
    if let Some(json) = json {
        let (review, fail_on, lock) = (&review, &args.fail_on, &locked);
        let about = json::About { against, clusters, review, fail_on, lock };
        answer.stdout = json.written(&about, &places, &paths);
        return Ok(answer);
    }
    if let Some(details) = markdown {
        let heading = match against {
            None => "What a build would change".to_owned(),
            Some(revision) => format!("What changes since {revision}"),
        };
        let counts = if differs { list.counts(clusters) } else { "Nothing changes.".to_owned() };
        answer.stdout = details.written(&counts, &review, &locked, &heading);
        return Ok(answer);
    }
    let listing = Listing {
        command: "diff",
        examined: vec![paths.of(input.source.path())],
        changes: review.findings(&places, &paths, &args.fail_on, fails && !args.exit_zero),
        full: if differs {
            list.drawn(clusters, &review.drawn(&places, machine.stdout))
        } else {
            String::new()
        },
        ..Listing::default()
    };
    answer.stdout = args.format.write(&listing);
    Ok(answer)
}

/// The answer where a document has errors.
fn invalid(args: &Args, input: &Input, paths: &Paths, machine: &Machine) -> Answer {
    let mut answer = Answer::new(Status::Failed);
    let mut listing = Listing { command: "diff", ..Listing::default() };
    listing.add(input, paths, false, machine);
    answer.stdout = match args.format {
        Format::Json => json::invalid(args.against.as_deref(), &listing.diagnostics),
        format => format.write(&listing),
    };
    answer.stderr = format!("{}\nnothing was compared\n", text::footer(&input.checked.report));
    answer
}

/// What changes in the lock: in the file, or since the commit that is compared with.
fn lock_changes(
    args: &Args,
    input: &Input,
    committed: Option<&Input>,
    document: &Document,
    new: &Lock,
) -> LockChanges {
    let before = committed.and_then(|before| before.checked.mesh.as_ref());
    let before = before.map(|mesh| Source::new("mesh.lock", &mesh.mesh().lock.text()));
    let mut changes = if args.against.is_some() {
        let nothing = Source::new("mesh.lock", &Lock::default().text());
        lock::compare(Some(before.as_ref().unwrap_or(&nothing)), new)
    } else {
        lock::compare(input.lock.as_ref(), new)
    };
    for name in &mut changes.names {
        let said = name.new.and_then(|address| origin::of_address(document, address));
        name.origin = said.or(name.origin);
    }
    changes
}

impl Args {
    fn detail(&self) -> Detail {
        match (self.name_only, self.stat, self.semantic) {
            (true, ..) => Detail::Names,
            (_, true, _) => Detail::Counts,
            (.., true) => Detail::Fields,
            _ => Detail::Text(self.unified.unwrap_or(CONTEXT)),
        }
    }
}

/// Of possible values, so that shells complete them and a mistyped one is told from the one that was meant.
fn fail_on() -> impl TypedValueParser<Value = FailOn> {
    let words = PossibleValuesParser::new(FailOn::words());
    words.try_map(|word| FailOn::of(&word).ok_or("there is no such class"))
}

/// Names the files that are nobody's business here, once.
fn foreign_note(foreign: &[String], shown: &str) -> String {
    const NAMED: usize = 5;
    if foreign.is_empty() {
        return String::new();
    }
    let mut names: Vec<String> =
        foreign.iter().take(NAMED).map(|path| unified::visible(path)).collect();
    let rest = foreign.len() - names.len();
    if rest > 0 {
        names.push(format!("and {rest} more"));
    }
    let (files, are) =
        (counted(foreign.len(), "file"), if foreign.len() == 1 { "is" } else { "are" });
    format!("note: {files} in {shown} {are} not cwc's, and left alone: {}\n", names.join(", "))
}
