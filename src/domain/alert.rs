//! Alerts: what needs a dispatcher, and the vendor to know how things are. They are raised and cleared by what is the case,
//! so that asking again changes nothing.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    id::{AlertId, OrderId, ZoneId},
    offer::Offer,
    order::Order,
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
}

impl AlertCode {
    const ALL: [AlertCode; 2] = [AlertCode::NobodyOnDuty, AlertCode::Unclaimed];

    /// The word on the wire and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            AlertCode::NobodyOnDuty => "nobody_on_duty",
            AlertCode::Unclaimed => "unclaimed",
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

/// What is the matter with an order at this moment.
#[must_use]
pub fn matters(order: &Order, duty: Duty, rules: &Rules, now: Time) -> Vec<AlertCode> {
    let Some(offer) = order.state.offer() else { return vec![] };
    let mut matters = Vec::new();
    // Where the dispatcher gives out the orders, nobody need be there to be asked.
    if duty == Duty::Nobody && !offer.is_manual() {
        matters.push(AlertCode::NobodyOnDuty);
    }
    if offer.waits_ms(now) >= i64::from(rules.unclaimed_alert_s) * 1_000 {
        matters.push(AlertCode::Unclaimed);
    }
    matters
}

/// What is the matter, in words.
#[must_use]
pub fn in_words(code: AlertCode, offer: &Offer, reached: Reached, now: Time) -> String {
    let waits_s = offer.waits_ms(now) / 1_000;
    match code {
        AlertCode::NobodyOnDuty => {
            let zones: Vec<&str> = offer.zones.iter().map(ZoneId::as_str).collect();
            format!("no driver is on duty in {}", zones.join(", "))
        }
        AlertCode::Unclaimed if offer.is_manual() => format!("ready for {waits_s} s and not given to a driver"),
        AlertCode::Unclaimed => {
            let Reached { sent, seen } = reached;
            let drivers = if sent == 1 { "driver" } else { "drivers" };
            format!(
                "on offer for {waits_s} s and not claimed: round {}, sent to {sent} {drivers}, seen by {seen}",
                offer.round
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{AlertCode, Offer, Reached, Rules, Time, in_words};
    use crate::domain::zone::Mode;

    #[test]
    fn an_alert_says_what_is_the_case() {
        let said = |code, mode, sent| {
            let rules = Rules { mode, ..Rules::default() };
            let offer = Offer::open(&"mitte".parse().expect("a slug"), &rules, &[], Time::from_ms(0));
            in_words(code, &offer, Reached { sent, seen: 0 }, Time::from_ms(90_400))
        };
        assert_eq!(said(AlertCode::NobodyOnDuty, Mode::Broadcast, 0), "no driver is on duty in mitte");
        let one = "on offer for 90 s and not claimed: round 1, sent to 1 driver, seen by 0";
        assert_eq!(said(AlertCode::Unclaimed, Mode::Broadcast, 1), one);
        assert_eq!(said(AlertCode::Unclaimed, Mode::Manual, 0), "ready for 90 s and not given to a driver");
    }
}
