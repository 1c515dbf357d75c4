//! Addresses for names: what the document says, what the lock holds, and for the rest the slot that the name's hash prefers.
//!
//! Enters: names in sorted order, the lock, the pool. Leaves: an address for each name and the lock as it is to be written. An address
//! that a name has never moves because of another name; one that a removed name had is not given away.

use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;

use ipnet::Ipv4Net;

use super::{Lock, Settings};
use crate::report::Report;
use crate::rules::{
    duplicate_vip, pool_exhausted, reserved_range, reserved_vip, vip_moved, vip_outside_pool,
};
use crate::span::{Span, Spanned};

/// The range out of which Istio gives addresses itself: `PILOT_IP_AUTOALLOCATE_IPV4_PREFIX` in `pilot/pkg/features/pilot.go`.
pub const ISTIO_POOL: Ipv4Net = Ipv4Net::new_assert(Ipv4Addr::new(240, 240, 0, 0), 16);

/// The pool where the document says none.
pub const DEFAULT_POOL: Ipv4Net = Ipv4Net::new_assert(Ipv4Addr::new(240, 0, 0, 0), 12);

/// A name that wants an address.
pub struct Wanted {
    /// The name.
    pub host: String,
    /// Where the document says it.
    pub span: Span,
    /// The address that the document says for it.
    pub vip: Option<Spanned<Ipv4Addr>>,
}

/// Where addresses are taken from.
#[derive(Clone, Copy)]
pub struct Room<'s> {
    /// The range.
    pub pool: &'s Spanned<Ipv4Net>,
    /// What of it somebody else uses.
    pub reserved: &'s [Spanned<Ipv4Net>],
}

impl<'s> Room<'s> {
    /// As the document says.
    #[must_use]
    pub fn of(settings: &'s Settings) -> Self {
        Self { pool: &settings.vip_pool, reserved: &settings.reserved }
    }

    /// The range of somebody else that an address lies in.
    #[must_use]
    pub fn reserved_at(self, address: Ipv4Addr) -> Option<&'s Spanned<Ipv4Net>> {
        self.reserved.iter().find(|range| range.contains(&address))
    }
}

/// Gives each wanted name its address; names are unique. The lock grows by the new ones.
pub fn allocate(
    wanted: &[Wanted],
    room: Room<'_>,
    lock: &mut Lock,
    report: &mut Report,
) -> BTreeMap<String, Ipv4Addr> {
    let pool = room.pool;
    let live: BTreeSet<&str> = wanted.iter().map(|name| name.host.as_str()).collect();
    let mut given = BTreeMap::new();
    explicit(wanted, room, &live, lock, &mut given, report);
    for name in wanted {
        if let (false, Some(address)) = (given.contains_key(&name.host), lock.get(&name.host)) {
            if !pool.contains(&address.value) {
                report.push(vip_outside_pool::locked(address, &name.host, pool));
            } else if let Some(range) = room.reserved_at(address.value) {
                report.push(reserved_range::locked(address, &name.host, range));
            }
            given.insert(name.host.clone(), address.value);
        }
    }
    let held = lock.iter().map(|(_, address)| address.value);
    let mut taken: BTreeSet<Ipv4Addr> = held.chain(given.values().copied()).collect();
    let mut fresh: Vec<&Wanted> =
        wanted.iter().filter(|name| !given.contains_key(&name.host)).collect();
    fresh.sort_by(|one, two| one.host.cmp(&two.host));
    for (index, name) in fresh.iter().enumerate() {
        let Some(address) = free_slot(&name.host, room, &taken) else {
            let all = |range: &&Spanned<Ipv4Net>| range.contains(&pool.value);
            if let Some(range) = room.reserved.iter().find(all) {
                report.push(reserved_range::whole_pool(pool, range));
                break;
            }
            report.push(pool_exhausted::found(pool, taken.len(), fresh.len() - index, name.span));
            break;
        };
        taken.insert(address);
        given.insert(name.host.clone(), address);
    }
    for name in wanted {
        let held = lock.get(&name.host).map(|locked| locked.value);
        if let Some(address) = given.get(&name.host).filter(|address| held != Some(**address)) {
            lock.insert(name.host.clone(), Spanned::new(*address, name.span));
        }
    }
    given
}

