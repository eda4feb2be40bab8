//! One step of a sequence, done to the real hub.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use waypost::{
    domain::{
        geo::Point,
        id::{DriverId, Id as _, OrderId, VendorId},
        key::Owner,
        order::{
            Order, Place, Proof, Size, Stop,
            command::{Changes, Command, Report},
        },
        time::Time,
    },
    edge::fault::Fault,
    hub::{Ask, DriverDraft, HubError, KeyDraft, PartyChange, Submission},
};

use super::{
    plain::{Answer, At, Change, Code, Draft, Pickup, Step, Verb, Who},
    real::{Real, middle_of, zone_id},
};

/// A code that no order has: there is no 0 in it.
const WRONG_CODE: &str = "0000";

/// Where no zone is.
const ABROAD: Point = Point { lat: 48.2, lng: 16.4 };

impl Real {
    /// Does one step at `now_ms`, and says how it was answered.
    pub(crate) async fn does(&mut self, step: &Step, now_ms: i64) -> Answer {
        self.answer(step, now_ms).await.unwrap_or_else(|no| Answer::Refused(Fault::from(no).code.as_str()))
    }

    async fn answer(&mut self, step: &Step, now_ms: i64) -> Result<Answer, HubError> {
        match *step {
            Step::Submit { who, .. } | Step::Ask { who, .. } => self.lets_in(who).await?,
            Step::Join { driver, .. }
            | Step::Leave { driver, .. }
            | Step::Pause { driver, .. }
            | Step::Resume { driver } => self.lets_in(Who::Driver(driver)).await?,
            _ => {}
        }
        match *step {
            Step::Submit { who, ref draft, key } => {
                let submission = self.submission(draft, key);
                let order = self.hub.submit(self.by(who, now_ms), submission).await?.value;
                if self.place_of(order.id) == usize::MAX {
                    self.people.orders.push((order.id, order.code.clone()));
                }
                Ok(self.answer_of(&order))
            }
            Step::Ask { who, order, verb } => {
                let nobody = (OrderId::new(Time::from_ms(0), [0; 10]), String::new());
                let (id, code) = self.people.orders.get(order).unwrap_or(&nobody);
                let asked = self.asked(verb, code);
                let order = self.hub.ask(self.by(who, now_ms), *id, asked).await?.value;
                Ok(self.answer_of(&order))
            }
            Step::Join { driver, zone } => {
                let by = self.by(Who::Driver(driver), now_ms);
                let found = self.hub.join_zone(by, self.people.drivers[driver], zone_id(zone)).await?.value;
                Ok(Answer::Offers(found.orders.iter().map(|order| self.place_of(order.id)).collect()))
            }
            Step::Leave { driver, zone } => {
                let by = self.by(Who::Driver(driver), now_ms);
                self.hub.leave_zone(by, self.people.drivers[driver], zone_id(zone)).await?;
                Ok(Answer::Done)
            }
            Step::Pause { driver, minutes } => {
                self.hub.pause(self.by(Who::Driver(driver), now_ms), self.people.drivers[driver], minutes).await?;
                Ok(Answer::Done)
            }
            Step::Resume { driver } => {
                self.hub.resume(self.by(Who::Driver(driver), now_ms), self.people.drivers[driver]).await?;
                Ok(Answer::Done)
            }
            Step::Block { driver, blocked } => {
                self.make_key(driver, now_ms).await?;
                self.changes_driver(driver, DriverDraft { blocked: Some(blocked), ..DriverDraft::default() }, now_ms)
                    .await
            }
            Step::Phone { driver, is_here } => self.phone(driver, is_here, now_ms).await.map(|()| Answer::Done),
            Step::Allow { driver, orders_max } => {
                let draft = DriverDraft { max_active_orders: Some(orders_max), ..DriverDraft::default() };
                self.changes_driver(driver, draft, now_ms).await
            }
            Step::Pass { ms } => {
                self.clock.pass_ms(ms);
                Ok(Answer::Done)
            }
            Step::RunDue => Ok(Answer::Count(self.hub.run_due(self.time(now_ms)).await?)),
            Step::TidyUp => {
                // The log is kept for longer than any sequence lasts: only keys are forgotten.
                let kept = "3650".parse().expect("ten years are no fault");
                self.hub.prune(self.time(now_ms), kept).await.map(|_| Answer::Done)
            }
            Step::Restart => self.restart().await.map(|()| Answer::Done),
        }
    }

    fn answer_of(&self, order: &Order) -> Answer {
        let (status, version, driver) = (order.status(), order.version, self.driver_of(order));
        Answer::Order { order: self.place_of(order.id), status, version, driver }
    }

    /// A driver who was ever blocked has to show a key, as everybody has to outside of this test.
    async fn lets_in(&self, who: Who) -> Result<(), HubError> {
        match who {
            Who::Driver(driver) => match &self.people.keys[driver] {
                Some(key) => self.hub.authenticate(key).await.map(|_| ()),
                None => Ok(()),
            },
            _ => Ok(()),
        }
    }

