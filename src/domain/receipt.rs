//! Receipts: what became of a round of an offer at each driver who was asked.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    event::{Event, EventType},
    id::{DriverId, OrderId, ZoneId},
    order::Order,
    time::Time,
};

/// A round of an offer. An order that comes back on offer begins with round 1 again, so the offer is named too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RoundId {
    /// Which order.
    pub order: OrderId,
    /// The `seq` of the event that opened the offer.
    pub offer_seq: i64,
    /// Counts from 1.
    pub round: u32,
}

impl RoundId {
    /// The round that an order is on offer in, if it is.
    #[must_use]
    pub fn of(order: &Order) -> Option<RoundId> {
        let offer = order.state.offer()?;
        Some(RoundId { order: order.id, offer_seq: offer.since_seq, round: offer.round })
    }

    /// The round that an event opened or went on with, if it did.
    #[must_use]
    pub fn opened_by(event: &Event) -> Option<RoundId> {
        let order = event.order.as_ref().filter(|_| event.kind == EventType::OrderReadyForPickup)?;
        RoundId::of(order)
    }
}

/// A round of an offer, as it was.
#[derive(Clone, Debug, PartialEq)]
pub struct Round {
    /// Which.
    pub id: RoundId,
    /// The zones that were asked.
    pub zones: Vec<ZoneId>,
    /// When it began.
    pub opened_at: Time,
    /// When it was to end.
    pub expires_at: Time,
    /// How and when it ended.
    pub end: Option<(RoundEnd, Time)>,
}

impl Round {
    /// The round that an order is on offer in, if it is.
    #[must_use]
    pub fn of(order: &Order) -> Option<Round> {
        let offer = order.state.offer()?;
        Some(Round {
            id: RoundId::of(order)?,
            zones: offer.zones.clone(),
            opened_at: offer.opened_at,
            expires_at: offer.expires_at,
            end: None,
        })
    }
}

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident = $word:literal),* ; $(#[$of:meta])* $kind:ident as $schema:ident) => {
        $(#[$of])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        #[schema(as = $schema)]
        pub enum $kind { $( $(#[$doc])* $name, )* }

        impl $kind {
            /// The word on the wire and in the database.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $($kind::$name => $word),* }
            }

            /// What this word stands for.
            #[must_use]
            pub fn parse(word: &str) -> Option<$kind> {
                match word { $($word => Some($kind::$name),)* _ => None }
            }
        }
    };
}

words! {
    /// A driver claimed the order.
    Claimed = "claimed",
    /// Its time ran out.
    Expired = "expired",
    /// The vendor took the order off offer.
    Withdrawn = "withdrawn",
    /// The order was called off.
    Cancelled = "cancelled",
    /// The dispatcher gave the order to somebody.
    Assigned = "assigned";
    /// How a round ended.
    RoundEnd as OfferEnd
}

words! {
    /// They got the order.
    Claimed = "claimed",
    /// They did not want it.
    Declined = "declined",
    /// Another driver was first.
    Lost = "lost",
    /// They said nothing until the round was over.
    Expired = "expired",
    /// The vendor took it off offer before they said anything.
    Withdrawn = "withdrawn",
    /// It was called off before they said anything.
    Cancelled = "cancelled",
    /// The dispatcher gave it to somebody before they said anything.
    Assigned = "assigned";
    /// What a driver answered, or what took the answer from them.
    Answer as OfferAnswer
}

words! {
    /// On a live connection.
    Socket = "socket",
    /// By Web Push.
    Push = "push";
    /// On which way a driver was asked.
    Channel as OfferChannel
}

impl RoundEnd {
    /// How an event that takes an order off offer ends its round.
    #[must_use]
    pub fn by(kind: EventType, is_by_driver: IsByDriver) -> RoundEnd {
        match (kind, is_by_driver) {
            (EventType::OrderAssigned, IsByDriver::Yes) => RoundEnd::Claimed,
            (EventType::OrderAssigned, IsByDriver::No) => RoundEnd::Assigned,
            (EventType::OrderWithdrawn, _) => RoundEnd::Withdrawn,
            (EventType::OrderCancelled, _) => RoundEnd::Cancelled,
            _ => RoundEnd::Expired,
        }
    }

    /// What that takes from a driver who has not answered.
    #[must_use]
    pub const fn takes(self, holds: Holds) -> Answer {
        match (self, holds) {
            (RoundEnd::Claimed, Holds::Yes) => Answer::Claimed,
            (RoundEnd::Claimed, Holds::No) => Answer::Lost,
            (RoundEnd::Expired, _) => Answer::Expired,
            (RoundEnd::Withdrawn, _) => Answer::Withdrawn,
            (RoundEnd::Cancelled, _) => Answer::Cancelled,
            (RoundEnd::Assigned, _) => Answer::Assigned,
        }
    }
}

/// Whether a driver did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IsByDriver {
    /// A driver did.
    Yes,
    /// Somebody else, or time.
    No,
}

/// Whether this driver has the order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// They have it.
    Yes,
    /// They have not.
    No,
}

