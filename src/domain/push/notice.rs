//! What a push says: enough for a notice on a locked screen, and no more than its reader may know.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::Subscriber;
use crate::domain::{actor::Actor, geo::distance_m, id::OrderId, order::Order, time::Time};

/// Characters of a name or an address in a notice.
const WORD_CHARS_MAX: usize = 80;

/// Characters of what somebody wrote in a notice; the page has all of it.
const TEXT_CHARS_MAX: usize = 160;

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $word:literal),* $(,)?) => {
        /// What a push is about.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum PushKind { $( $(#[$doc])* $name, )* }

        impl PushKind {
            /// The word on the wire and in the database.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(PushKind::$name => $word),* }
            }

            /// What this word stands for.
            #[must_use]
            pub fn parse(word: &str) -> Option<PushKind> {
                match word { $($word => Some(PushKind::$name),)* _ => None }
            }
        }
    };
}

kinds! {
    /// A driver: an order is on offer to them.
    Offer = "offer",
    /// A driver: an offer that was pushed to them is over. Closes its notice, and makes none.
    OfferEnded = "offer_ended",
    /// A driver: the dispatcher gave them an order.
    Assigned = "assigned",
    /// A driver: an order they had was called off or taken from them.
    Unassigned = "unassigned",
    /// Somebody said something about an order.
    Message = "message",
    /// A vendor: the driver is at the counter.
    Arrived = "arrived",
    /// A vendor: something is wrong with an order.
    Problem = "problem",
    /// A vendor: nobody took the order in time.
    Expired = "expired",
}

impl PushKind {
    /// Whether it is to wake a phone that sleeps.
    #[must_use]
    pub const fn is_urgent(self) -> bool {
        !matches!(self, PushKind::OfferEnded)
    }
}

/// What a browser is told. A service worker shows `title` and `body`, or says it in the reader's language by `kind` and
/// `words`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = PushNotice)]
pub struct Notice {
    /// What it is about.
    pub kind: PushKind,
    /// The order.
    pub order: OrderId,
    /// Its spoken code.
    #[schema(example = "K7Q4")]
    pub code: String,
    /// In English.
    #[schema(example = "New offer: Ramen Bar")]
    pub title: String,
    /// In English.
    #[schema(example = "1 Main St, 1.2 km from there")]
    pub body: String,
    /// Notices of the same tag take each other's place.
    #[schema(example = "order-0199a000-0000-7000-8000-000000000000")]
    pub tag: String,
    /// Later it is of no use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    pub expires_at: Option<Time>,
    /// The page to open, below the hub's own address.
    #[schema(example = "/driver")]
    pub url: String,
    /// What the title and the body are made of, raw: `vendor`, `address`, `distance_m`, `size`, `package_count`, `pay`,
    /// `from`, `text`, `reason`, `driver`, `ended_by`, as `kind` has them.
    #[schema(value_type = Object)]
    pub words: Map<String, Value>,
}

impl Notice {
    fn of(kind: PushKind, order: &Order, subscriber: Subscriber, title: String, body: String, words: Value) -> Notice {
        let Value::Object(mut words) = words else { unreachable!("every notice has its words as an object") };
        words.retain(|_, word| !word.is_null());
        let (tag, url) = (format!("order-{}", order.id), subscriber.page().to_owned());
        Notice { kind, order: order.id, code: order.code.clone(), title, body, tag, expires_at: None, url, words }
    }

    /// The order is on offer until `expires_at`. No more of it than a driver may see before a claim.
    #[must_use]
    pub fn offer(order: &Order, to: Subscriber, expires_at: Time) -> Notice {
        let vendor = clipped(&order.vendor.name, WORD_CHARS_MAX);
        let address = order.pickup.address.as_deref().map(|address| clipped(address, WORD_CHARS_MAX));
        let dropoff = order.dropoff.as_ref().and_then(|place| place.point);
        let distance_m = order.pickup.point.zip(dropoff).map(|(from, to)| distance_m(from, to.blurred()).round());
        let body = [address.clone(), distance_m.map(|metres| format!("{:.1} km from there", metres / 1_000.0))];
        let body: Vec<String> = body.into_iter().flatten().collect();
        let words = json!({
            "vendor": vendor, "address": address, "distance_m": distance_m, "size": order.size,
            "package_count": order.package_count, "pay": order.driver_pay,
        });
        let title = format!("New offer: {vendor}");
        let notice = Notice::of(PushKind::Offer, order, to, title, body.join(", "), words);
        Notice { expires_at: Some(expires_at), ..notice }
    }

    /// An offer that was pushed is over: `ended_by` says how.
    #[must_use]
    pub fn offer_ended(order: &Order, to: Subscriber, ended_by: &str) -> Notice {
        let title = format!("The offer of {} is over", order.code);
        Notice::of(PushKind::OfferEnded, order, to, title, ended_by.to_owned(), json!({ "ended_by": ended_by }))
    }

    /// The dispatcher gave this driver the order.
    #[must_use]
    pub fn assigned(order: &Order, to: Subscriber) -> Notice {
        let (vendor, address) = place_of(order);
        let title = format!("{} is yours: {vendor}", order.code);
        let body = address.clone().unwrap_or_default();
        Notice::of(PushKind::Assigned, order, to, title, body, json!({ "vendor": vendor, "address": address }))
    }

    /// The order was called off, or somebody else has it now.
    #[must_use]
    pub fn unassigned(order: &Order, to: Subscriber, reason: Option<&str>) -> Notice {
        let (vendor, _) = place_of(order);
        let reason = reason.map(|reason| clipped(reason, TEXT_CHARS_MAX));
        let title = format!("{} is no longer yours: {vendor}", order.code);
        let body = reason.clone().unwrap_or_default();
        Notice::of(PushKind::Unassigned, order, to, title, body, json!({ "vendor": vendor, "reason": reason }))
    }

