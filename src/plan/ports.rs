//! Which of a service's ports are meant.
//!
//! A name that only some calls go to, by a route for one port, stands for these ports alone: a gateway lets in whatever its names stand for.

use std::collections::BTreeSet;

use crate::mesh::{Port, Service};

/// Some ports of a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ports {
    /// All of them.
    All,
    /// These, by index.
    These(BTreeSet<usize>),
}

impl Ports {
    /// None of them.
    #[must_use]
    pub fn none() -> Self {
        Self::These(BTreeSet::new())
    }

    /// Adds one.
    pub(super) fn insert(&mut self, index: usize) {
        if let Self::These(own) = self {
            own.insert(index);
        }
    }

    /// Adds others.
    pub(super) fn add(&mut self, others: &Self) {
        match (&mut *self, others) {
            (Self::All, _) => {}
            (Self::These(_), Self::All) => *self = Self::All,
            (Self::These(own), Self::These(others)) => own.extend(others),
        }
    }

    /// Leaves out those that are not wanted.
    pub(super) fn retain(&mut self, service: &Service, wanted: impl Fn(&Port) -> bool) {
        if !self.of(service).all(|(_, port)| wanted(port)) {
            let kept = self.of(service).filter(|(_, port)| wanted(port));
            *self = Self::These(kept.map(|(index, _)| index).collect());
        }
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::These(own) if own.is_empty())
    }

    /// Whether a port is among them.
    #[must_use]
    pub fn has(&self, index: usize) -> bool {
        match self {
            Self::All => true,
            Self::These(own) => own.contains(&index),
        }
    }

    /// The ports, each with its index among all of the service.
    pub fn of<'s>(&self, service: &'s Service) -> impl Iterator<Item = (usize, &'s Port)> {
        service.ports.iter().enumerate().filter(|(index, _)| self.has(*index))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_swallows_whatever_is_added() {
        let mut ports = Ports::none();
        assert!(ports.is_empty());
        ports.insert(1);
        assert!(ports.has(1) && !ports.has(0) && !ports.is_empty());
        ports.add(&Ports::All);
        ports.add(&Ports::none());
        assert_eq!(ports, Ports::All);
    }
}
