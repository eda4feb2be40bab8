//! Which steps are tried: mostly what people would do next, so that orders live long lives, and some of everything.

use std::collections::BTreeSet;

use proptest::{
    bool, option,
    prelude::{BoxedStrategy, Just, Strategy},
    prop_oneof,
    sample::{select, subsequence},
};
use proptest_state_machine::ReferenceStateMachine;
use waypost::domain::order::Status as S;

use super::{
    plain::{At, Change, Code, DRIVERS, Draft, Pickup, Step, VENDORS, Verb, Who, ZONES},
    town::{Order, Plain},
};

/// Orders of one sequence; more would only be strangers to each other.
const ORDERS_MAX: usize = 4;

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;

/// How long it takes until something is different by the contract, or is not yet.
const WHILES_MS: [i64; 9] =
    [1, 9_999, 10_000, 10_001, 45_000, 5 * MINUTE_MS, 30 * MINUTE_MS, 30 * MINUTE_MS + 1, 8 * DAY_MS];

/// How long a kitchen takes, in minutes.
const PREP_MIN: [u8; 3] = [0, 5, 30];

/// The plain town, as the state machine that the hub is compared with.
pub(crate) struct Reference;

impl ReferenceStateMachine for Reference {
    type State = Plain;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<Plain> {
        let on_duty = |zones| subsequence(vec![0, 1, 2], zones).prop_map(BTreeSet::from_iter);
        let drivers = (on_duty(1..=2), on_duty(1..=3), on_duty(0..=2).prop_map(without_west), 1..=2_u32, 1..=3_u32);
        drivers.prop_map(|(ann, bob, cid, few, many)| Plain::new([ann, bob, cid], [few, many, 20])).boxed()
    }

    fn transitions(town: &Plain) -> BoxedStrategy<Step> {
        let usual = usual(town);
        let (submits, usuals) = match town.orders.len() {
            0 => (40, 1),
            1..ORDERS_MAX => (2, 20),
            _ => (0, 20),
        };
        let due = town.timers_ms().any(|at_ms| at_ms <= town.now_ms);
        let usual = if usual.is_empty() { vec![Step::RunDue] } else { usual };
        prop_oneof![
            usuals => select(usual),
            submits => submission(town.now_ms),
            3 => anything(town),
            1 => duty(),
            2 => time(town),
            if due { 12 } else { 0 } => Just(Step::RunDue),
        ]
        .boxed()
    }

    fn preconditions(town: &Plain, step: &Step) -> bool {
        !matches!(*step, Step::Pause { driver, minutes } if town.would_tie(driver, minutes))
    }

    fn apply(mut town: Plain, step: &Step) -> Plain {
        town.does(step);
        town
    }
}

fn without_west(mut zones: BTreeSet<usize>) -> BTreeSet<usize> {
    zones.remove(&2);
    zones
}

fn submission(now_ms: i64) -> impl Strategy<Value = Step> {
    let who = prop_oneof![
        16 => (0..VENDORS).prop_map(|vendor| (Who::Vendor(vendor), None)),
        1 => (0..VENDORS, 0..VENDORS).prop_map(|(vendor, named)| (Who::Vendor(vendor), Some(named))),
        4 => (0..=VENDORS).prop_map(|named| (Who::Dispatcher, Some(named))),
        1 => Just((Who::Dispatcher, None)),
        1 => Just((Who::Driver(0), None)),
    ];
    let zone = prop_oneof![16 => Just(None), 4 => (0..ZONES.len()).prop_map(Some), 1 => Just(Some(ZONES.len()))];
    let pickup = prop_oneof![
        16 => Just(Pickup::AtTheVendor),
        4 => (0..ZONES.len()).prop_map(Pickup::In),
        1 => Just(Pickup::Abroad),
    ];
    let due = prop_oneof![12 => Just(None), 1 => Just(Some(-1)), 2 => select(&WHILES_MS[..8]).prop_map(Some)];
    let (external_id, key) = (option::weighted(0.3, 0..3_u8), option::weighted(0.4, 0..3_u8));
    let kitchen = (option::weighted(0.4, select(&PREP_MIN)), bool::weighted(0.3));
    (who, zone, pickup, bool::weighted(0.7), (due, kitchen), external_id, key).prop_map(
        move |((who, vendor), zone, pickup, ready, (due, (prep_min, auto_ready)), external_id, key)| {
            let due_ms = due.map(|due| now_ms + due);
            // A later order that is ready at once contradicts itself, and one such is as good as many.
            let ready = ready && (due_ms.is_none() || external_id.is_some());
            let ready = ready && !(auto_ready && (prep_min.is_some() || due_ms.is_some()));
            let notes = 0;
            let draft = Draft { vendor, zone, pickup, ready, due_ms, prep_min, auto_ready, external_id, notes };
            Step::Submit { who, draft, key }
        },
    )
}

