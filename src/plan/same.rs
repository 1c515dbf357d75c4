//! Whether two clusters need the very same for a service.
//!
//! What is of the mesh is the same if it stands at the same place in memory: both plans are of one mesh, and a text is not compared with itself.
//! Every type is taken apart field by field, so that a field that is added cannot be forgotten here.

use std::ptr;

use super::{Choice, Guard, Reading, Relay, RouteHost, RoutePlan, ServicePlan, Stand, Target, Way};

impl ServicePlan<'_> {
    /// Whether the other plan, of the same mesh, says the same.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        let Self {
            service,
            place,
            home,
            namespaces,
            istio,
            choice,
            discovered,
            entry,
            sni_name,
            reading,
            relays,
            routes,
            guard,
        } = self;
        ptr::eq(*service, other.service)
            && place == &other.place
            && choice.is_same(&other.choice)
            && home == &other.home
            && namespaces == &other.namespaces
            && istio == &other.istio
            && is_one(*discovered, other.discovered)
            && entry == &other.entry
            && sni_name == &other.sni_name
            && both(reading.as_ref(), other.reading.as_ref(), Reading::is_same)
            && all(relays, &other.relays, Relay::is_same)
            && all(routes, &other.routes, RoutePlan::is_same)
            && both(guard.as_ref(), other.guard.as_ref(), Guard::eq)
    }
}

impl Choice<'_> {
    fn is_same(&self, other: &Self) -> bool {
        let Self { ways, order, only } = self;
        all(ways, &other.ways, Way::is_same) && order == &other.order && is_one(*only, other.only)
    }
}

impl Way<'_> {
    fn is_same(&self, other: &Self) -> bool {
        let Self { target, address, is_ip, locality, weight, origin } = self;
        target.is_same(&other.target)
            && (address, is_ip, locality) == (&other.address, &other.is_ip, &other.locality)
            && (weight, origin) == (&other.weight, &other.origin)
    }
}

impl Target<'_> {
    fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Local(own), Self::Local(other)) | (Self::Direct(own), Self::Direct(other)) => {
                ptr::eq(*own, *other)
            }
            (Self::Gateway { port }, Self::Gateway { port: other }) => port == other,
            (Self::Open, Self::Open) => true,
            (Self::Local(_) | Self::Direct(_) | Self::Gateway { .. } | Self::Open, _) => false,
        }
    }
}

impl Reading<'_> {
    fn is_same(&self, other: &Self) -> bool {
        let Self { gateway, backend, entry, refused } = self;
        ptr::eq(*gateway, other.gateway)
            && ptr::eq(*backend, other.backend)
            && (entry, refused) == (&other.entry, &other.refused)
    }
}

impl Relay<'_> {
    fn is_same(&self, other: &Self) -> bool {
        let Self { name, pin, stand, ports, sides, gateway_namespaces, for_routes, vip, sni_name } =
            self;
        name == &other.name
            && is_one(*pin, other.pin)
            && stand.is_same(&other.stand)
            && (ports, sides) == (&other.ports, &other.sides)
            && gateway_namespaces == &other.gateway_namespaces
            && (for_routes, vip, sni_name) == (&other.for_routes, &other.vip, &other.sni_name)
    }
}

impl Stand<'_> {
    fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Ways(own), Self::Ways(other)) => own.is_same(other),
            (Self::Pods(own, backend), Self::Pods(other, of_other)) => {
                own == other && ptr::eq(*backend, *of_other)
            }
            (Self::Ways(_) | Self::Pods(..), _) => false,
        }
    }
}

impl RoutePlan<'_> {
    fn is_same(&self, other: &Self) -> bool {
        let Self { route, namespaces, to, mirror } = self;
        let share = |own: &(RouteHost<'_>, u32), other: &(RouteHost<'_>, u32)| {
            own.0.is_same(&other.0) && own.1 == other.1
        };
        ptr::eq(*route, other.route)
            && namespaces == &other.namespaces
            && all(to, &other.to, share)
            && both(mirror.as_ref(), other.mirror.as_ref(), share)
    }
}

impl RouteHost<'_> {
    fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Itself, Self::Itself) => true,
            (Self::Pin(own, name), Self::Pin(other, of_other)) => (own, name) == (other, of_other),
            (Self::Service(own), Self::Service(other)) => ptr::eq(*own, *other),
            (Self::Itself | Self::Pin(..) | Self::Service(_), _) => false,
        }
    }
}

fn is_one<T>(own: Option<&T>, other: Option<&T>) -> bool {
    both(own, other, |own, other| ptr::eq(own, other))
}

fn both<T>(own: Option<&T>, other: Option<&T>, same: impl Fn(&T, &T) -> bool) -> bool {
    match (own, other) {
        (Some(own), Some(other)) => same(own, other),
        (own, other) => own.is_none() && other.is_none(),
    }
}

fn all<T>(own: &[T], other: &[T], same: impl Fn(&T, &T) -> bool) -> bool {
    own.len() == other.len() && own.iter().zip(other).all(|(own, other)| same(own, other))
}
