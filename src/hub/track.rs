//! Following a delivery by its link: what its recipient may know of it, and nothing else.
//!
//! **Invariant:** a [`Track`] is all that a link shows. The driver's position, the pickup and the drop-off are in it only
//! while the driver has the order in the bag; nothing is in it once the order has been closed for a day.

mod followers;

use std::sync::Arc;

pub(super) use self::followers::Followers;
pub use self::followers::{FOLLOWERS_MAX, FOLLOWERS_PER_LINK_MAX, Following, Full};
use super::{Hub, Result, lock};
use crate::domain::{
    event::Event,
    geo::Point,
    id::DriverId,
    order::{Order, State, Status, Step},
    party::Location,
    refusal::Refusal,
    time::Time,
};

/// How long a link still answers after its order was closed, in milliseconds.
const KEPT_MS: i64 = 24 * 3_600_000;

/// Characters of a link's token: 128 bits in hexadecimal.
const TOKEN_CHARS: usize = 32;

/// A position that is older is where the driver was, not where they are. In milliseconds.
const POSITION_AGE_MS_MAX: i64 = 3 * 60_000;

/// A position that was measured so long before the pickup is one on the way to it, and shown to nobody. In milliseconds.
const BEFORE_PICKUP_MS_MAX: i64 = 30_000;

/// A delivery as its recipient sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Track {
    /// Where the order is in its life.
    pub status: Status,
    /// Who made it.
    pub vendor_name: String,
    /// Their number.
    pub vendor_phone: Option<String>,
    /// Who brings it, once somebody does.
    pub driver: Option<TrackedDriver>,
    /// Where it was picked up, while it is on the way.
    pub pickup: Option<Point>,
    /// Where it goes, while it is on the way.
    pub dropoff: Option<Point>,
    /// When it came in.
    pub submitted_at: Option<Time>,
    /// When it is wanted, if later.
    pub scheduled_for: Option<Time>,
    /// When the driver had it.
    pub picked_up_at: Option<Time>,
    /// When it was handed over.
    pub delivered_at: Option<Time>,
    /// When nothing more was expected to happen.
    pub ended_at: Option<Time>,
    /// The moment of which this is true.
    pub server_time: Time,
}

/// A driver as a recipient knows them.
#[derive(Clone, Debug, PartialEq)]
pub struct TrackedDriver {
    /// The first word of their name.
    pub first_name: String,
    /// What they ride.
    pub vehicle: Option<String>,
    /// Where they are, while they have the order and if they said so lately.
    pub location: Option<Point>,
}

impl Track {
    /// What there is to see of `order` at `now`, whose driver was last at `location`.
    #[must_use]
    fn of(order: &Order, location: Option<Location>, now: Time) -> Track {
        let is_on_the_way = is_on_the_way(order);
        let on_the_way = |point: Option<Point>| point.filter(|_| is_on_the_way);
        let times = &order.times;
        let recent = location.filter(|location| is_of_this_way(location, times.picked_up_at, now));
        let point = recent.map(|location| Point { lat: location.lat, lng: location.lng });
        let driver = match &order.state {
            State::Held { driver, .. } | State::Delivered { driver, .. } => Some(driver),
            // Nobody brings it any more, and who was to is not the recipient's to know.
            _ => None,
        };
        Track {
            status: order.status(),
            vendor_name: order.vendor.name.clone(),
            vendor_phone: order.vendor.phone.clone(),
            driver: driver.map(|driver| TrackedDriver {
                first_name: first_name(&driver.name),
                vehicle: driver.vehicle.clone(),
                location: on_the_way(point),
            }),
            pickup: on_the_way(order.pickup.point),
            dropoff: on_the_way(order.dropoff.as_ref().and_then(|place| place.point)),
            submitted_at: times.submitted_at,
            scheduled_for: order.scheduled_for,
            picked_up_at: times.picked_up_at,
            delivered_at: times.delivered_at,
            ended_at: times.closed_at,
            server_time: now,
        }
    }
}

/// Whether the driver has it and brings it to the recipient.
fn is_on_the_way(order: &Order) -> bool {
    matches!(order.state, State::Held { step: Step::PickedUp | Step::ArrivedAtDropoff, .. })
}

fn is_of_this_way(location: &Location, picked_up_at: Option<Time>, now: Time) -> bool {
    let measured = location.recorded_at.ms();
    let begin = picked_up_at.map_or(i64::MAX, |picked_up| picked_up.ms() - BEFORE_PICKUP_MS_MAX);
    measured >= begin && now.ms() - measured <= POSITION_AGE_MS_MAX
}

fn is_over(order: &Order, now: Time) -> bool {
    order.times.closed_at.is_some_and(|closed| now >= closed.plus_ms(KEPT_MS))
}

fn first_name(name: &str) -> String {
    name.split_whitespace().next().unwrap_or_default().to_owned()
}

impl Hub {
    /// What the link with this token shows.
    ///
    /// # Errors
    /// [`Refusal::NotFound`], in the same words for a token that is none, that was never given out and whose link has ended.
    pub async fn track(&self, token: &str) -> Result<Track> {
        let order = self.tracked_order(token).await?;
        self.seen_by_link(&order).ok_or(NO_LINK.into())
    }

    /// Follows the delivery behind a link, if there is room for one more.
    ///
    /// # Errors
    /// As [`track`](Hub::track).
    pub async fn follow_delivery(&self, token: &str) -> Result<Result<Following, Full>> {
        let order = self.tracked_order(token).await?;
        let following = match Following::begin(self, order.id) {
            Ok(following) => following,
            Err(full) => return Ok(Err(full)),
        };
        // Read once more now that every change from here on is heard of.
        let order = self.tracked_order(token).await?;
        lock(&self.followers).changed(&Arc::new(order));
        Ok(Ok(following))
    }

    /// Tells those who follow an order's delivery what an event says of it.
    pub fn tell_followers(&self, event: &Event) {
        if let Some(order) = event.order.as_ref().filter(|_| !self.flaws().forget_followers()) {
            lock(&self.followers).changed(order);
        }
    }

    /// How many deliveries are followed over open streams.
    #[must_use]
    pub fn followers(&self) -> usize {
        lock(&self.followers).count()
    }

    pub(super) fn tell_followers_of_move(&self, driver: DriverId) {
        lock(&self.followers).moved(driver);
    }

    /// Ends the streams of links that have ended.
    pub(super) fn end_followed(&self, now: Time) {
        lock(&self.followers).wake(|order| is_over(order, now));
    }

    fn seen_by_link(&self, order: &Order) -> Option<Track> {
        let now = self.now();
        let location = order.driver_id().and_then(|driver| self.location(driver));
        let mut track = Track::of(order, location, now);
        if self.flaws().track_shows_position_always()
            && let Some(driver) = &mut track.driver
        {
            driver.location = location.map(|location| Point { lat: location.lat, lng: location.lng });
        }
        self.has_link(order, now).then_some(track)
    }

    fn has_link(&self, order: &Order, now: Time) -> bool {
        !is_over(order, now) || self.flaws().keep_links_for_ever()
    }

    async fn tracked_order(&self, token: &str) -> Result<Order> {
        let is_one = token.len() == TOKEN_CHARS && token.bytes().all(|byte| byte.is_ascii_hexdigit());
        let order = if is_one { self.store.read().await?.order_of_link(token).await? } else { None };
        order.filter(|order| self.has_link(order, self.now())).ok_or(NO_LINK.into())
    }
}

/// The one answer for every link that leads nowhere.
const NO_LINK: Refusal = Refusal::NotFound("tracking link, or it has ended");