/// Anything by anybody.
fn anything(town: &Plain) -> impl Strategy<Value = Step> + use<> {
    let who = prop_oneof![
        1 => Just(Who::Dispatcher),
        2 => (0..VENDORS).prop_map(Who::Vendor),
        2 => (0..DRIVERS).prop_map(Who::Driver),
    ];
    let versions: Vec<i64> = town.orders.iter().map(|order| order.version).collect();
    let (orders, now_ms) = (town.orders.len(), town.now_ms);
    let change = prop_oneof![
        Just(Change::Nothing),
        Just(Change::NoNotes),
        (0..3_u8).prop_map(Change::Notes),
        (0..=ZONES.len()).prop_map(Change::Zone),
        (0..3_u8).prop_map(Change::ExternalId),
        select(&WHILES_MS[..8]).prop_map(move |ms| Change::Due(now_ms + ms)),
        option::of(select(&PREP_MIN)).prop_map(Change::Prep),
        bool::ANY.prop_map(Change::AutoReady),
    ];
    // One more than there are is an order that does not exist.
    let order = prop_oneof![12 => 0..orders.max(1), 1 => Just(orders)];
    (who, order, change, 0..=DRIVERS, 0..20_usize).prop_map(move |(who, order, change, driver, which)| {
        let version = versions.get(order).copied().unwrap_or_default();
        Step::Ask { who, order, verb: verb(which, version, change, driver) }
    })
}

fn verb(which: usize, version: i64, change: Change, driver: usize) -> Verb {
    let odd = driver % 2 == 1;
    match which {
        0 => Verb::Update { version: if odd { version } else { version - 1 }, change },
        1 => Verb::Ready,
        2 => Verb::Withdraw,
        3 => Verb::Claim,
        4 => Verb::Decline,
        5 => Verb::Seen,
        6 => Verb::Assign(driver),
        7 => Verb::Release,
        8 => Verb::Start,
        9 => Verb::Arrive([At::Unsaid, At::Pickup, At::Dropoff][driver % 3]),
        10 => Verb::PickUp([Code::None, Code::Right, Code::Wrong][driver % 3]),
        11 => Verb::HandOver,
        12 => Verb::Deliver,
        13 => Verb::Return,
        14 => Verb::ConfirmReturn,
        15 => Verb::Fail,
        16 => Verb::Cancel,
        17 => Verb::Reopen,
        18 => Verb::Undo { with_reason: odd },
        _ => [Verb::Problem, Verb::Resolve, Verb::Message][driver % 3],
    }
}

fn duty() -> impl Strategy<Value = Step> {
    let zone = prop_oneof![12 => 0..ZONES.len(), 1 => Just(ZONES.len())];
    (0..DRIVERS, zone, 0..13_u32).prop_map(|(driver, zone, what)| match what {
        0..3 => Step::Join { driver, zone },
        3..6 => Step::Leave { driver, zone },
        6 => Step::Block { driver, blocked: true },
        7 => Step::Block { driver, blocked: false },
        8 => Step::Phone { driver, is_here: zone % 2 == 0 },
        9 | 10 => Step::Pause { driver, minutes: [5, 15, 120][zone % 3] },
        11 => Step::Resume { driver },
        _ => Step::Allow { driver, orders_max: u32::try_from(zone).unwrap_or_default() },
    })
}

