//! The whole machine as one printed table, and what the table cannot show.

use std::fmt::Write as _;

use super::{Command, EventType, PHOTO_MS_MAX, REOPEN_MS_MAX, Report, Terms, UNDO_MS_MAX};
use crate::domain::{
    actor::{Actor, Role},
    id::{DriverId, Id, OrderId, PhotoId, VendorId},
    offer::{First, Offer},
    order::{Order, Place, Proof, Size, State, Status, Step, Stop, Times, command::Changes},
    party::{DriverCard, VendorCard},
    refusal::Refusal,
    time::Time,
    zone::Rules,
};

const THEN: Time = Time::from_ms(1_000_000);
const NOW: Time = Time::from_ms(1_005_000);

fn driver(n: u8) -> DriverCard {
    DriverCard { id: DriverId::new(THEN, [n; 10]), name: format!("driver {n}"), phone: None, vehicle: None }
}

fn vendor(n: u8) -> VendorCard {
    VendorCard { id: VendorId::new(THEN, [n; 10]), name: format!("vendor {n}"), phone: None }
}

/// An order in each state; driver 1 holds it wherever somebody does.
fn order_in(status: Status) -> Order {
    let (held, at) = (|step| State::Held { step, driver: driver(1) }, Some(THEN));
    let offer = Offer::open(&"mitte".parse().expect("a slug"), &Rules::default(), &First::default(), THEN);
    let times = Times { submitted_at: at, ..Times::default() };
    let assigned = Times { ready_at: at, assigned_at: at, ..times };
    let arrived = Times { enroute_at: at, arrived_at_pickup_at: at, ..assigned };
    let picked = Times { picked_up_at: at, ..arrived };
    let at_door = Times { arrived_at_dropoff_at: at, ..picked };
    let (state, times) = match status {
        Status::Scheduled => (State::Scheduled, times),
        Status::Submitted => (State::Submitted, times),
        Status::ReadyForPickup => (State::ReadyForPickup { offer: offer.clone() }, Times { ready_at: at, ..times }),
        Status::Assigned => (held(Step::Assigned), assigned),
        Status::EnrouteToPickup => (held(Step::EnrouteToPickup), Times { enroute_at: at, ..assigned }),
        Status::ArrivedAtPickup => (held(Step::ArrivedAtPickup), arrived),
        Status::PickedUp => (held(Step::PickedUp), picked),
        Status::ArrivedAtDropoff => (held(Step::ArrivedAtDropoff), at_door),
        Status::Delivered => {
            let state = State::Delivered { driver: driver(1), proof: Proof::default(), from: Step::ArrivedAtDropoff };
            (state, Times { delivered_at: at, closed_at: at, ..at_door })
        }
        Status::Returning => (held(Step::Returning), picked),
        Status::Returned => (State::Returned { driver: driver(1) }, Times { closed_at: at, ..picked }),
        Status::Cancelled => {
            (State::Cancelled { reason: "closed early".to_owned(), driver: None }, Times { closed_at: at, ..times })
        }
        Status::Expired => (State::Expired, Times { closed_at: at, ..times }),
        Status::Failed => (State::Failed { driver: driver(1) }, Times { closed_at: at, ..picked }),
    };
    let was_on_offer = !matches!(status, Status::Scheduled | Status::Submitted | Status::ReadyForPickup);
    Order {
        id: OrderId::new(THEN, [7; 10]),
        code: "K7Q4".to_owned(),
        external_id: None,
        version: 4,
        zone: "mitte".parse().expect("a slug"),
        vendor: vendor(1),
        pickup_code_required: false,
        pickup: Place::default(),
        dropoff: None,
        items: vec![],
        package_count: 1,
        size: Size::Small,
        needs: vec![],
        notes: Some("two pizzas".to_owned()),
        cash_to_collect: None,
        driver_pay: None,
        prep_minutes: None,
        scheduled_for: Some(THEN),
        auto_ready: true,
        tracking_token: "t".to_owned(),
        state,
        times,
        last_offer: was_on_offer.then_some(offer),
        problem: None,
        away: None,
    }
}

fn commands(claimant: u8) -> Vec<Command> {
    let reason = || "because".to_owned();
    vec![
        Command::Update {
            version: 4,
            changes: Box::new(Changes { prep_minutes: Some(Some(5)), ..Changes::default() }),
        },
        Command::Ready,
        Command::Withdraw,
        Command::Claim(driver(claimant)),
        Command::Decline { reason: None },
        Command::Seen,
        Command::Assign(driver(3)),
        Command::Release { reason: reason() },
        Command::Start,
        Command::Arrive { place: None },
        Command::PickUp { code: None },
        Command::HandOver,
        Command::Deliver { proof: Proof::default() },
        Command::Photo(PhotoId::new(THEN, [5; 10])),
        Command::Return { reason: reason() },
        Command::ConfirmReturn,
        Command::Fail { reason: reason() },
        Command::Cancel { reason: reason() },
        Command::Reopen,
        Command::Undo { reason: Some(reason()), from: None },
        Command::Problem(Report::Raised { reason: reason(), note: None }),
        Command::Message { text: "hello".to_owned() },
        Command::ComeDue,
        Command::ComeReady,
        Command::TakeBack { reason: "driver_lost" },
        Command::TurnOver,
        Command::RoundOver { zones: vec!["mitte".parse().expect("a slug")] },
    ]
}

