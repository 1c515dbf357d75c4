//! A call as a drawing: each step below the one that leads to it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::commands::input::Input;
use crate::mesh::Mesh;
use crate::report::text::Style;
use crate::span::{File, Span};
use crate::trace::{Arrival, Branch, Call, How, Outcome, Pods, Step, What, Who};

/// The drawing, with what comes of it all below.
pub(in crate::commands) fn drawn(
    call: &Call,
    step: &Step,
    outcome: &Outcome<'_>,
    input: &Input,
    mesh: &Mesh,
    style: Style,
) -> String {
    let mut drawing = Drawing { text: String::new(), input, mesh, style };
    let from = [Some(&mesh[call.from.cluster].name), call.from.namespace.as_ref()];
    let from = from.into_iter().chain([call.from.account.as_ref()]).flatten();
    let from = from.map(String::as_str).collect::<Vec<&str>>().join("/");
    let down = call.down.iter().map(|id| mesh[*id].name.as_str()).collect::<Vec<&str>>();
    let down = if down.is_empty() { String::new() } else { format!(", {} down", down.join(", ")) };
    let _ = writeln!(drawing.text, "{from} calls {}:{}{down}\n", call.host, call.port);
    drawing.step(step, "", "", "");
    drawing.text.push('\n');
    for arrival in &outcome.reached {
        drawing.arrival(arrival);
    }
    if let Some((share, why)) = outcome.lost {
        let _ = writeln!(drawing.text, "lost: {}, {why}", percent(share));
    }
    drawing.text
}

struct Drawing<'d> {
    text: String,
    input: &'d Input,
    mesh: &'d Mesh,
    style: Style,
}

impl Drawing<'_> {
    /// A step with all below it; `first` is drawn before its line, `rest` before those that follow.
    fn step(&mut self, step: &Step, first: &str, rest: &str, label: &str) {
        let (head, details) = self.words(step);
        let from = step.place.map(|place| format!("  ({})", self.place(place)));
        let _ = writeln!(self.text, "{first}{label}{head}{}", from.unwrap_or_default());
        let bar = if step.to.is_empty() { "  " } else { self.glyphs().2 };
        for detail in details {
            let _ = writeln!(self.text, "{rest}{bar}  {detail}");
        }
        let (tee, corner, bar) = self.glyphs();
        let ranked = step.to.iter().any(|branch| branch.turn > 0);
        let several = step.to.len() > 1;
        for (at, branch) in step.to.iter().enumerate() {
            let last = at + 1 == step.to.len();
            let own = if last { corner } else { tee };
            let below = if last { "  " } else { bar };
            let label = if several { label_of(branch, ranked) } else { String::new() };
            let (first, rest) = (format!("{rest}{own} "), format!("{rest}{below} "));
            self.step(&branch.step, &first, &rest, &label);
        }
    }

    /// What stands before a way, before the last one, and beside what lies below one that is not the last.
    fn glyphs(&self) -> (&'static str, &'static str, &'static str) {
        if self.style.unicode { ("├─", "└─", "│ ") } else { ("|-", "`-", "| ") }
    }

    fn place(&self, place: Span) -> String {
        let source = self.input.sources().of(place.file);
        let name = match place.file {
            File::Mesh => self.input.file_name(),
            File::Lock => "mesh.lock".to_owned(),
        };
        format!("{name}:{}", source.position(place.range().start).line)
    }

    /// A step's headline, and what else there is to say.
    fn words(&self, step: &Step) -> (String, Vec<String>) {
        match &step.what {
            What::Name { host, address, protocol } => {
                let address = address.map(|address| format!(" is {address}"));
                (format!("{host}{}, {protocol}", address.unwrap_or_default()), Vec::new())
            }
            What::Route { number: (number, count), done } => {
                let head = match count {
                    1 => "the one route".to_owned(),
                    count => format!("route {number} of {count}"),
                };
                (head, done.clone())
            }
            What::By { host } => (host.clone(), Vec::new()),
            What::Gateway { cluster, egress, selector, at: (address, port), how, who } => {
                let which = if *egress { "egress gateway" } else { "gateway" };
                let name = &self.mesh[*cluster].name;
                let how = match how {
                    How::Passed(sni) => format!("passes it on unread by its SNI {sni}"),
                    How::Mutual(sni) => format!("mutual TLS, SNI {sni}, ends there"),
                    How::Plain => "takes it in plain text, by its Host".to_owned(),
                };
                let head = format!("{which} of {name}, {address}:{port}");
                let only = match who {
                    Who::Everyone => None,
                    Who::Only(some) => Some(format!("only {} may call", some.join(", "))),
                };
                let how = format!("pods {}; {how}", labels(selector));
                (head, [Some(how), only].into_iter().flatten().collect())
            }
            What::Pods { cluster, pods, port, how, who } => {
                let name = &self.mesh[*cluster].name;
                let head = match pods {
                    Pods::Of(host) => format!("pods of {name}, {host}:{port}"),
                    Pods::With(namespace, selector) => {
                        format!("pods of {name}, {} in {namespace}, port {port}", labels(selector))
                    }
                };
                let how = match how {
                    How::Mutual(sni) | How::Passed(sni) => format!("mutual TLS, SNI {sni}"),
                    How::Plain => "plain text".to_owned(),
                };
                let who = match who {
                    Who::Everyone => "everyone may call".to_owned(),
                    Who::Only(some) => format!("only {} may call", some.join(", ")),
                };
                (head, vec![how, who])
            }
            What::Dead { why } => (format!("ends here: {why}"), Vec::new()),
        }
    }

    fn arrival(&mut self, arrival: &Arrival<'_>) {
        let What::Pods { cluster, pods, .. } = &arrival.step.what else { return };
        let through: Vec<&str> =
            arrival.through.iter().map(|id| self.mesh[*id].name.as_str()).collect();
        let through = match through.as_slice() {
            [] => String::new(),
            [one] => format!(", through the gateway of {one}"),
            some => format!(", through the gateways of {}", some.join(", ")),
        };
        let pods = match pods {
            Pods::Of(host) => host.clone(),
            Pods::With(_, selector) => labels(selector),
        };
        let (share, name) = (percent(arrival.share), &self.mesh[*cluster].name);
        let _ = writeln!(self.text, "arrives: {share} in {name}, {pods}{through}");
    }
}

fn label_of(branch: &Branch, ranked: bool) -> String {
    let share = percent(branch.share);
    match (ranked, branch.turn) {
        (false, _) => format!("{share}: "),
        (true, turn) if branch.share > 0.0 => format!("{}, {share}: ", ordinal(turn + 1)),
        (true, turn) => format!("{}: ", ordinal(turn + 1)),
    }
}

fn ordinal(number: usize) -> String {
    let ending = match (number % 10, number % 100) {
        (1, rest) if rest != 11 => "st",
        (2, rest) if rest != 12 => "nd",
        (3, rest) if rest != 13 => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

fn percent(share: f64) -> String {
    let text = format!("{:.1}", share * 100.0);
    format!("{} %", text.strip_suffix(".0").unwrap_or(&text))
}

fn labels(selector: &BTreeMap<String, String>) -> String {
    selector.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<String>>().join(",")
}