fn time(town: &Plain) -> impl Strategy<Value = Step> + use<> {
    let timers = town.timers_ms().map(|at_ms| at_ms - town.now_ms);
    let mut whiles: Vec<i64> = timers.filter(|ms| *ms > 1).flat_map(|ms| [ms, ms, ms - 1]).collect();
    whiles.extend(WHILES_MS);
    prop_oneof![
        16 => select(whiles).prop_map(|ms| Step::Pass { ms }),
        4 => Just(Step::RunDue),
        1 => Just(Step::TidyUp),
        1 => Just(Step::Restart),
    ]
}

/// What people would do next. What is more usual stands there more often.
fn usual(town: &Plain) -> Vec<Step> {
    let mut usual = Vec::new();
    for (at, order) in town.orders.iter().enumerate() {
        let steps = next_steps(town, order);
        usual.extend(steps.into_iter().map(|(who, verb)| Step::Ask { who, order: at, verb }));
        if let Some(driver) = order.driver.filter(|driver| order.awaits(*driver)) {
            let is_here = order.away.is_some();
            usual.push(Step::Phone { driver, is_here });
            let lost_ms = order.timer_ms().map(|at_ms| Step::Pass { ms: (at_ms - town.now_ms).max(1) });
            usual.extend([lost_ms.clone(), lost_ms].into_iter().flatten());
        }
        let (round, ends_ms) = order.on_offer().map_or((0, 0), |offer| (offer.round, offer.ends_ms));
        let waits = Step::Pass { ms: (ends_ms - town.now_ms).max(1) };
        usual.extend(vec![waits; 2 * round as usize]);
    }
    for (driver, who) in town.drivers.iter().enumerate() {
        let Some(pause) = &who.pause else { continue };
        usual.extend([Step::Resume { driver }, Step::Pass { ms: (pause.until_ms - town.now_ms).max(1) }]);
    }
    // A lost answer makes people ask again, and a mistake with another order under the same key.
    usual.extend([town.asked.clone(), town.asked.clone()].into_iter().flatten());
    if let Some((who, draft, key)) = town.last_key() {
        let notes = draft.notes + u8::from(town.seq % 2 == 0);
        usual.push(Step::Submit { who, draft: Draft { notes, ..draft }, key: Some(key) });
    }
    usual
}

/// What people would do next with one order, and by whom.
fn next_steps(town: &Plain, order: &Order) -> Vec<(Who, Verb)> {
    let (vendor, boss) = (Who::Vendor(order.vendor), Who::Dispatcher);
    let mut steps = match order.status {
        S::Scheduled | S::Submitted => {
            let due = order.due_ms.unwrap_or_default() + 1_000;
            let changes = [Change::Zone(order.zone / 2), Change::ExternalId(order.notes), Change::Due(due)];
            let change = changes[order.vendor + usize::from(order.due_ms.is_some())];
            let update = Verb::Update { version: order.version, change };
            let mut steps = vec![(vendor, Verb::Ready); 5];
            steps.extend([(vendor, update), (boss, other_than(order)), (vendor, Verb::Cancel)]);
            steps
        }
        S::ReadyForPickup => on_offer(town, order),
        S::Delivered => vec![(boss, Verb::Undo { with_reason: true })],
        S::Returning => vec![(vendor, Verb::ConfirmReturn), (vendor, Verb::ConfirmReturn), (boss, Verb::Fail)],
        S::Returned => vec![(vendor, Verb::ConfirmReturn)],
        S::Expired | S::Cancelled => {
            vec![(boss, Verb::Reopen), (boss, other_than(order)), (Who::Driver(1), Verb::Claim)]
        }
        S::Failed => vec![],
        _ => underway(order),
    };
    steps.extend(asides(town, order));
    steps
}