fn actors() -> [(&'static str, Actor, u8); 6] {
    let as_driver = |n: u8| Actor::Driver { id: driver(n).id, name: driver(n).name };
    let as_vendor = |n: u8| Actor::Vendor { id: vendor(n).id, name: vendor(n).name };
    [
        ("its vendor", as_vendor(1), 1),
        ("another vendor", as_vendor(2), 1),
        ("its driver", as_driver(1), 1),
        ("another driver", as_driver(2), 2),
        ("a dispatcher", Actor::Admin { id: None, name: "desk".to_owned() }, 1),
        ("the hub", Actor::Hub, 1),
    ]
}

fn short(status: Status) -> &'static str {
    match status {
        Status::Scheduled => "sched",
        Status::Submitted => "subm",
        Status::ReadyForPickup => "ready",
        Status::Assigned => "assgn",
        Status::EnrouteToPickup => "enrt",
        Status::ArrivedAtPickup => "atpic",
        Status::PickedUp => "pickd",
        Status::ArrivedAtDropoff => "atdro",
        Status::Delivered => "deliv",
        Status::Returning => "retng",
        Status::Returned => "retnd",
        Status::Cancelled => "cancl",
        Status::Expired => "exprd",
        Status::Failed => "faild",
    }
}

fn cell(order: &Order, command: &Command, actor: &Actor, rules: &Rules) -> String {
    match order.on(command, actor, Terms { now: NOW.plus_ms(60_000), rules, first: &First::default() }) {
        Ok(facts) => facts.last().map_or("=".to_owned(), |fact| short(fact.order.status()).to_owned()),
        Err(Refusal::InvalidTransition { .. }) => ".".to_owned(),
        Err(Refusal::Forbidden(_)) => "!".to_owned(),
        Err(Refusal::NotFound(_)) => "?".to_owned(),
        Err(Refusal::AlreadyClaimed { .. }) => "taken".to_owned(),
        Err(Refusal::OfferClosed(_)) => "over".to_owned(),
        Err(other) => format!("{other:?}"),
    }
}

/// Cells side by side.
fn row(cells: impl Iterator<Item = String>) -> String {
    let mut row = String::new();
    for cell in cells {
        let _ = write!(row, "{cell:<6}");
    }
    row.truncate(row.trim_end().len());
    row
}

