//! A driver's day: what was brought, what it earned, and how long they were on duty.

use std::collections::BTreeMap;

use super::{
    order::{Money, Order, Status},
    time::Time,
};

/// Longest time that one question may be about, in milliseconds: 7 days.
pub const DAY_MS_MAX: i64 = 7 * 24 * 3_600_000;

/// From when to when a driver worked in a zone; `None`: still there.
pub type Worked = (Time, Option<Time>);

/// What came of a driver's jobs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// How many arrived.
    pub delivered: u32,
    /// How many went back to the vendor.
    pub returned: u32,
    /// What was collected at the doors, one amount for each currency, by its name.
    pub cash: Vec<Money>,
    /// What the delivered orders pay, likewise.
    pub pay: Vec<Money>,
}

impl Sums {
    /// Of these jobs.
    #[must_use]
    pub fn of(jobs: &[Order]) -> Sums {
        let count =
            |status| u32::try_from(jobs.iter().filter(|job| job.status() == status).count()).unwrap_or(u32::MAX);
        let delivered = || jobs.iter().filter(|job| job.status() == Status::Delivered);
        Sums {
            delivered: count(Status::Delivered),
            returned: count(Status::Returned),
            cash: summed(delivered().filter_map(|job| job.cash_to_collect.as_ref())),
            pay: summed(delivered().filter_map(|job| job.driver_pay.as_ref())),
        }
    }
}

fn summed<'m>(amounts: impl Iterator<Item = &'m Money>) -> Vec<Money> {
    let mut sums: BTreeMap<&str, i64> = BTreeMap::new();
    for Money { amount, currency } in amounts {
        let sum = sums.entry(currency).or_default();
        *sum = sum.saturating_add(*amount);
    }
    sums.into_iter().map(|(currency, amount)| Money { amount, currency: currency.to_owned() }).collect()
}

/// How long somebody was on duty between `from` and `to`, in milliseconds. A time in two zones counts once.
#[must_use]
pub fn on_duty_ms(mut worked: Vec<Worked>, from: Time, to: Time) -> i64 {
    worked.sort();
    let (mut counted_to, mut total) = (from, 0);
    for (began, ended) in worked {
        let (began, ended) = (began.max(counted_to), ended.unwrap_or(to).min(to));
        total += ended.since_ms(began).max(0);
        counted_to = counted_to.max(ended);
    }
    total
}

#[cfg(test)]
mod tests {
    use super::{Money, Time, on_duty_ms, summed};

    type Shifts<'s> = &'s [(i64, Option<i64>)];

    #[test]
    fn time_on_duty_is_counted_once() {
        let at = Time::from_ms;
        let table: [(Shifts<'_>, i64); 8] = [
            (&[], 0),
            (&[(0, None)], 100),
            (&[(120, Some(150))], 30),
            (&[(120, Some(150)), (130, Some(140))], 30),
            (&[(120, Some(150)), (130, Some(170))], 50),
            (&[(190, None), (120, Some(130))], 20),
            (&[(0, Some(50)), (250, None)], 0),
            (&[(90, Some(110)), (195, Some(300))], 15),
        ];
        for (worked, expected) in table {
            let worked = worked.iter().map(|(began, ended)| (at(*began), ended.map(at))).collect();
            assert_eq!(on_duty_ms(worked, at(100), at(200)), expected);
        }
    }

    #[test]
    fn each_currency_has_a_sum_of_its_own() {
        let money = |amount, currency: &str| Money { amount, currency: currency.to_owned() };
        let amounts = [money(250, "EUR"), money(100, "CHF"), money(300, "EUR")];
        assert_eq!(summed(amounts.iter()), [money(100, "CHF"), money(550, "EUR")]);
    }
}
