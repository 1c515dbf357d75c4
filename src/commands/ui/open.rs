//! `--open`: the address in the user's browser.
//!
//! Enters: the server. Leaves: a file that leads to its address, begun to be shown. The address itself must not be an argument of any program: those of
//! all programs can be listed by all users of a machine, and whoever has it first is let in.

use std::thread;

use crate::commands::Machine;
use crate::disk::{Failure, Handed, open_by_system};
use crate::ui::Bound;

/// Has the address shown; the file that leads there, for as long as it is of use. Where that cannot be, a note says why, and the printed address is
/// there anyway.
pub(super) fn shown(bound: &Bound, machine: &Machine) -> Option<Handed> {
    let told = |failure: &dyn std::fmt::Display| {
        machine.warn(&format!(
            "note: no browser is opened, so open the address yourself: {failure}\n"
        ));
    };
    match handed(bound, machine) {
        Err(failure) => {
            told(&failure);
            None
        }
        Ok(handed) => match open_by_system(handed.path(), machine.browser().as_deref()) {
            Err(failure) => {
                told(&failure);
                None
            }
            Ok(mut child) => {
                let machine = machine.clone();
                // Some are gone at once, some stay as long as the browser does.
                thread::spawn(move || {
                    match child.wait() {
                    Ok(status) if status.success() => {}
                    _ => machine.warn("note: the program that opens the browser failed; if none is there, open the address yourself\n"),
                }
                });
                Some(handed)
            }
        },
    }
}

/// The file, in the first folder that takes it.
fn handed(bound: &Bound, machine: &Machine) -> Result<Handed, Failure> {
    let (folder, text) = bound.doorway()?;
    let mut last = Failure::new("there is no folder for passing files");
    for below in machine.passing_folders() {
        match Handed::new(&below, &folder, "cwc.html", &text) {
            Ok(handed) => return Ok(handed),
            Err(failure) => last = failure,
        }
    }
    Err(last)
}