/// Every status × every command × the right and the wrong actor, as one page.
#[test]
fn every_command_in_every_status_by_everyone() {
    let rules = Rules::default();
    let mut page = String::from(
        "= already so   . not in this status   ! not by this actor   ? not theirs to know of   \
         taken: another driver has it   over: the offer has ended\n",
    );
    for (who, actor, claimant) in actors() {
        let heads = row(Status::ALL.iter().map(|status| short(*status).to_owned()));
        let _ = write!(page, "\n{who:<22}{heads}\n");
        for command in commands(claimant) {
            let cells = row(Status::ALL.iter().map(|status| cell(&order_in(*status), &command, &actor, &rules)));
            let _ = writeln!(page, "{:<22}{}", command.named().name, cells);
        }
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/domain/order/machine/table.txt");
    if std::env::var_os("WAYPOST_BLESS").is_some() {
        std::fs::write(path, &page).expect("the table can be written");
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    let differs: Vec<String> = page
        .lines()
        .zip(kept.lines().chain(std::iter::repeat("(nothing)")))
        .filter(|(now, kept)| now != kept)
        .map(|(now, kept)| format!("kept: {kept}\nnow:  {now}"))
        .collect();
    assert!(kept == page, "the machine differs from {path}; WAYPOST_BLESS=1 writes it anew\n{}", differs.join("\n"));
}

fn on(order: &Order, command: &Command, actor: &Actor) -> Result<Vec<super::Fact>, Refusal> {
    order.on(command, actor, Terms { now: NOW, rules: &Rules::default(), first: &First::default() })
}

fn admin() -> Actor {
    Actor::Admin { id: None, name: "desk".to_owned() }
}

fn holder() -> Actor {
    Actor::Driver { id: driver(1).id, name: driver(1).name }
}

#[test]
fn every_fact_raises_the_version_by_one() {
    for status in Status::ALL {
        for (_, actor, claimant) in actors() {
            for command in commands(claimant) {
                let order = order_in(status);
                let versions: Vec<i64> =
                    on(&order, &command, &actor).unwrap_or_default().iter().map(|fact| fact.order.version).collect();
                let expected: Vec<i64> = (order.version + 1..).take(versions.len()).collect();
                assert_eq!(versions, expected, "{} in {status}", command.named().name);
            }
        }
    }
}

#[test]
fn a_release_is_followed_by_a_new_offer() {
    let facts = on(&order_in(Status::EnrouteToPickup), &Command::Release { reason: "flat tyre".to_owned() }, &holder())
        .expect("its driver may");
    let kinds: Vec<_> = facts.iter().map(|fact| fact.kind).collect();
    assert_eq!(kinds, [EventType::OrderReleased, EventType::OrderReadyForPickup]);
    assert_eq!(facts[0].data["reason"], "flat tyre");
    assert_eq!(facts[1].order.state.offer().map(|offer| offer.round), Some(1));
    assert_eq!(facts[1].order.times.assigned_at, None);
}

#[test]
fn a_lost_claim_says_how_long_before() {
    let other = Actor::Driver { id: driver(2).id, name: driver(2).name };
    let refusal = on(&order_in(Status::Assigned), &Command::Claim(driver(2)), &other).expect_err("driver 1 has it");
    assert_eq!(refusal.to_string(), "another driver claimed this order 5.0 s before you");
}

#[test]
fn an_update_needs_the_current_version() {
    let stale = Command::Update { version: 3, changes: Box::default() };
    let refusal = on(&order_in(Status::Submitted), &stale, &admin()).expect_err("version 4 is current");
    assert_eq!(refusal, Refusal::VersionConflict { given: 3, current: 4 });
}

#[test]
fn a_place_does_not_change_while_it_is_on_offer() {
    let changes = Changes { pickup: Some(Place::default()), ..Changes::default() };
    let update = Command::Update { version: 4, changes: Box::new(changes) };
    assert!(on(&order_in(Status::Submitted), &update, &admin()).is_ok());
    let refusal = on(&order_in(Status::ReadyForPickup), &update, &admin()).expect_err("it is on offer");
    assert!(matches!(refusal, Refusal::Invalid { field, .. } if field == "pickup"));
}

#[test]
fn a_vendor_who_requires_the_code_gets_it() {
    let order = Order { pickup_code_required: true, ..order_in(Status::ArrivedAtPickup) };
    let with = |code: Option<&str>| on(&order, &Command::PickUp { code: code.map(str::to_owned) }, &holder());
    assert!(matches!(with(None), Err(Refusal::ProofRequired(_))));
    assert_eq!(with(Some("AAAA")), Err(Refusal::WrongCode));
    assert_eq!(with(Some(" k7q4 ")).expect("the code is right")[0].order.status(), Status::PickedUp);
}

#[test]
fn a_driver_may_undo_for_ten_seconds_and_a_dispatcher_with_a_reason() {
    let order = order_in(Status::Delivered);
    let undo = |reason: Option<&str>, actor: &Actor, after_ms| {
        let command = Command::Undo { reason: reason.map(str::to_owned), from: None };
        order.on(
            &command,
            actor,
            Terms { now: THEN.plus_ms(after_ms), rules: &Rules::default(), first: &First::default() },
        )
    };
    let facts = undo(None, &holder(), UNDO_MS_MAX).expect("within 10 s");
    assert_eq!(facts[0].order.status(), Status::ArrivedAtDropoff);
    assert_eq!((facts[0].order.times.delivered_at, facts[0].order.times.closed_at), (None, None));
    assert!(matches!(undo(None, &holder(), UNDO_MS_MAX + 1), Err(Refusal::Forbidden(_))));
    assert!(undo(Some("wrong door"), &admin(), UNDO_MS_MAX * 100).is_ok());
    assert!(matches!(undo(None, &admin(), 0), Err(Refusal::Invalid { .. })));
}

#[test]
fn only_the_step_that_is_named_is_taken_back() {
    let undo = |status| {
        let command = Command::Undo { reason: None, from: Some(Status::ArrivedAtPickup) };
        on(&order_in(status), &command, &holder()).map(|facts| facts[0].order.status())
    };
    assert_eq!(undo(Status::ArrivedAtPickup), Ok(Status::EnrouteToPickup));
    let refusal = Refusal::InvalidTransition { command: "order.undo", status: Status::PickedUp };
    assert_eq!(undo(Status::PickedUp), Err(refusal), "another screen was quicker");
}

#[test]
fn a_cancelled_order_can_be_reopened_for_half_an_hour() {
    let at = |after_ms| {
        let terms = Terms { now: THEN.plus_ms(after_ms), rules: &Rules::default(), first: &First::default() };
        order_in(Status::Cancelled).on(&Command::Reopen, &admin(), terms)
    };
    let kinds: Vec<_> = at(REOPEN_MS_MAX).expect("in time").iter().map(|fact| fact.kind).collect();
    assert_eq!(kinds, [EventType::OrderReopened, EventType::OrderReadyForPickup]);
    assert!(at(REOPEN_MS_MAX + 1).is_err());
}

#[test]
fn an_offer_goes_round_by_round_and_then_expires() {
    let mut order = order_in(Status::ReadyForPickup);
    let mut rounds = vec![];
    while let Some(due) = order.due_at() {
        let round_over = Command::RoundOver { zones: vec![order.zone.clone()] };
        let facts = order
            .on(&round_over, &Actor::Hub, Terms { now: due, rules: &Rules::default(), first: &First::default() })
            .expect("it is due");
        order = facts[0].order.clone();
        rounds.push(order.state.offer().map(|offer| offer.round));
    }
    assert_eq!(order.status(), Status::Expired);
    // 20 minutes of 45 s: 27 rounds, the last one shorter.
    assert_eq!(rounds.iter().flatten().max(), Some(&27));
}

#[test]
fn an_offer_can_be_claimed_until_it_is_given_up() {
    let order = order_in(Status::ReadyForPickup);
    let offer = order.state.offer().expect("it is on offer");
    let (round_over, given_up) = (offer.expires_at, offer.gives_up_at);
    let claim = |now| {
        order.on(
            &Command::Claim(driver(1)),
            &holder(),
            Terms { now, rules: &Rules::default(), first: &First::default() },
        )
    };
    assert!(claim(round_over).is_ok() && claim(given_up.plus_ms(-1)).is_ok());
    assert_eq!(claim(given_up), Err(Refusal::OfferClosed("nobody claimed it in time")));
}

/// A phone that was offline says late that it was at the pickup: it may not count as an arrival at the door.
#[test]
fn an_arrival_that_comes_late_is_none_elsewhere() {
    let arrive = |status, place| {
        let facts = on(&order_in(status), &Command::Arrive { place: Some(place) }, &holder());
        facts.map(|facts| facts.first().map(|fact| fact.order.status()))
    };
    let already = Ok(None);
    for late in [Status::ArrivedAtPickup, Status::PickedUp, Status::ArrivedAtDropoff, Status::Delivered] {
        assert_eq!(arrive(late, Stop::Pickup), already, "at the pickup, while it is {late}");
    }
    for late in [Status::ArrivedAtDropoff, Status::Delivered] {
        assert_eq!(arrive(late, Stop::Dropoff), already, "at the door, while it is {late}");
    }
    assert_eq!(arrive(Status::EnrouteToPickup, Stop::Pickup), Ok(Some(Status::ArrivedAtPickup)));
    assert_eq!(arrive(Status::PickedUp, Stop::Dropoff), Ok(Some(Status::ArrivedAtDropoff)));
    for early in [Status::Assigned, Status::EnrouteToPickup, Status::ArrivedAtPickup] {
        assert!(arrive(early, Stop::Dropoff).is_err(), "at the door, while it is {early}");
    }
}

#[test]
fn a_photo_may_come_within_a_day_of_the_delivery_and_only_the_first_is_the_proof() {
    let photo = PhotoId::new(THEN, [5; 10]);
    let late = |order: &Order, after_ms| {
        let terms = Terms { now: THEN.plus_ms(after_ms), rules: &Rules::default(), first: &First::default() };
        order.on(&Command::Photo(photo), &holder(), terms)
    };
    let facts = late(&order_in(Status::Delivered), PHOTO_MS_MAX).expect("within a day");
    assert_eq!((facts[0].kind, &facts[0].data["changed"]), (EventType::OrderUpdated, &serde_json::json!(["proof"])));
    assert!(matches!(&facts[0].order.state, State::Delivered { proof, .. } if proof.photo == Some(photo)));
    assert_eq!(late(&facts[0].order, 0), Ok(vec![]), "it has one");
    assert!(late(&order_in(Status::Delivered), PHOTO_MS_MAX + 1).is_err());
}

#[test]
fn a_problem_is_raised_and_cleared() {
    let raised = Report::Raised { reason: "wet".to_owned(), note: None };
    let facts = on(&order_in(Status::PickedUp), &Command::Problem(raised), &holder()).expect("its driver may");
    assert_eq!(facts[0].order.problem.as_ref().map(|problem| problem.reported_by), Some(Role::Driver));
    let cleared = on(&facts[0].order, &Command::Problem(Report::Resolved), &admin()).expect("the dispatcher may");
    assert_eq!(cleared[0].order.problem, None);
}
