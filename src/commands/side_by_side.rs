//! The same work for many items, on several threads.
//!
//! Enters: items and the work for one. Leaves: the results in the items' order, so that nothing shows how many threads there were.

use std::num::NonZero;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

/// The threads to use: those that were asked for, or one a processor.
pub(super) fn threads(asked: Option<NonZero<usize>>) -> usize {
    let processors = || thread::available_parallelism().unwrap_or(NonZero::<usize>::MIN);
    asked.unwrap_or_else(processors).get()
}

/// Does the work for each item; of several errors the one of the first item counts.
///
/// Items are begun in order and none after an error, so whatever the threads' pace, every item before the first that fails was done.
pub(super) fn try_map<T: Sync, R: Send, E: Send>(
    threads: usize,
    items: &[T],
    work: impl Fn(&T) -> Result<R, E> + Sync,
) -> Result<Vec<R>, E> {
    let (next, failed) = (AtomicUsize::new(0), AtomicBool::new(false));
    let one_thread = || {
        let mut done = Vec::new();
        while !failed.load(Ordering::Relaxed) {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(index) else { break };
            let result = work(item);
            failed.fetch_or(result.is_err(), Ordering::Relaxed);
            done.push((index, result));
        }
        done
    };
    let mut done = thread::scope(|scope| {
        let others: Vec<_> =
            (1..threads.min(items.len())).map(|_| scope.spawn(one_thread)).collect();
        let mut done = one_thread();
        for other in others {
            match other.join() {
                Ok(part) => done.extend(part),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done
    });
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_items() {
        let items: Vec<u32> = (0..1000).collect();
        for threads in [1, 2, 16] {
            let doubled = try_map(threads, &items, |item| Ok::<_, ()>(item * 2)).unwrap();
            assert!(doubled.iter().enumerate().all(|(index, value)| *value as usize == index * 2));
        }
    }

    #[test]
    fn the_first_items_error_counts() {
        let items: Vec<u32> = (0..1000).collect();
        for _ in 0..200 {
            let fails = |item: &u32| if *item % 7 == 6 { Err(*item) } else { Ok(()) };
            assert_eq!(try_map(8, &items, fails).unwrap_err(), 6);
        }
    }
}
