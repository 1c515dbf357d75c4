//! What holds for every document: addresses never move, the order of tables has no effect, and no text stops the reader.
//!
//! The documents are made by a generator with a fixed seed, so that a failure can be repeated; each message says the step.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may panic")]

#[path = "properties/addresses.rs"]
mod addresses;
#[path = "../fuzz/src/drawn.rs"]
mod drawn;
#[path = "properties/mutations.rs"]
mod mutations;
#[path = "properties/order.rs"]
mod order;
#[path = "properties/shared.rs"]
mod shared;

/// A stream of numbers that looks random and is the same in every run: `SplitMix64`.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`, which is above zero.
    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit as u64).unwrap()
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for index in (1..items.len()).rev() {
            items.swap(index, self.below(index + 1));
        }
    }
}
