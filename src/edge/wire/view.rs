//! What of an order, of an event and of who did it each role sees.

use serde_json::{Map, Value};

use super::{Actor, ActorRole, Offer, Order, OrderDriver, OrderStub, OrderView, Place, Reach};
use crate::{
    domain::{
        self,
        actor::Role,
        event::Event,
        id::DriverId,
        order::{State, Status},
    },
    hub::{Hub, Viewer},
};

/// How an order looks to somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lens {
    /// All of it: its vendor, a dispatcher.
    Whole,
    /// All of it but how many others were asked: the driver who has it.
    Carried,
    /// What a driver may know before a claim.
    Offered,
    /// That another driver has it.
    Elsewhere,
}

impl Lens {
    /// How `order` looks to `viewer`.
    #[must_use]
    pub fn of(viewer: Viewer, order: &domain::order::Order) -> Lens {
        match viewer {
            Viewer::Admin | Viewer::Vendor(_) => Lens::Whole,
            Viewer::Driver(id) => Lens::for_driver(id, order),
        }
    }

    fn for_driver(id: DriverId, order: &domain::order::Order) -> Lens {
        match order.driver_id() {
            Some(holder) if holder == id => Lens::Carried,
            Some(_) => Lens::Elsewhere,
            None => Lens::Offered,
        }
    }

    /// The order through this lens. `public_url` is where the hub is reached from outside.
    #[must_use]
    pub fn view(self, order: &domain::order::Order, hub: &Hub, public_url: &str) -> OrderView {
        if self == Lens::Elsewhere {
            return OrderView::Stub(OrderStub {
                id: order.id,
                code: order.code.clone(),
                version: order.version,
                status: order.status(),
                zone: order.zone.clone(),
            });
        }
        let before_claim = self == Lens::Offered;
        let offer = order.state.offer().map(|offer| Offer {
            round: offer.round,
            zones: offer.zones.clone(),
            opened_at: offer.opened_at,
            expires_at: offer.expires_at,
            reach: (self == Lens::Whole).then(|| hub.reach(order).into()),
        });
        let driver = order.state.driver().map(|driver| OrderDriver {
            id: driver.id,
            name: driver.name.clone(),
            phone: driver.phone.clone(),
            vehicle: driver.vehicle.clone(),
            // Once it is done, where the driver goes is nobody's business.
            location: if order.status().is_closed() { None } else { hub.location(driver.id) },
            reach: (!order.status().is_closed()).then(|| hub.reach_of(driver.id)),
        });
        let (cancel_reason, proof) = match &order.state {
            State::Cancelled { reason, .. } => (Some(reason.clone()), None),
            State::Delivered { proof, .. } => (None, Some(proof.clone())),
            _ => (None, None),
        };
        let times = &order.times;
        OrderView::Order(Box::new(Order {
            id: order.id,
            code: order.code.clone(),
            external_id: order.external_id.clone(),
            version: order.version,
            status: order.status(),
            zone: order.zone.clone(),
            vendor: order.vendor.clone(),
            pickup: Place::from(&order.pickup),
            dropoff: order.dropoff.as_ref().map(|place| if before_claim { blurred(place) } else { Place::from(place) }),
            items: order.items.clone(),
            package_count: order.package_count,
            size: order.size,
            needs: order.needs.clone(),
            notes: order.notes.clone().filter(|_| !before_claim),
            cash_to_collect: order.cash_to_collect.clone(),
            driver_pay: order.driver_pay.clone(),
            prep_minutes: order.prep_minutes,
            pickup_code_required: order.pickup_code_required,
            driver,
            offer,
            problem: order.problem.clone().filter(|_| !before_claim),
            cancel_reason,
            proof: proof.filter(|_| self == Lens::Whole),
            tracking_url: (!before_claim).then(|| format!("{public_url}/track/{}", order.tracking_token)),
            submitted_at: times.submitted_at,
            scheduled_for: order.scheduled_for,
            auto_ready: order.auto_ready,
            ready_at: times.ready_at,
            assigned_at: times.assigned_at,
            arrived_at_pickup_at: times.arrived_at_pickup_at,
            picked_up_at: times.picked_up_at,
            arrived_at_dropoff_at: times.arrived_at_dropoff_at,
            delivered_at: times.delivered_at,
            closed_at: times.closed_at,
        }))
    }
}

/// A drop-off before the claim: near enough to judge the trip by.
fn blurred(place: &domain::order::Place) -> Place {
    let point = place.point.map(domain::geo::Point::blurred);
    Place { lat: point.map(|point| point.lat), lng: point.map(|point| point.lng), ..Place::default() }
}

impl From<crate::hub::Reach> for Reach {
    fn from(reach: crate::hub::Reach) -> Reach {
        let crate::hub::Reach { sent, delivered, seen, declined } = reach;
        Reach { sent, delivered, seen, declined }
    }
}

/// Who did it; a driver is not told who has an order that is not theirs.
#[must_use]
pub fn actor_view(actor: &domain::actor::Actor, lens: Option<Lens>) -> Option<Actor> {
    if lens == Some(Lens::Elsewhere) {
        return None;
    }
    Some(match actor {
        domain::actor::Actor::Admin { id, name } => {
            Actor { role: ActorRole::Admin, id: id.map(|id| id.to_string()), name: Some(name.clone()) }
        }
        domain::actor::Actor::Vendor { id, name } => {
            Actor { role: ActorRole::Vendor, id: Some(id.to_string()), name: Some(name.clone()) }
        }
        // Who gave an order back, or was relieved of it, is not the next driver's to know.
        domain::actor::Actor::Driver { .. } if lens == Some(Lens::Offered) => return None,
        domain::actor::Actor::Driver { id, name } => {
            Actor { role: ActorRole::Driver, id: Some(id.to_string()), name: Some(name.clone()) }
        }
        domain::actor::Actor::Hub => Actor { role: ActorRole::Hub, id: None, name: None },
    })
}

/// What the order does not hold; of an order that another driver has, nothing but what ended its offer.
#[must_use]
pub fn data_view(event: &Event, lens: Option<Lens>) -> Map<String, Value> {
    let mut data = if lens == Some(Lens::Elsewhere) { Map::new() } else { event.data.clone() };
    if let Some(end) = event.offer_end() {
        data.insert("ended_by".to_owned(), end.as_str().into());
    }
    data
}

impl From<Role> for ActorRole {
    fn from(role: Role) -> ActorRole {
        match role {
            Role::Admin => ActorRole::Admin,
            Role::Vendor => ActorRole::Vendor,
            Role::Driver => ActorRole::Driver,
        }
    }
}

/// The statuses a list may be filtered by, read from `a,b,c`.
///
/// # Errors
/// A sentence that names the word that is none.
pub fn statuses(words: &str) -> Result<Vec<Status>, String> {
    words
        .split(',')
        .map(str::trim)
        .filter(|word| !word.is_empty())
        .map(|word| Status::parse(word).ok_or_else(|| format!("`{word}` is no status")))
        .collect()
}