/// The addresses that the document says.
fn explicit(
    wanted: &[Wanted],
    room: Room<'_>,
    live: &BTreeSet<&str>,
    lock: &Lock,
    given: &mut BTreeMap<String, Ipv4Addr>,
    report: &mut Report,
) {
    let pool = room.pool;
    let holders: BTreeMap<Ipv4Addr, (&str, Span)> =
        lock.iter().map(|(name, address)| (address.value, (name, address.span))).collect();
    let mut said: BTreeMap<Ipv4Addr, (&str, Span)> = BTreeMap::new();
    let mut written: Vec<(&Wanted, &Spanned<Ipv4Addr>)> =
        wanted.iter().filter_map(|name| Some((name, name.vip.as_ref()?))).collect();
    written.sort_by_key(|(_, vip)| vip.span);
    for (name, vip) in written {
        let holder = holders.get(&vip.value).filter(|(holder, _)| *holder != name.host);
        if let Some((other, span)) = said.get(&vip.value) {
            report.push(duplicate_vip::said_twice(vip, &name.host, other, *span));
        } else if !is_usable(vip.value, pool) && pool.contains(&vip.value)
            || reserved_vip::range_of(vip.value).is_some()
        {
            report.push(reserved_vip::found(vip, &name.host));
        } else if !pool.contains(&vip.value) {
            report.push(vip_outside_pool::said(vip, &name.host, pool));
        } else if let Some(range) = room.reserved_at(vip.value) {
            report.push(reserved_range::said(vip, &name.host, range));
        } else if let Some((other, span)) = holder {
            report.push(duplicate_vip::held(vip, &name.host, other, *span, live.contains(other)));
        } else if let Some(locked) = lock.get(&name.host).filter(|held| held.value != vip.value) {
            report.push(vip_moved::found(vip, &name.host, locked));
        }
        said.entry(vip.value).or_insert((&name.host, vip.span));
        given.insert(name.host.clone(), vip.value);
    }
}

/// The slot that the name's hash prefers, or the next one that is free.
fn free_slot(name: &str, room: Room<'_>, taken: &BTreeSet<Ipv4Addr>) -> Option<Ipv4Addr> {
    let pool = room.pool;
    let size = 1_u64 << (32 - u32::from(pool.prefix_len()));
    let first = u64::from(u32::from(pool.network()));
    let preferred = fnv1a(name) % size;
    let mut step = 0;
    while step < size {
        let address = u32::try_from(first + (preferred + step) % size).ok().map(Ipv4Addr::from)?;
        if let Some(range) = room.reserved_at(address) {
            // Past its end at once: it may hold millions.
            let last = range.broadcast().min(pool.broadcast());
            step += u64::from(u32::from(last) - u32::from(address)) + 1;
        } else if is_usable(address, pool) && !taken.contains(&address) {
            return Some(address);
        } else {
            step += 1;
        }
    }
    None
}

/// Whether an address of the pool may be given: not its first or last, and none that looks like a network or broadcast address.
fn is_usable(address: Ipv4Addr, pool: &Ipv4Net) -> bool {
    let edge = address == pool.network() || address == pool.broadcast();
    !edge && !matches!(address.octets(), [.., 0 | 255])
}

/// FNV-1a, 64 bits, folded. Written out because a slot, once preferred, must be so in every release: the hash is part of the format.
fn fnv1a(text: &str) -> u64 {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    hash ^ (hash >> 32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::File;

    #[test]
    fn the_hash_is_the_published_one() {
        // From the test vectors of the FNV reference: FNV-1a 64 of "" and "a", before folding.
        let unfold = |folded: u64| folded ^ (folded >> 32);
        assert_eq!(unfold(fnv1a("")), 0xcbf2_9ce4_8422_2325);
        assert_eq!(unfold(fnv1a("a")), 0xaf63_dc4c_8601_ec8c);
    }

    #[test]
    fn edges_are_not_given() {
        assert_eq!(all("240.0.0.0/30", &[]), ["240.0.0.1", "240.0.0.2"]);
    }

    #[test]
    fn what_somebody_else_uses_is_not_given_and_all_the_rest_is() {
        assert_eq!(
            all("240.0.0.8/29", &["240.0.0.10/31"]).join(" "),
            "240.0.0.9 240.0.0.12 240.0.0.13 240.0.0.14"
        );
        // A range that begins in the pool and ends far behind it hides nothing before it.
        assert_eq!(
            all("240.0.0.8/29", &["240.0.0.12/30"]),
            ["240.0.0.9", "240.0.0.10", "240.0.0.11"]
        );
        assert_eq!(all("240.0.0.8/29", &["240.0.0.0/8"]), [""; 0]);
    }

    #[test]
    fn a_name_gets_the_slot_that_its_hash_prefers_or_the_next_one() {
        let pool = spanned("240.0.0.0/12");
        let slot = |taken: &[&str]| {
            let taken = taken.iter().map(|address| address.parse().unwrap()).collect();
            let room = Room { pool: &pool, reserved: &[] };
            free_slot("reviews.bookinfo.global", room, &taken).unwrap().to_string()
        };
        // FNV-1a, computed elsewhere, is 0x4e43a777440481f2; folded, modulo 2^20: 0x72685.
        assert_eq!(slot(&[]), "240.7.38.133");
        assert_eq!(slot(&["240.7.38.134"]), "240.7.38.133");
        assert_eq!(slot(&["240.7.38.133", "240.7.38.134"]), "240.7.38.135");
    }

    /// Every address that a pool gives.
    fn all(pool: &str, reserved: &[&str]) -> Vec<String> {
        let (pool, reserved) =
            (spanned(pool), reserved.iter().map(|range| spanned(range)).collect::<Vec<_>>());
        let mut taken = BTreeSet::new();
        while let Some(address) = free_slot("x", Room { pool: &pool, reserved: &reserved }, &taken)
        {
            taken.insert(address);
        }
        taken.iter().map(ToString::to_string).collect()
    }

    fn spanned(range: &str) -> Spanned<Ipv4Net> {
        Spanned::new(range.parse().unwrap(), Span::new(File::Mesh, 0..0))
    }
}
