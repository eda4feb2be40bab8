//! What can be asked of an order that exists.

use serde::Serialize;

use super::{Item, Money, Place, Proof, Size, Status, Stop};
use crate::domain::{
    actor::Role,
    id::{PhotoId, ZoneId},
    party::DriverCard,
    time::Time,
};

/// What somebody asks of an order.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Change what it is.
    Update {
        /// The version the caller saw.
        version: i64,
        /// What is to be different.
        changes: Box<Changes>,
    },
    /// Offer it to drivers.
    Ready,
    /// Take it off offer again.
    Withdraw,
    /// Have it.
    Claim(DriverCard),
    /// Not have it.
    Decline {
        /// Why, in a word.
        reason: Option<String>,
    },
    /// The offer was on the driver's screen.
    Seen,
    /// Give it to a driver.
    Assign(DriverCard),
    /// Give it back before the pickup.
    Release {
        /// Why.
        reason: String,
    },
    /// Set out for the pickup.
    Start,
    /// Be at the pickup, or at the door.
    Arrive {
        /// Which of the two; none: whichever comes next.
        place: Option<Stop>,
    },
    /// Take it.
    PickUp {
        /// The order's code, where the vendor requires it.
        code: Option<String>,
    },
    /// Hand it to the driver: the same transition, from the counter.
    HandOver,
    /// Hand it to the recipient.
    Deliver {
        /// What shows that.
        proof: Proof,
    },
    /// Show a photo of it.
    Photo(PhotoId),
    /// Bring it back.
    Return {
        /// Why.
        reason: String,
    },
    /// It is back.
    ConfirmReturn,
    /// It came to nothing.
    Fail {
        /// Why.
        reason: String,
    },
    /// Call it off.
    Cancel {
        /// Why.
        reason: String,
    },
    /// Offer it again after it ended.
    Reopen,
    /// Take the last step back.
    Undo {
        /// Why; the dispatcher must say.
        reason: Option<String>,
        /// Only the step that led here; if absent, whichever is the last.
        from: Option<Status>,
    },
    /// Say what is wrong, or that it no longer is.
    Problem(Report),
    /// Say something about it.
    Message {
        /// At most 500 characters.
        text: String,
    },
    /// The time it was scheduled for has come.
    ComeDue,
    /// The time at which it goes on offer by itself has come.
    ComeReady,
    /// Whoever was to pick it up is lost, and the zone's rules give it to others.
    TakeBack {
        /// The code of the alert that says why.
        reason: &'static str,
    },
    /// The driver who was asked last, one by one, said no.
    TurnOver,
    /// A round of its offer is over.
    RoundOver {
        /// The zones that a further round asks.
        zones: Vec<ZoneId>,
    },
}

/// A problem that begins or ends.
#[derive(Clone, Debug, PartialEq)]
pub enum Report {
    /// It begins.
    Raised {
        /// What, in a word or two.
        reason: String,
        /// More about it.
        note: Option<String>,
    },
    /// It is over.
    Resolved,
}

/// What an update changes; `None` leaves a field as it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Changes {
    /// The vendor's own number.
    pub external_id: Option<Option<String>>,
    /// The zone; not while it is on offer.
    pub zone: Option<ZoneId>,
    /// Where it is picked up; not while it is on offer.
    pub pickup: Option<Place>,
    /// Where it goes.
    pub dropoff: Option<Option<Place>>,
    /// What is in it.
    pub items: Option<Vec<Item>>,
    /// How many packages.
    pub package_count: Option<u32>,
    /// How large.
    pub size: Option<Size>,
    /// What the driver must bring.
    pub needs: Option<Vec<String>>,
    /// For whoever handles it.
    pub notes: Option<Option<String>>,
    /// What the driver collects.
    pub cash_to_collect: Option<Option<Money>>,
    /// What the driver earns.
    pub driver_pay: Option<Option<Money>>,
    /// How long the kitchen needs.
    pub prep_minutes: Option<Option<u32>>,
    /// When it is wanted; only while it is scheduled.
    pub scheduled_for: Option<Time>,
    /// Whether it goes on offer by itself; `true` only while it is not ready.
    pub auto_ready: Option<bool>,
}

/// The name of a command on an order that exists, and who may give it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Named {
    /// As on the wire, such as `order.claim`.
    pub name: &'static str,
    /// Who may give it; nobody for the hub's own.
    pub who: &'static [Role],
}

impl Command {
    /// Its name, and who may give it.
    #[must_use]
    pub const fn named(&self) -> Named {
        use Role::{Admin, Driver, Vendor};
        let (name, who): (&'static str, &'static [Role]) = match self {
            Command::Update { .. } => ("order.update", &[Vendor, Admin]),
            Command::Ready => ("order.ready", &[Vendor, Admin]),
            Command::Withdraw => ("order.withdraw", &[Vendor, Admin]),
            Command::Claim(_) => ("order.claim", &[Driver]),
            Command::Decline { .. } => ("order.decline", &[Driver]),
            Command::Seen => ("order.seen", &[Driver]),
            Command::Assign(_) => ("order.assign", &[Admin]),
            Command::Release { .. } => ("order.release", &[Driver, Admin]),
            Command::Start => ("order.start", &[Driver]),
            Command::Arrive { .. } => ("order.arrive", &[Driver]),
            Command::PickUp { .. } => ("order.pick_up", &[Driver]),
            Command::HandOver => ("order.hand_over", &[Vendor]),
            Command::Deliver { .. } => ("order.deliver", &[Driver]),
            Command::Photo(_) => ("a photo", &[Driver]),
            Command::Return { .. } => ("order.return", &[Driver, Admin]),
            Command::ConfirmReturn => ("order.confirm_return", &[Vendor, Admin]),
            Command::Fail { .. } => ("order.fail", &[Admin]),
            Command::Cancel { .. } => ("order.cancel", &[Vendor, Admin]),
            Command::Reopen => ("order.reopen", &[Admin]),
            Command::Undo { .. } => ("order.undo", &[Driver, Admin]),
            Command::Problem(_) => ("order.problem", &[Vendor, Driver, Admin]),
            Command::Message { .. } => ("order.message", &[Vendor, Driver, Admin]),
            Command::ComeDue => ("come due", &[]),
            Command::ComeReady => ("come ready", &[]),
            Command::TakeBack { .. } => ("take back", &[]),
            Command::TurnOver => ("end a turn", &[]),
            Command::RoundOver { .. } => ("end a round", &[]),
        };
        Named { name, who }
    }
}