/// Something that happened to an offer at one driver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mark {
    /// It was put on their connection.
    Sent,
    /// It was handed to their browser's push service.
    Pushed,
    /// Their client says it came.
    Delivered,
    /// Their browser says the push came.
    DeliveredByPush,
    /// It was on their screen.
    Seen,
    /// They do not want it, and perhaps why.
    Declined(Option<String>),
}

/// What became of a round at one driver.
#[derive(Clone, Debug, PartialEq)]
pub struct Receipt {
    /// Who was asked.
    pub driver: DriverId,
    /// On which way it came; until it did, on which way it was put last.
    pub channel: Channel,
    /// When it was first put on a way.
    pub sent_at: Time,
    /// When their client said that it came.
    pub delivered_at: Option<Time>,
    /// When it was first on their screen.
    pub seen_at: Option<Time>,
    /// What they answered, and when.
    pub answer: Option<(Answer, Time)>,
    /// Why they declined.
    pub reason: Option<String>,
}

impl Receipt {
    /// Of a driver who is being asked.
    #[must_use]
    pub const fn new(driver: DriverId, now: Time) -> Receipt {
        let (delivered_at, seen_at, answer, reason) = (None, None, None, None);
        Receipt { driver, channel: Channel::Socket, sent_at: now, delivered_at, seen_at, answer, reason }
    }

    /// Notes what happened, if that is news. What is declined was seen, what is seen was delivered.
    pub fn note(&mut self, mark: Mark, now: Time) {
        if self.delivered_at.is_none() {
            match mark {
                Mark::Pushed | Mark::DeliveredByPush => self.channel = Channel::Push,
                Mark::Delivered => self.channel = Channel::Socket,
                // Whichever way it came to their screen on.
                Mark::Sent | Mark::Seen | Mark::Declined(_) => {}
            }
        }
        if !matches!(mark, Mark::Sent | Mark::Pushed) {
            self.delivered_at.get_or_insert(now);
        }
        if matches!(mark, Mark::Seen | Mark::Declined(_)) {
            self.seen_at.get_or_insert(now);
        }
        if let (Mark::Declined(reason), None) = (mark, self.answer) {
            self.answer = Some((Answer::Declined, now));
            self.reason = reason;
        }
    }

    /// Notes how the round ended for this driver, if they have not answered.
    pub fn ends(&mut self, end: RoundEnd, holder: Option<DriverId>, now: Time) {
        let holds = if holder == Some(self.driver) { Holds::Yes } else { Holds::No };
        // Who declined and got the order all the same, by its id or from the dispatcher, has it.
        if self.answer.is_none() || holds == Holds::Yes {
            self.answer = Some((end.takes(holds), now));
        }
    }
}

/// How many drivers a round reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// It was put on their connection.
    pub sent: u32,
    /// Their client says it came.
    pub delivered: u32,
    /// It was on their screen.
    pub seen: u32,
    /// They do not want it.
    pub declined: u32,
}

impl Reach {
    /// The count when one receipt in it is `after` and no longer `before`.
    #[must_use]
    pub const fn with(self, before: Reach, after: Reach) -> Reach {
        Reach {
            sent: self.sent + after.sent - before.sent,
            delivered: self.delivered + after.delivered - before.delivered,
            seen: self.seen + after.seen - before.seen,
            declined: self.declined + after.declined - before.declined,
        }
    }