    /// Somebody said something about the order.
    #[must_use]
    pub fn message(order: &Order, to: Subscriber, from: &Actor, text: &str) -> Notice {
        let (name, text) = (clipped(from.name(), WORD_CHARS_MAX), clipped(text, TEXT_CHARS_MAX));
        let words = json!({ "from": name, "role": from.role(), "text": text });
        Notice::of(PushKind::Message, order, to, format!("{name}, {}", order.code), text, words)
    }

    /// The driver is at the counter.
    #[must_use]
    pub fn arrived(order: &Order, to: Subscriber) -> Notice {
        let driver = driver_of(order);
        let title = format!("{driver} is here for {}", order.code);
        Notice::of(PushKind::Arrived, order, to, title, String::new(), json!({ "driver": driver }))
    }

    /// Something is wrong with the order.
    #[must_use]
    pub fn problem(order: &Order, to: Subscriber, reason: &str, note: Option<&str>) -> Notice {
        let reason = clipped(reason, TEXT_CHARS_MAX);
        let note = note.map(|note| clipped(note, TEXT_CHARS_MAX));
        let body = note.as_ref().map_or_else(|| reason.clone(), |note| format!("{reason}: {note}"));
        let words = json!({ "reason": reason, "note": note });
        Notice::of(PushKind::Problem, order, to, format!("A problem with {}", order.code), body, words)
    }

    /// Nobody took the order in time.
    #[must_use]
    pub fn expired(order: &Order, to: Subscriber) -> Notice {
        let body = "Offer it again, or call the dispatcher.".to_owned();
        Notice::of(PushKind::Expired, order, to, format!("No driver took {}", order.code), body, json!({}))
    }
}

fn place_of(order: &Order) -> (String, Option<String>) {
    let address = order.pickup.address.as_deref().map(|address| clipped(address, WORD_CHARS_MAX));
    (clipped(&order.vendor.name, WORD_CHARS_MAX), address)
}

fn driver_of(order: &Order) -> String {
    clipped(order.state.driver().map_or("The driver", |driver| driver.name.as_str()), WORD_CHARS_MAX)
}

/// A text of at most `chars` characters; what is cut off is shown by dots. A push service takes 4,096 bytes and no more.
fn clipped(text: &str, chars: usize) -> String {
    let mut kept: String = text.chars().filter(|char| !char.is_control()).take(chars + 1).collect();
    if kept.chars().count() > chars {
        kept.pop();
        kept.pop();
        kept.push('…');
    }
    kept
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Notice, Subscriber, clipped};
    use crate::domain::{
        actor::Actor,
        id::{DriverId, Id as _},
        order::Order,
        time::Time,
    };

    /// What a push service takes, less what encryption and a receipt add.
    const NOTICE_BYTES_MAX: usize = 3_900;

    fn order(name: &str) -> Order {
        let id = "019b8e07-4625-7b45-b96b-cd8e660b6f40";
        let door = json!({ "address": "2 Side St", "point": { "lat": 52.530_437, "lng": 13.411_912 },
            "contact_name": "Kim", "phone": "+49303", "instructions": "3rd floor" });
        serde_json::from_value(json!({
            "id": id, "code": "K7Q4", "version": 1, "zone": "mitte", "pickup_code_required": false,
            "vendor": { "id": id, "name": name, "phone": null },
            "pickup": { "address": name, "point": { "lat": 52.52, "lng": 13.4 } }, "dropoff": door, "items": [],
            "package_count": 1, "size": "small", "needs": [], "tracking_token": "t", "times": {}, "notes": "a secret",
            "state": { "state": "submitted" },
        }))
        .expect("an order")
    }

    fn ann() -> Subscriber {
        Subscriber::Driver(DriverId::new(Time::from_ms(1), [1; 10]))
    }

    #[test]
    fn an_offer_says_no_more_than_a_driver_may_see_before_a_claim() {
        let notice = Notice::offer(&order("1 Main St"), ann(), Time::from_ms(9));
        let said = serde_json::to_string(&notice).expect("it can be written");
        for secret in ["Side St", "Kim", "+49303", "3rd floor", "a secret", "52.53"] {
            assert!(!said.contains(secret), "{secret} is in {said}");
        }
        assert_eq!(notice.body, "1 Main St, 1.4 km from there");
    }

    /// Whatever people write, in whatever script, and whatever JSON makes of it.
    #[test]
    fn a_notice_fits_into_a_push() {
        for char in ["\\", "\"", "字", "🍜", "\u{0}"] {
            let (order, long) = (order(&char.repeat(300)), char.repeat(1_000));
            let from = Actor::Vendor { id: order.vendor.id, name: long.clone() };
            for notice in [
                Notice::offer(&order, ann(), Time::from_ms(9)),
                Notice::assigned(&order, ann()),
                Notice::unassigned(&order, ann(), Some(&long)),
                Notice::message(&order, ann(), &from, &long),
                Notice::problem(&order, ann(), &long, Some(&long)),
            ] {
                let bytes = serde_json::to_vec(&notice).expect("it can be written").len();
                assert!(bytes < NOTICE_BYTES_MAX, "{bytes} bytes of {char:?}: {notice:?}");
            }
        }
    }

    #[test]
    fn what_is_cut_off_is_shown() {
        assert_eq!((clipped("abc", 3), clipped("abcd", 3)), ("abc".to_owned(), "ab…".to_owned()));
    }
}
