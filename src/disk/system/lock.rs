//! The lock that the system keeps on an open folder, and forgets with the process, however that ends.
//!
//! Enters: a folder. Leaves: the lock, or that somebody else has it, and who. Nothing is written: there is no file that git could find, or that
//! could stay behind.

use std::fs::{self, TryLockError};
use std::io;
use std::path::Path;

use super::fault;

/// A lock that is held until this is dropped.
#[derive(Debug)]
pub(in crate::disk) struct Lock(
    #[expect(dead_code, reason = "the lock goes with the file")] fs::File,
);

/// What came of asking for a lock.
#[derive(Debug)]
pub(in crate::disk) enum Taken {
    /// It is ours.
    Yes(Lock),
    /// Somebody has it.
    No,
    /// There are no locks here: Windows has none on folders, and some network file systems none at all.
    Never,
}

impl Lock {
    /// Asks for the lock of a folder, without waiting: alone, or together with others who do not want it alone.
    pub(in crate::disk) fn take(folder: &Path, alone: bool) -> Taken {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let Ok(file) = fault::step("open", || fs::File::open(folder)) else { return Taken::Never };
        let taken = fault::step("lock", || {
            match if alone { file.try_lock() } else { file.try_lock_shared() } {
                Ok(()) => Ok(true),
                Err(TryLockError::WouldBlock) => Ok(false),
                Err(TryLockError::Error(error)) => Err(error),
            }
        });
        match taken {
            Ok(true) => Taken::Yes(Self(file)),
            Ok(false) => Taken::No,
            Err(_) => Taken::Never,
        }
    }
}

/// The process that has the lock of a folder, where the system says it.
#[cfg(target_os = "linux")]
pub(in crate::disk) fn holder(folder: &Path) -> io::Result<Option<String>> {
    use std::os::unix::fs::MetadataExt as _;
    let inode = fault::step("look at", || fs::metadata(folder))?.ino();
    let locks = fault::step("read", || fs::read_to_string("/proc/locks"))?;
    let Some(process) = process(&locks, inode) else { return Ok(None) };
    let name = fault::step("read", || fs::read_to_string(format!("/proc/{process}/comm")))?;
    Ok(Some(format!("{} with process number {process}", name.trim_end())))
}

/// Only Linux says it.
#[cfg(not(target_os = "linux"))]
pub(in crate::disk) fn holder(_: &Path) -> io::Result<Option<String>> {
    Ok(None)
}

/// The process that has a lock on a file, of the lines of `/proc/locks`: `1: FLOCK  ADVISORY  WRITE 4711 fe:00:1234 0 EOF`. Which device the file is
/// on is not asked: some file systems say another one here than everywhere else.
#[cfg(target_os = "linux")]
fn process(locks: &str, inode: u64) -> Option<u32> {
    locks.lines().find_map(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [_, "FLOCK", _, _, process, place, ..] = words[..] else { return None };
        let number = place.rsplit(':').next()?.parse::<u64>().ok()?;
        // 0 is a process that cannot be seen from here, in another container.
        process.parse().ok().filter(|process| number == inode && *process != 0)
    })
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn the_holder_is_found_by_the_files_number() {
        let locks = "1: POSIX  ADVISORY  WRITE 11 fe:00:77 0 EOF\n\
                     2: FLOCK  ADVISORY  WRITE 0 fe:00:77 0 EOF\n\
                     2: -> FLOCK  ADVISORY  WRITE 13 fe:00:77 0 EOF\n\
                     3: FLOCK  ADVISORY  READ 12 fe:00:77 0 EOF\n\
                     4: FLOCK  ADVISORY  WRITE 14 fe:00:78 0 EOF\n";
        assert_eq!(process(locks, 77), Some(12));
        assert_eq!(process(locks, 78), Some(14));
        assert_eq!(process(locks, 79), None);
    }
}
