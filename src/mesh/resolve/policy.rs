//! Policies, merged: what stands nearest to the backend wins, key by key.

use std::time::Duration;

use crate::document::{BackendTable, KeepaliveTable, Key, OutlierTable, PoolTable, ServiceTable};
use crate::mesh::{Keepalive, Outlier, Ping, Pool, Requests, SaidPolicy};
use crate::span::Spanned;

/// The policy of calls to a service, or with `backend` of those that can go to that one only.
pub(super) fn policy(
    backend: Option<&BackendTable>,
    service: &ServiceTable,
    defaults: &ServiceTable,
) -> SaidPolicy {
    let outliers = [service.outlier.given(), defaults.outlier.given()];
    let pools =
        [backend.and_then(|table| table.pool.given()), service.pool.given(), defaults.pool.given()];
    let keepalives = [
        backend.and_then(|table| table.keepalive.given()),
        service.keepalive.given(),
        defaults.keepalive.given(),
    ];
    SaidPolicy {
        outlier: outlier(&outliers),
        pool: pool(&pools),
        keepalive: keepalive(&keepalives),
        ping: ping(&keepalives),
    }
}

fn outlier(tables: &[Option<&OutlierTable>]) -> Outlier {
    Outlier {
        errors: number(tables, |table| &table.errors).unwrap_or(5),
        interval: said(tables, |table| &table.interval).unwrap_or(Duration::from_secs(10)),
        eject: said(tables, |table| &table.eject).unwrap_or(Duration::from_secs(30)),
        max_percent: number(tables, |table| &table.max_percent).unwrap_or(100),
    }
}

fn pool(tables: &[Option<&PoolTable>]) -> Pool {
    Pool {
        connect_timeout: said(tables, |table| &table.connect_timeout),
        max_connections: number(tables, |table| &table.max_connections),
        requests: Requests {
            max: number(tables, |table| &table.max_requests),
            max_pending: number(tables, |table| &table.max_pending),
            max_per_connection: number(tables, |table| &table.max_requests_per_connection),
        },
    }
}

fn keepalive(tables: &[Option<&KeepaliveTable>]) -> Keepalive {
    Keepalive {
        time: said(tables, |table| &table.time),
        interval: said(tables, |table| &table.interval),
        probes: number(tables, |table| &table.probes),
    }
}

fn ping(tables: &[Option<&KeepaliveTable>]) -> Ping {
    Ping {
        interval: first(tables, |table| &table.ping),
        timeout: first(tables, |table| &table.ping_timeout),
    }
}

/// What the first of the tables says that says anything.
fn said<T, V: Copy>(tables: &[Option<&T>], get: fn(&T) -> &Key<Spanned<V>>) -> Option<V> {
    first(tables, get).map(|said| said.value)
}

/// The same, with its place.
fn first<T, V: Copy>(tables: &[Option<&T>], get: fn(&T) -> &Key<Spanned<V>>) -> Option<Spanned<V>> {
    let found = tables.iter().flatten().find_map(|table| get(table).given())?;
    Some(Spanned::new(found.value, found.span))
}

fn number<T>(tables: &[Option<&T>], get: fn(&T) -> &Key<Spanned<i64>>) -> Option<u32> {
    said(tables, get).and_then(|number| u32::try_from(number).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::{File, Span};

    fn key<V>(value: V) -> Key<Spanned<V>> {
        Key::Given(Spanned::new(value, Span::new(File::Mesh, 0..0)))
    }

    fn limits(connect_timeout: Option<u64>, max_connections: Option<i64>) -> Key<PoolTable> {
        Key::Given(PoolTable {
            connect_timeout: connect_timeout.map(Duration::from_secs).map_or(Key::Absent, key),
            max_connections: max_connections.map_or(Key::Absent, key),
            ..PoolTable::default()
        })
    }

    #[test]
    fn each_key_is_the_backends_then_the_services_then_the_defaults() {
        let defaults = ServiceTable { pool: limits(Some(1), Some(10)), ..ServiceTable::default() };
        let service = ServiceTable { pool: limits(Some(2), None), ..ServiceTable::default() };
        let backend = BackendTable { pool: limits(None, Some(30)), ..BackendTable::default() };
        let of = |backend: Option<&BackendTable>, service: &ServiceTable| {
            let pool = policy(backend, service, &defaults).pool;
            (pool.connect_timeout.map(|time| time.as_secs()), pool.max_connections)
        };
        assert_eq!(of(Some(&backend), &service), (Some(2), Some(30)));
        assert_eq!(of(None, &service), (Some(2), Some(10)));
        assert_eq!(of(None, &ServiceTable::default()), (Some(1), Some(10)));
    }
}
