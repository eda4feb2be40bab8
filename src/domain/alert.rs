//! Alerts: what needs a dispatcher, and the vendor to know how things are. They are raised and cleared by what is the case,
//! so that asking again changes nothing.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    id::{AlertId, OrderId, ZoneId},
    offer::Offer,
    order::{Away, Order},
    time::Time,
    zone::Rules,
};

/// What is the matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AlertCode {
    /// Nobody works in any zone of the offer's round.
    NobodyOnDuty,
    /// Nobody has claimed it for longer than the zone's `unclaimed_alert_s`.
    Unclaimed,
    /// Who is to pick it up has not been connected for the zone's `driver_lost_after_s`.
    DriverLost,
    /// Who is to pick it up was blocked.
    DriverBlocked,
}

impl AlertCode {
    const ALL: [AlertCode; 4] =
        [AlertCode::NobodyOnDuty, AlertCode::Unclaimed, AlertCode::DriverLost, AlertCode::DriverBlocked];

    /// The word on the wire and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            AlertCode::NobodyOnDuty => "nobody_on_duty",
            AlertCode::Unclaimed => "unclaimed",
            AlertCode::DriverLost => "driver_lost",
            AlertCode::DriverBlocked => "driver_blocked",
        }
    }

    /// What this word stands for.
    #[must_use]
    pub fn parse(word: &str) -> Option<AlertCode> {
        AlertCode::ALL.into_iter().find(|code| code.as_str() == word)
    }
}

/// Something that needs a dispatcher.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Alert {
    /// Its id.
    pub id: AlertId,
    /// The order it is about.
    pub order_id: OrderId,
    /// What is the matter.
    pub code: AlertCode,
    /// The same in words, as it was when the alert was raised.
    #[schema(example = "on offer for 90 s and not claimed: round 2, sent to 3 drivers, seen by 2")]
    pub detail: String,
    /// Since when.
    pub raised_at: Time,
    /// When a dispatcher saw it.
    #[schema(required)]
    pub acknowledged_at: Option<Time>,
    /// Which dispatcher.
    #[schema(required)]
    pub acknowledged_by: Option<String>,
    /// When it was over.
    #[schema(required)]
    pub cleared_at: Option<Time>,
}

/// Whether somebody works where an order is on offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Duty {
    /// Somebody does.
    Somebody,
    /// Nobody does.
    Nobody,
}

/// How many drivers an offer reached in all its rounds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reached {
    /// To how many it was sent.
    pub sent: usize,
    /// On how many screens it was.
    pub seen: usize,
}

/// Whether who is to pick an order up may still do so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    /// They may.
    Welcome,
    /// They were blocked.
    Blocked,
}

/// What is the matter with an order at this moment.
#[must_use]
pub fn matters(order: &Order, duty: Duty, holder: Holder, rules: &Rules, now: Time) -> Vec<AlertCode> {
    let mut matters = Vec::new();
    if let Some(offer) = order.state.offer() {
        // Where the dispatcher gives out the orders, nobody need be there to be asked.
        if duty == Duty::Nobody && !offer.is_manual() {
            matters.push(AlertCode::NobodyOnDuty);
        }
        if offer.waits_ms(now) >= i64::from(rules.unclaimed_alert_s) * 1_000 {
            matters.push(AlertCode::Unclaimed);
        }
    }
    match order.away {
        Some(_) if holder == Holder::Blocked => matters.push(AlertCode::DriverBlocked),
        Some(Away { lost_at, .. }) if lost_at.is_none_or(|at| at <= now) => matters.push(AlertCode::DriverLost),
        _ => {}
    }
    matters
}

/// What is the matter with an order, in words.
#[must_use]
pub fn in_words(code: AlertCode, order: &Order, reached: Reached, now: Time) -> String {
    let offer = order.state.offer();
    let waits_s = offer.map_or(0, |offer| offer.waits_ms(now) / 1_000);
    let driver = order.state.driver().map_or("the driver", |driver| driver.name.as_str());
    match code {
        AlertCode::NobodyOnDuty => {
            let zones: Vec<&str> = offer.iter().flat_map(|offer| &offer.zones).map(ZoneId::as_str).collect();
            format!("no driver is on duty in {}", zones.join(", "))
        }
        AlertCode::Unclaimed if offer.is_some_and(Offer::is_manual) => {
            format!("ready for {waits_s} s and not given to a driver")
        }
        AlertCode::Unclaimed => {
            let Reached { sent, seen } = reached;
            let drivers = if sent == 1 { "driver" } else { "drivers" };
            let round = offer.map_or(0, |offer| offer.round);
            format!("on offer for {waits_s} s and not claimed: round {round}, sent to {sent} {drivers}, seen by {seen}")
        }
        AlertCode::DriverLost => {
            let away_s = order.away.map_or(0, |away| now.since_ms(away.since) / 1_000);
            format!("{driver} is to pick it up and has not been connected for {away_s} s")
        }
        AlertCode::DriverBlocked => format!("{driver} was to pick it up and is blocked"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{AlertCode, Offer, Order, Reached, Rules, Time, in_words};
    use crate::domain::{offer::First, zone::Mode};

    #[test]
    fn an_alert_says_what_is_the_case() {
        let id = "019b8e07-4625-7b45-b96b-cd8e660b6f40";
        let said = |code, mode, sent| {
            let rules = Rules { mode, ..Rules::default() };
            let zone = "mitte".parse().expect("a slug");
            let offer = Offer::open(&zone, &rules, &First::default(), Time::from_ms(0));
            let order: Order = serde_json::from_value(json!({
                "id": id, "code": "K7Q4", "version": 1, "zone": zone, "pickup_code_required": false,
                "vendor": { "id": id, "name": "Ramen Bar", "phone": null }, "pickup": {}, "items": [],
                "package_count": 1, "size": "small", "needs": [], "tracking_token": "t", "times": {},
                "state": { "state": "ready_for_pickup", "offer": offer },
            }))
            .expect("an order");
            in_words(code, &order, Reached { sent, seen: 0 }, Time::from_ms(90_400))
        };
        assert_eq!(said(AlertCode::NobodyOnDuty, Mode::Broadcast, 0), "no driver is on duty in mitte");
        let one = "on offer for 90 s and not claimed: round 1, sent to 1 driver, seen by 0";
        assert_eq!(said(AlertCode::Unclaimed, Mode::Broadcast, 1), one);
        assert_eq!(said(AlertCode::Unclaimed, Mode::Manual, 0), "ready for 90 s and not given to a driver");
    }
}
