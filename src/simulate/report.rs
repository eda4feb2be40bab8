//! The report: what happened in the town, as one JSON object and as a page to read.

use std::{collections::BTreeMap, fmt::Write as _};

use serde::Serialize;

use super::{
    figures::{Spread, ms},
    promises::Verdict,
};

/// What happened. Durations are real milliseconds, by the hub's clock unless it is said otherwise; a minute of the town's
/// time is `60 000 / speed` of them.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    /// What everything random came from.
    pub seed: u64,
    /// How many times as fast as the hub's the town's time passed.
    pub speed: u32,
    /// How many vendors there were.
    pub vendors: usize,
    /// How many drivers there were.
    pub drivers: usize,
    /// How long the town lived, in real seconds.
    pub lived_s: f64,
    /// It was told to stop, or stopped because a promise was broken, before all orders were over.
    pub stopped_early: bool,
    /// What became of the orders.
    pub orders: Outcomes,
    /// From the first round of an offer to the claim.
    pub time_to_claim_ms: Spread,
    /// From ready for pickup to picked up.
    pub ready_to_pickup_ms: Spread,
    /// From the driver's arrival at the counter to picked up.
    pub arrived_to_pickup_ms: Spread,
    /// How many offers ended in which round by a claim.
    pub claimed_in_round: BTreeMap<u64, u64>,
    /// How many rounds of offers there were.
    pub rounds: u64,
    /// Whom offers reached.
    pub reach: Funnel,
    /// Claims.
    pub claims: Claims,
    /// How many orders the simulated dispatcher gave to drivers, where offers ask nobody.
    pub assigned: u64,
    /// How often the hub sent a driver off duty who saw offers and answered none.
    pub paused: u64,
    /// From a vendor's `order.ready` to a driver who hears it, by the simulator's clock.
    pub ready_heard_ms: Spread,
    /// Connections.
    pub links: Links,
    /// Commands.
    pub commands: Commands,
    /// What became of the hub's promises.
    pub promises: Vec<Verdict>,
    /// What was made on the hub and could not be taken away, and why.
    pub left_behind: Vec<String>,
}

/// What became of the orders, by their status in the end.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Outcomes {
    /// All of them.
    pub submitted: u64,
    /// Handed over to the guest.
    pub delivered: u64,
    /// Brought back to the vendor.
    pub returned: u64,
    /// Called off by the vendor.
    pub cancelled: u64,
    /// Nobody claimed it before the hub gave up.
    pub expired: u64,
    /// Called off, or failed, by the simulator, which closes what is open when it ends.
    pub closed_at_end: u64,
    /// Anything else, such as open because the hub refused to close it.
    pub other: u64,
}

/// Whom offers reached: drivers, counted once for each round in which they were asked.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Funnel {
    /// It was put on their connection.
    pub offered: u64,
    /// Their client said that it came.
    pub delivered: u64,
    /// It was on their screen.
    pub seen: u64,
    /// They claimed or declined it themselves.
    pub answered: u64,
    /// What they answered, or what took the answer from them, by the hub's words; `none` where it says nothing.
    pub by_answer: BTreeMap<String, u64>,
}

/// Claims.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Claims {
    /// Answered with yes. One whose answer was lost with the link is not among them.
    pub won: u64,
    /// Refused because another driver was first, or the offer was over.
    pub lost: u64,
    /// By how much, by the hub's words.
    pub lost_by_ms: Spread,
    /// Of the lost ones, those that were tried though the driver could see that it was too late.
    pub late_on_purpose: u64,
    /// Refused because the driver carries enough.
    pub at_capacity: u64,
}

/// Connections.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Links {
    /// Opened, over all people.
    pub opened: u64,
    /// Dropped by people without a word.
    pub lost_on_purpose: u64,
    /// Ended by anything else.
    pub cut: u64,
    /// Returns that were told what they had missed.
    pub replays: u64,
    /// How many events that were.
    pub events_made_up_for: u64,
    /// Returns that were told how things are instead.
    pub snapshots_instead: u64,
    /// Events of the log that were heard, live or made up for.
    pub events: u64,
    /// Words that are not kept, such as positions.
    pub passing: u64,
}

/// Commands over sockets.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Commands {
    /// How many were given.
    pub given: u64,
    /// Whose answer was lost with the link.
    pub answer_lost: u64,
    /// What was refused, by command and code.
    pub refused: BTreeMap<String, u64>,
}

impl Outcomes {
    /// All that were counted in the end, which is all that were submitted.
    #[must_use]
    pub fn sum(&self) -> u64 {
        let Outcomes { submitted: _, delivered, returned, cancelled, expired, closed_at_end, other } = self;
        delivered + returned + cancelled + expired + closed_at_end + other
    }
}

impl Report {
    /// Whether every promise was kept.
    #[must_use]
    pub fn is_kept(&self) -> bool {
        self.promises.iter().all(|verdict| verdict.broken == 0)
    }

