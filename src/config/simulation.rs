//! The options of `waypost simulate`.

use clap::Args;
use serde_json::{Map, Value};

/// Which town, and for how long.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct Simulation {
    /// Where the hub is reached
    #[arg(long, env = "WAYPOST_SIMULATE_URL", default_value = "http://127.0.0.1:8080", value_name = "URL")]
    pub url: String,

    /// How many vendors, 1 to 200
    #[arg(long, env = "WAYPOST_SIMULATE_VENDORS", default_value_t = 5, value_name = "N",
        value_parser = clap::value_parser!(u32).range(1..=200))]
    pub vendors: u32,

    /// How many drivers, 0 to 2000
    #[arg(long, env = "WAYPOST_SIMULATE_DRIVERS", default_value_t = 12, value_name = "N",
        value_parser = clap::value_parser!(u32).range(0..=2000))]
    pub drivers: u32,

    /// End after so many orders, of all vendors together
    #[arg(long, env = "WAYPOST_SIMULATE_ORDERS", default_value_t = 60, value_name = "N",
        value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub orders: u32,

    /// Take orders for so many minutes of the town's time instead, and end when they are over
    #[arg(long, env = "WAYPOST_SIMULATE_MINUTES", value_name = "N",
        value_parser = clap::value_parser!(u32).range(1..=10_080))]
    pub minutes: Option<u32>,

    /// How many times as fast as the hub's clock people ride, cook and wait, 1 to 100000; the hub's own times, such as the
    /// rounds of an offer, stay what they are
    #[arg(long, env = "WAYPOST_SIMULATE_SPEED", default_value_t = 20, value_name = "TIMES",
        value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub speed: u32,

    /// What everything random comes from: the same seed makes the same people, orders and dice
    #[arg(long, env = "WAYPOST_SIMULATE_SEED", default_value_t = 1, value_name = "N")]
    pub seed: u64,

    /// Play in these zones of the hub, with commas between, instead of making zones of its own: whoever works there is
    /// asked for simulated orders, and simulated drivers claim real ones
    #[arg(long, env = "WAYPOST_SIMULATE_ZONES", value_delimiter = ',', value_name = "ID,…")]
    pub zones: Vec<String>,

    /// How long a round of an offer lasts in zones of its own, in seconds, 10 to 600; 45 if absent
    #[arg(long, env = "WAYPOST_SIMULATE_ROUND_S", value_name = "S", conflicts_with = "zones",
        value_parser = clap::value_parser!(u32).range(10..=600))]
    pub round_s: Option<u32>,

    /// After how many minutes without a claim an order expires in zones of its own, 3 to 60; 20 if absent
    #[arg(long, env = "WAYPOST_SIMULATE_GIVE_UP_MIN", value_name = "MIN", conflicts_with = "zones",
        value_parser = clap::value_parser!(u32).range(3..=60))]
    pub give_up_min: Option<u32>,

    /// More rules of zones of its own, as `PUT /api/v1/zones/{id}` takes them: `{"mode":"nearest"}`. Where a zone's mode is
    /// `manual`, a simulated dispatcher gives out the orders
    #[arg(long, env = "WAYPOST_SIMULATE_RULES", conflicts_with = "zones", value_name = "JSON", value_parser = rules_of)]
    pub rules: Option<Map<String, Value>>,

    /// Print the report as one JSON object
    #[arg(long, env = "WAYPOST_SIMULATE_JSON")]
    pub json: bool,
}

/// # Errors
/// A sentence that says why this is no JSON object.
fn rules_of(text: &str) -> Result<Map<String, Value>, String> {
    serde_json::from_str(text)
        .map_err(|fault| format!("must be a JSON object such as {{\"mode\":\"nearest\"}}: {fault}"))
}

#[cfg(test)]
mod tests {
    use super::rules_of;

    #[test]
    fn rules_are_an_object_or_are_refused_in_words() {
        assert_eq!(rules_of(r#"{"mode":"manual"}"#).expect("an object")["mode"], "manual");
        for wrong in ["manual", "[]", "", "3"] {
            assert!(rules_of(wrong).is_err_and(|why| why.starts_with("must be a JSON object such as")), "{wrong}");
        }
    }
}