    async fn make_key(&mut self, driver: usize, now_ms: i64) -> Result<(), HubError> {
        if self.people.keys[driver].is_none() {
            let owner = Owner::Driver(self.people.drivers[driver]);
            let draft = KeyDraft { owner, name: None, expires_at: None };
            let made = self.hub.make_key(self.by(Who::Dispatcher, now_ms), draft).await?;
            self.people.keys[driver] = Some(made.text);
        }
        Ok(())
    }

    async fn changes_driver(&self, driver: usize, draft: DriverDraft, now_ms: i64) -> Result<Answer, HubError> {
        let (by, id) = (self.by(Who::Dispatcher, now_ms), self.people.drivers[driver]);
        self.hub.change_driver(by, id, PartyChange::To(draft)).await?;
        Ok(Answer::Done)
    }

    fn submission(&self, draft: &Draft, key: Option<u8>) -> Submission {
        let mut hash = DefaultHasher::new();
        format!("{draft:?}").hash(&mut hash);
        let mut body = [0; 32];
        body[..8].copy_from_slice(&hash.finish().to_be_bytes());
        let nobody = VendorId::new(Time::from_ms(0), [0; 10]);
        let point = match draft.pickup {
            Pickup::AtTheVendor => None,
            Pickup::In(zone) => Some(middle_of(zone)),
            Pickup::Abroad => Some(ABROAD),
        };
        Submission {
            vendor: draft.vendor.map(|vendor| self.people.vendors.get(vendor).copied().unwrap_or(nobody)),
            external_id: draft.external_id.map(|number| number.to_string()),
            zone: draft.zone.map(zone_id),
            pickup: point.map(|point| Place { point: Some(point), ..Place::default() }),
            dropoff: None,
            items: vec![],
            package_count: 1,
            size: Size::Small,
            needs: vec![],
            notes: Some(draft.notes.to_string()),
            cash_to_collect: None,
            driver_pay: None,
            prep_minutes: draft.prep_min.map(u32::from),
            scheduled_for: draft.due_ms.map(|due_ms| self.time(due_ms)),
            auto_ready: draft.auto_ready,
            ready: draft.ready,
            idempotency: key.map(|key| (format!("key {key}"), body)),
        }
    }

    fn asked(&self, verb: Verb, order_code: &str) -> Ask {
        let reason = || "no reason".to_owned();
        Ask::Plain(match verb {
            Verb::Claim => return Ask::Claim,
            Verb::Assign(driver) => {
                let nobody = DriverId::new(Time::from_ms(0), [0; 10]);
                return Ask::Assign(self.people.drivers.get(driver).copied().unwrap_or(nobody));
            }
            Verb::Update { version, change } => Command::Update { version, changes: Box::new(self.changes(change)) },
            Verb::Ready => Command::Ready,
            Verb::Withdraw => Command::Withdraw,
            Verb::Decline => Command::Decline { reason: None },
            Verb::Seen => Command::Seen,
            Verb::Release => Command::Release { reason: reason() },
            Verb::Start => Command::Start,
            Verb::Arrive(At::Unsaid) => Command::Arrive { place: None },
            Verb::Arrive(At::Pickup) => Command::Arrive { place: Some(Stop::Pickup) },
            Verb::Arrive(At::Dropoff) => Command::Arrive { place: Some(Stop::Dropoff) },
            Verb::PickUp(Code::None) => Command::PickUp { code: None },
            Verb::PickUp(Code::Right) => Command::PickUp { code: Some(order_code.to_owned()) },
            Verb::PickUp(Code::Wrong) => Command::PickUp { code: Some(WRONG_CODE.to_owned()) },
            Verb::HandOver => Command::HandOver,
            Verb::Deliver => Command::Deliver { proof: Proof::default() },
            Verb::Return => Command::Return { reason: reason() },
            Verb::ConfirmReturn => Command::ConfirmReturn,
            Verb::Fail => Command::Fail { reason: reason() },
            Verb::Cancel => Command::Cancel { reason: reason() },
            Verb::Reopen => Command::Reopen,
            Verb::Undo { with_reason } => Command::Undo { reason: with_reason.then(reason), from: None },
            Verb::Problem => Command::Problem(Report::Raised { reason: reason(), note: None }),
            Verb::Resolve => Command::Problem(Report::Resolved),
            Verb::Message => Command::Message { text: "hello".to_owned() },
        })
    }

    fn changes(&self, change: Change) -> Changes {
        let mut changes = Changes::default();
        match change {
            Change::Nothing => {}
            Change::Notes(notes) => changes.notes = Some(Some(notes.to_string())),
            Change::NoNotes => changes.notes = Some(None),
            Change::Zone(zone) => changes.zone = Some(zone_id(zone)),
            Change::ExternalId(number) => changes.external_id = Some(Some(number.to_string())),
            Change::Due(due_ms) => changes.scheduled_for = Some(self.time(due_ms)),
            Change::Prep(prep_min) => changes.prep_minutes = Some(prep_min.map(u32::from)),
            Change::AutoReady(auto_ready) => changes.auto_ready = Some(auto_ready),
        }
        changes
    }
}