    /// The report as one JSON object, with a line feed.
    ///
    /// # Panics
    /// Never: numbers and words can be written.
    #[must_use]
    pub fn in_json(&self) -> String {
        let object = serde_json::to_string_pretty(self).expect("numbers and words can be written");
        format!("{object}\n")
    }

    /// The report as a page to read.
    #[must_use]
    pub fn in_words(&self) -> String {
        let mut page = String::new();
        for (name, line) in self.lines() {
            // Writing to a String cannot fail.
            let _ = writeln!(page, "  {name:<20} {line}");
        }
        page.push_str("\n  What the hub promises, and what its clients heard\n");
        for verdict in &self.promises {
            let Verdict { promise, checked, broken, how } = verdict;
            let word = if *broken == 0 { "kept" } else { "BROKEN" };
            let times = if *broken == 0 { String::new() } else { format!(", broken {broken} times") };
            let _ = writeln!(page, "  {word:<20} {}: looked at {checked} times{times}", promise.in_words());
            for how in how {
                let _ = writeln!(page, "                         {how}");
            }
        }
        for left in &self.left_behind {
            let _ = writeln!(page, "\n  left on the hub: {left}");
        }
        page
    }

    fn lines(&self) -> Vec<(&'static str, String)> {
        let Report { orders, reach, claims, links, commands, .. } = self;
        let town = format!(
            "seed {}, {} vendors and {} drivers, {:.0} s at {} times the speed of the hub's clock{}",
            self.seed,
            self.vendors,
            self.drivers,
            self.lived_s,
            self.speed,
            if self.stopped_early { ", stopped early" } else { "" }
        );
        let mut outcomes = format!("{}: {} delivered", orders.submitted, orders.delivered);
        let others = [
            (orders.returned, "returned"),
            (orders.cancelled, "cancelled"),
            (orders.expired, "expired"),
            (orders.closed_at_end, "closed at the end"),
            (orders.other, "other"),
        ];
        others.iter().filter(|(count, _)| *count > 0).for_each(|(count, word)| {
            let _ = write!(outcomes, ", {count} {word}");
        });
        let rounds = listed(self.claimed_in_round.iter().map(|(round, count)| format!("{count} in round {round}")));
        let answers = listed(reach.by_answer.iter().map(|(answer, count)| format!("{count} {answer}")));
        let refused = listed(commands.refused.iter().map(|(what, count)| format!("{count} {what}")));
        vec![
            ("the town", town),
            ("orders", outcomes),
            ("ready to claimed", self.times(&self.time_to_claim_ms)),
            ("ready to picked up", self.times(&self.ready_to_pickup_ms)),
            ("at the counter", self.times(&self.arrived_to_pickup_ms)),
            ("rounds", format!("{}; claimed: {rounds}", self.rounds)),
            (
                "offers to drivers",
                format!(
                    "{} sent, {} arrived, {} seen, {} answered ({answers})",
                    reach.offered, reach.delivered, reach.seen, reach.answered
                ),
            ),
            (
                "claims",
                format!(
                    "{} won; {} lost, {} of them tried late on purpose; {} at capacity; {} given out by the dispatcher; \
                     {} drivers sent off duty as silent",
                    claims.won, claims.lost, claims.late_on_purpose, claims.at_capacity, self.assigned, self.paused
                ),
            ),
            ("claims lost by", plain(&claims.lost_by_ms)),
            ("a ready order heard", plain(&self.ready_heard_ms)),
            (
                "connections",
                format!(
                    "{} opened, {} lost on purpose, {} cut; {} replays made up for {} events, {} snapshots instead",
                    links.opened,
                    links.lost_on_purpose,
                    links.cut,
                    links.replays,
                    links.events_made_up_for,
                    links.snapshots_instead
                ),
            ),
            ("heard", format!("{} events, {} words that are not kept", links.events, links.passing)),
            (
                "commands",
                format!("{}, {} answers lost with the link; refused: {refused}", commands.given, commands.answer_lost),
            ),
        ]
    }

    /// A spread in real time and, in brackets, the town's.
    fn times(&self, spread: &Spread) -> String {
        if spread.count == 0 {
            return "none".to_owned();
        }
        let speed = f64::from(self.speed);
        let [p50, p95] =
            [spread.p50, spread.p95].map(|value| format!("{} ({} in the town)", ms(value), ms(value * speed)));
        format!("p50 {p50}, p95 {p95}")
    }
}

fn plain(spread: &Spread) -> String {
    if spread.count == 0 {
        return "none".to_owned();
    }
    format!("p50 {}, p95 {}, at most {}", ms(spread.p50), ms(spread.p95), ms(spread.max))
}

fn listed(things: impl Iterator<Item = String>) -> String {
    let things: Vec<String> = things.collect();
    if things.is_empty() { "none".to_owned() } else { things.join(", ") }
}