    /// Counts receipts of one round.
    #[must_use]
    pub fn of<'r>(receipts: impl IntoIterator<Item = &'r Receipt>) -> Reach {
        let mut reach = Reach::default();
        for receipt in receipts {
            reach.sent += 1;
            reach.delivered += u32::from(receipt.delivered_at.is_some());
            reach.seen += u32::from(receipt.seen_at.is_some());
            reach.declined += u32::from(matches!(receipt.answer, Some((Answer::Declined, _))));
        }
        reach
    }
}

#[cfg(test)]
mod tests {
    use super::{Answer, Channel, DriverId, Mark, Reach, Receipt, RoundEnd};
    use crate::domain::{id::Id as _, time::Time};

    fn driver(n: u8) -> DriverId {
        DriverId::new(Time::from_ms(1), [n; 10])
    }

    fn at(ms: i64) -> Time {
        Time::from_ms(ms)
    }

    #[test]
    fn what_is_declined_was_seen_and_what_is_seen_was_delivered() {
        let mut receipt = Receipt::new(driver(1), at(1));
        assert_eq!(Reach::of([&receipt]), Reach { sent: 1, ..Reach::default() });
        receipt.note(Mark::Declined(Some("too far".to_owned())), at(5));
        assert_eq!((receipt.delivered_at, receipt.seen_at), (Some(at(5)), Some(at(5))));
        assert_eq!(Reach::of([&receipt]), Reach { sent: 1, delivered: 1, seen: 1, declined: 1 });
        let first = receipt.clone();
        receipt.note(Mark::Delivered, at(9));
        receipt.note(Mark::Declined(None), at(9));
        assert_eq!(receipt, first, "the first time counts, and the first reason");
    }

    #[test]
    fn the_channel_is_the_way_it_came_on() {
        let channel = |marks: &[Mark]| {
            let mut receipt = Receipt::new(driver(1), at(1));
            for mark in marks {
                receipt.note(mark.clone(), at(2));
            }
            (receipt.channel, receipt.delivered_at.is_some())
        };
        assert_eq!(channel(&[Mark::Sent]), (Channel::Socket, false));
        assert_eq!(channel(&[Mark::Sent, Mark::Pushed]), (Channel::Push, false));
        assert_eq!(channel(&[Mark::Pushed, Mark::Sent, Mark::Delivered]), (Channel::Socket, true));
        assert_eq!(channel(&[Mark::Sent, Mark::Pushed, Mark::DeliveredByPush, Mark::Delivered]), (Channel::Push, true));
        assert_eq!(
            channel(&[Mark::Sent, Mark::Delivered, Mark::Pushed, Mark::DeliveredByPush]),
            (Channel::Socket, true)
        );
    }

    #[test]
    fn the_end_of_a_round_answers_for_who_has_not() {
        use Answer::{Assigned, Cancelled, Claimed, Declined, Expired, Lost, Withdrawn};
        let ended = |end, holder| {
            let mut said = Vec::new();
            for n in 1..=3 {
                let mut receipt = Receipt::new(driver(n), at(1));
                if n == 3 {
                    receipt.note(Mark::Declined(None), at(2));
                }
                receipt.ends(end, holder, at(7));
                said.extend(receipt.answer.map(|(answer, _)| answer));
            }
            said
        };
        assert_eq!(ended(RoundEnd::Claimed, Some(driver(1))), [Claimed, Lost, Declined]);
        assert_eq!(ended(RoundEnd::Claimed, Some(driver(3))), [Lost, Lost, Claimed]);
        assert_eq!(ended(RoundEnd::Assigned, Some(driver(9))), [Assigned, Assigned, Declined]);
        assert_eq!(ended(RoundEnd::Expired, None), [Expired, Expired, Declined]);
        assert_eq!(ended(RoundEnd::Withdrawn, None), [Withdrawn, Withdrawn, Declined]);
        assert_eq!(ended(RoundEnd::Cancelled, None), [Cancelled, Cancelled, Declined]);
    }
}