/// What people say beside the work. Where few orders come they say all of it, elsewhere one thing or another.
fn asides(town: &Plain, order: &Order) -> Vec<(Who, Verb)> {
    let driver = order.driver.map(Who::Driver);
    let who = driver.unwrap_or(Who::Vendor(order.vendor));
    let mut asides = vec![(who, Verb::Message), (who, Verb::Problem), (who, Verb::Resolve)];
    let again = [Verb::Claim, Verb::Seen, Verb::Undo { with_reason: false }, Verb::Arrive(At::Pickup)];
    asides.extend(driver.iter().flat_map(|driver| again.map(|verb| (*driver, verb))));
    if matches!(
        order.status,
        S::Scheduled | S::Submitted | S::ReadyForPickup | S::Assigned | S::PickedUp | S::Cancelled
    ) {
        let turn = usize::try_from(town.seq).unwrap_or_default();
        asides = [turn, turn + 1].map(|turn| asides[turn % asides.len()]).to_vec();
    }
    asides
}

fn other_than(order: &Order) -> Verb {
    Verb::Assign(order.driver.map_or(0, |driver| (driver + 1) % DRIVERS))
}

/// What people do with an offer.
fn on_offer(town: &Plain, order: &Order) -> Vec<(Who, Verb)> {
    let asked = |driver: &usize| {
        let zones = order.on_offer().map(|offer| &offer.zones);
        zones.is_some_and(|zones| town.drivers[*driver].works_in(zones)) && !town.drivers[*driver].blocked
    };
    let notes = Verb::Update { version: order.version, change: Change::Notes(1) };
    let vendor = Who::Vendor(order.vendor);
    let mut steps = vec![(vendor, Verb::Withdraw), (Who::Dispatcher, other_than(order)), (vendor, notes)];
    for driver in (0..DRIVERS).filter(asked).map(Who::Driver) {
        let claims = [(driver, Verb::Claim); 6];
        steps.extend(claims.into_iter().chain([(driver, Verb::Decline), (driver, Verb::Seen)]));
    }
    steps
}

/// What people do with an order that a driver has.
fn underway(order: &Order) -> Vec<(Who, Verb)> {
    let (vendor, boss, holder) = (Who::Vendor(order.vendor), Who::Dispatcher, order.driver.unwrap_or_default());
    let driver = Who::Driver(holder);
    let goes = match order.status {
        S::Assigned => Verb::Start,
        S::ArrivedAtDropoff => Verb::Deliver,
        S::EnrouteToPickup => Verb::Arrive([At::Unsaid, At::Pickup][order.steps.len() % 2]),
        _ => Verb::Arrive([At::Unsaid, At::Dropoff][order.vendor]),
    };
    let mut steps = vec![(driver, goes); 6];
    if [S::PickedUp, S::ArrivedAtDropoff].contains(&order.status) {
        steps.extend([(driver, Verb::Deliver), (driver, Verb::Return), (boss, Verb::Fail)]);
        steps.push((boss, Verb::Undo { with_reason: true }));
        return steps;
    }
    let code = [Code::None, Code::Wrong][order.steps.len() % 2];
    steps.extend([
        (driver, Verb::PickUp(Code::Right)),
        (driver, Verb::PickUp(Code::Right)),
        (driver, Verb::PickUp(code)),
    ]);
    steps.extend([(vendor, Verb::HandOver), (driver, Verb::Release), (boss, other_than(order)), (boss, Verb::Cancel)]);
    // Somebody who was asked too, and is late; and a vendor who pressed the button twice.
    steps.extend([(Who::Driver((holder + 1) % DRIVERS), Verb::Claim), (vendor, Verb::Ready)]);
    steps
}
