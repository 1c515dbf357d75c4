//! One writer at a time, and no reader while one writes.
//!
//! Enters: a folder and what is about to be done with it. Leaves: a [`Hold`] on it, or a failure that names who has it. The lock is the system's, on the
//! folder itself: it leaves no file, and ends with the process.

use std::path::Path;
use std::thread;
use std::time::Duration;

use super::Failure;
use super::system::{Lock, Taken, holder};

/// How often a lock is asked for, and how long in between: 5 s in all. A build of 100 clusters with 1,000 services takes less.
const TRIES: usize = 500;
const BETWEEN: Duration = Duration::from_millis(10);

/// What somebody is about to do with a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// Read what belongs together: others may read, too.
    Read,
    /// Write: alone.
    Write,
}

/// A folder that is ours until this is dropped.
#[derive(Debug)]
pub struct Hold {
    _lock: Option<Lock>,
}

impl Hold {
    /// Waits a moment for a folder. Where there are no locks, or no folder, there is nothing to wait for.
    ///
    /// # Errors
    /// Where somebody else keeps it.
    pub fn on(folder: &Path, shown: &str, what: Use) -> Result<Self, Failure> {
        for turn in 0..TRIES {
            match Lock::take(folder, what == Use::Write) {
                Taken::Yes(lock) => return Ok(Self { _lock: Some(lock) }),
                Taken::Never => return Ok(Self { _lock: None }),
                Taken::No if turn + 1 < TRIES => thread::sleep(BETWEEN),
                Taken::No => {}
            }
        }
        let holder = holder(folder).ok().flatten();
        let holder = holder.map(|holder| crate::report::finding::tidy(&holder));
        let who = holder.unwrap_or_else(|| "another process".to_owned());
        let waited = TRIES * usize::try_from(BETWEEN.as_millis()).unwrap_or_default() / 1000;
        Err(Failure::new(format!("{shown} is in use: {who} holds its lock since {waited} s or more"))
            .help("another `cwc build` is writing, or `cwc diff` reading; run the command again when it is done"))
    }
}
