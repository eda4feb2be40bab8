//! What the contract speaks of, in plain words: no ids, no clock, no database. Things are known by their place in a list.

use std::collections::BTreeSet;

use waypost::domain::order::Status;

/// The zones, by id. A step may name one more, which does not exist.
pub(crate) const ZONES: [&str; 3] = ["east", "mitte", "west"];

/// The zones that a second round asks too.
pub(crate) const NEIGHBOURS: [&[usize]; 3] = [&[1], &[2], &[1]];

/// How long a round of an offer lasts, in seconds; `west` is in a hurry.
pub(crate) const ROUND_S: [u32; 3] = [45, 45, 100];

/// When an offer is given up, in minutes.
pub(crate) const GIVE_UP_MIN: [u32; 3] = [20, 20, 3];

/// Whether an order is taken back from a driver who is lost.
pub(crate) const TAKES_BACK: [bool; 3] = [false, false, true];

/// Vendors: the first stands in `mitte`; the second's orders belong to `west`, and it hands over only for the code.
pub(crate) const VENDORS: usize = 2;

/// Drivers: the last may only work in `east` and `mitte`.
pub(crate) const DRIVERS: usize = 3;

/// The zones that the last driver may join.
pub(crate) const ALLOWED: [usize; 2] = [0, 1];

/// Who does something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Who {
    Dispatcher,
    Vendor(usize),
    Driver(usize),
}

/// Where an order is to be picked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pickup {
    AtTheVendor,
    In(usize),
    /// In no zone at all.
    Abroad,
}

/// An order as it is submitted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Draft {
    pub(crate) vendor: Option<usize>,
    pub(crate) zone: Option<usize>,
    pub(crate) pickup: Pickup,
    pub(crate) ready: bool,
    pub(crate) due_ms: Option<i64>,
    pub(crate) prep_min: Option<u8>,
    pub(crate) auto_ready: bool,
    pub(crate) external_id: Option<u8>,
    pub(crate) notes: u8,
}

/// What an update changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    Nothing,
    Notes(u8),
    /// Leaves nothing that says what the order is.
    NoNotes,
    Zone(usize),
    ExternalId(u8),
    Due(i64),
    Prep(Option<u8>),
    AutoReady(bool),
}

/// What a driver says at the counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    None,
    Right,
    Wrong,
}

/// Where a driver says to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum At {
    Unsaid,
    Pickup,
    Dropoff,
}

/// What is asked of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verb {
    Update { version: i64, change: Change },
    Ready,
    Withdraw,
    Claim,
    Decline,
    Seen,
    Assign(usize),
    Release,
    Start,
    Arrive(At),
    PickUp(Code),
    HandOver,
    Deliver,
    Return,
    ConfirmReturn,
    Fail,
    Cancel,
    Reopen,
    Undo { with_reason: bool },
    Problem,
    Resolve,
    Message,
}

/// One step of a sequence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Submit {
        who: Who,
        draft: Draft,
        key: Option<u8>,
    },
    /// An order beyond those that there are does not exist.
    Ask {
        who: Who,
        order: usize,
        verb: Verb,
    },
    Join {
        driver: usize,
        zone: usize,
    },
    Leave {
        driver: usize,
        zone: usize,
    },
    /// The driver is off duty for a while.
    Pause {
        driver: usize,
        minutes: u32,
    },
    /// The driver is back from a pause, or says so without one.
    Resume {
        driver: usize,
    },
    /// The dispatcher blocks a driver, or lets them in again.
    Block {
        driver: usize,
        blocked: bool,
    },
    /// The driver's phone is online from here on, or is not.
    Phone {
        driver: usize,
        is_here: bool,
    },
    /// The dispatcher says how many orders a driver may carry.
    Allow {
        driver: usize,
        orders_max: u32,
    },
    /// Time passes, and no timer has run yet.
    Pass {
        ms: i64,
    },
    RunDue,
    TidyUp,
    /// The hub is closed and opened again.
    Restart,
}

/// What a step is answered with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Order {
        order: usize,
        status: Status,
        version: i64,
        driver: Option<usize>,
    },
    /// What is on offer in a zone that was joined.
    Offers(Vec<usize>),
    Count(usize),
    Done,
    /// The code of the refusal.
    Refused(&'static str),
}

/// An event in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) seq: i64,
    pub(crate) kind: &'static str,
    pub(crate) about: About,
}

/// What an event is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum About {
    Order { order: usize, version: i64, status: Status },
    Driver(usize),
}

/// An order as the dispatcher sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sight {
    pub(crate) vendor: usize,
    pub(crate) zone: usize,
    pub(crate) status: Status,
    pub(crate) version: i64,
    pub(crate) driver: Option<usize>,
    /// The round, the zones that it asks, and when it ends.
    pub(crate) offer: Option<(u32, BTreeSet<usize>, i64)>,
    pub(crate) has_problem: bool,
    pub(crate) due_ms: Option<i64>,
    pub(crate) auto_ready: bool,
    pub(crate) external_id: Option<u8>,
    pub(crate) notes: u8,
    pub(crate) closed_ms: Option<i64>,
}

/// What a driver has before them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Board {
    pub(crate) zones: BTreeSet<usize>,
    /// On offer to them, oldest first, and then what they carry.
    pub(crate) orders: Vec<usize>,
    /// On offer in a zone they left: of the end they must still hear.
    pub(crate) lingering: Vec<usize>,
}

impl Verb {
    /// Its name in the contract.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Verb::Update { .. } => "update",
            Verb::Ready => "ready",
            Verb::Withdraw => "withdraw",
            Verb::Claim => "claim",
            Verb::Decline => "decline",
            Verb::Seen => "seen",
            Verb::Assign(_) => "assign",
            Verb::Release => "release",
            Verb::Start => "start",
            Verb::Arrive(_) => "arrive",
            Verb::PickUp(_) => "pick_up",
            Verb::HandOver => "hand_over",
            Verb::Deliver => "deliver",
            Verb::Return => "return",
            Verb::ConfirmReturn => "confirm_return",
            Verb::Fail => "fail",
            Verb::Cancel => "cancel",
            Verb::Reopen => "reopen",
            Verb::Undo { .. } => "undo",
            Verb::Problem | Verb::Resolve => "problem",
            Verb::Message => "message",
        }
    }

    /// Whether the contract lets `who` give it at all.
    pub(crate) const fn is_for(self, who: Who) -> bool {
        use Verb as V;
        match who {
            Who::Dispatcher => !matches!(
                self,
                V::Claim | V::Decline | V::Seen | V::Start | V::Arrive(_) | V::PickUp(_) | V::HandOver | V::Deliver
            ),
            Who::Vendor(_) => matches!(
                self,
                V::Update { .. }
                    | V::Ready
                    | V::Withdraw
                    | V::HandOver
                    | V::ConfirmReturn
                    | V::Cancel
                    | V::Problem
                    | V::Resolve
                    | V::Message
            ),
            Who::Driver(_) => matches!(
                self,
                V::Claim
                    | V::Decline
                    | V::Seen
                    | V::Release
                    | V::Start
                    | V::Arrive(_)
                    | V::PickUp(_)
                    | V::Deliver
                    | V::Return
                    | V::Undo { .. }
                    | V::Problem
                    | V::Resolve
                    | V::Message
            ),
        }
    }
}
