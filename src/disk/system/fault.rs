//! Where a test lets an operation of the system fail, or the process end.
//!
//! Enters: an operation. Leaves: its result. Outside of tests of this crate there is nothing here but the call.

#[cfg(not(test))]
use std::io;

/// Does an operation; `what` names it.
#[cfg(not(test))]
#[inline]
pub(super) fn step<T>(
    _what: &'static str,
    operation: impl FnOnce() -> io::Result<T>,
) -> io::Result<T> {
    operation()
}

/// Writes bytes.
#[cfg(not(test))]
#[inline]
pub(super) fn write(
    bytes: &[u8],
    operation: impl FnOnce(&[u8]) -> io::Result<()>,
) -> io::Result<()> {
    operation(bytes)
}

/// Hands something to the disk.
#[cfg(not(test))]
#[inline]
pub(super) fn sync(operation: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
    operation()
}

#[cfg(test)]
pub(crate) use scripted::{Fault, Script};
#[cfg(test)]
pub(super) use scripted::{step, sync, write};

#[cfg(test)]
mod scripted {
    use std::cell::RefCell;
    use std::io;

    /// What happens at an operation.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(crate) enum Fault {
        /// It fails with this error of the system; a write after half of its bytes.
        Fails(i32),
        /// The process ends: neither it nor any later one is done. A write is done by half.
        Ends,
    }

    /// Errors as Linux and macOS number them.
    impl Fault {
        /// There is no such file.
        pub(crate) const ENOENT: Self = Self::Fails(2);
        /// The disk is broken.
        pub(crate) const EIO: Self = Self::Fails(5);
        /// It is not allowed.
        pub(crate) const EACCES: Self = Self::Fails(13);
        /// The disk is full.
        pub(crate) const ENOSPC: Self = Self::Fails(28);
    }

    /// What happens to the operations of this thread.
    #[derive(Debug, Default)]
    pub(crate) struct Script {
        /// Before how many operations the fault comes, and which.
        fault: Option<(usize, Fault)>,
        seen: Vec<&'static str>,
        ended: bool,
        hit: Option<&'static str>,
    }

    thread_local! {
        static SCRIPT: RefCell<Option<Script>> = const { RefCell::new(None) };
    }

    impl Script {
        /// Does some work under a script: what comes of it, which operations it took, and at which one the fault came, if it came.
        pub(crate) fn run<T>(
            fault: Option<(usize, Fault)>,
            work: impl FnOnce() -> T,
        ) -> (T, Vec<&'static str>, Option<&'static str>) {
            SCRIPT.set(Some(Self { fault, ..Self::default() }));
            let done = work();
            let script = SCRIPT.take().unwrap();
            (done, script.seen, script.hit)
        }

        /// The error that the next operation meets; whether it is the last thing that happens.
        fn next(&mut self, what: &'static str) -> Option<io::Error> {
            let number = self.seen.len();
            self.seen.push(what);
            let (_, fault) = self.fault.filter(|(at, _)| self.ended || *at == number)?;
            if !self.ended {
                self.hit = Some(what);
            }
            Some(match fault {
                Fault::Fails(error) => io::Error::from_raw_os_error(error),
                Fault::Ends => {
                    self.ended = true;
                    io::Error::other("the process has ended")
                }
            })
        }
    }

    /// The error that the next operation of this thread meets, and whether it still begins.
    fn next(what: &'static str) -> Option<(io::Error, bool)> {
        SCRIPT.with_borrow_mut(|script| {
            let script = script.as_mut()?;
            let begins = !script.ended;
            script.next(what).map(|error| (error, begins))
        })
    }

    pub(in super::super) fn step<T>(
        what: &'static str,
        operation: impl FnOnce() -> io::Result<T>,
    ) -> io::Result<T> {
        match next(what) {
            Some((error, _)) => Err(error),
            None => operation(),
        }
    }

    pub(in super::super) fn write(
        bytes: &[u8],
        operation: impl FnOnce(&[u8]) -> io::Result<()>,
    ) -> io::Result<()> {
        match next("write") {
            Some((error, true)) => {
                operation(&bytes[..bytes.len() / 2])?;
                Err(error)
            }
            Some((error, false)) => Err(error),
            None => operation(bytes),
        }
    }

    /// Under a script nothing waits for the disk.
    pub(in super::super) fn sync(operation: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
        match next("sync") {
            Some((error, _)) => Err(error),
            None if SCRIPT.with_borrow(Option::is_some) => Ok(()),
            None => operation(),
        }
    }
}
