//! The hub's promises, checked from what clients hear.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Mutex, MutexGuard, PoisonError},
};

use serde::Serialize;

/// Breaches of one promise that are told of; the others are counted.
const TOLD_MAX: usize = 10;

/// What the hub promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Promise {
    /// No order has two holders.
    OneHolder,
    /// Everybody hears every event of theirs once and in order, over all their connections.
    NothingMissed,
    /// Whoever was told of an offer hears of its end, and no card stays behind.
    NoGhosts,
    /// Every command on a living connection is answered, once.
    Answered,
    /// What was acknowledged is there.
    Kept,
}

impl Promise {
    const ALL: [Promise; 5] =
        [Promise::OneHolder, Promise::NothingMissed, Promise::NoGhosts, Promise::Answered, Promise::Kept];

    /// The promise in a sentence.
    #[must_use]
    pub fn in_words(self) -> &'static str {
        match self {
            Promise::OneHolder => "no order has two holders",
            Promise::NothingMissed => "everybody hears all of theirs, once and in order",
            Promise::NoGhosts => "every offer ends for everybody who was told of it",
            Promise::Answered => "every command is answered",
            Promise::Kept => "what was acknowledged is there",
        }
    }
}

/// What became of a promise.
#[derive(Clone, Debug, Serialize)]
pub struct Verdict {
    /// Which.
    pub promise: Promise,
    /// How often it was looked at: events, answers, offers, orders.
    pub checked: u64,
    /// How often it was broken.
    pub broken: u64,
    /// How, of the first ten times, in words.
    pub how: Vec<String>,
}

/// An order at one version, as somebody was told.
#[derive(Clone, Debug, PartialEq)]
struct Fact {
    holder: Option<String>,
    /// Whose claim made it so.
    claimed_by: Option<String>,
}

#[derive(Default)]
struct Book {
    /// How often each promise was looked at, and how it was broken.
    verdicts: BTreeMap<Promise, (u64, u64, Vec<String>)>,
    facts: HashMap<String, BTreeMap<i64, Fact>>,
}

/// Everything that was checked.
#[derive(Default)]
pub(super) struct Promises(Mutex<Book>);

impl Promises {
    fn book(&self) -> MutexGuard<'_, Book> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that a promise was looked at, and how it was broken if it was.
    pub(super) fn look<T, E: Into<String>>(&self, promise: Promise, outcome: Result<T, E>) -> Option<T> {
        self.book().look(promise, outcome)
    }

    /// Somebody was told that an order is at `version`, and who holds it then.
    pub(super) fn told(&self, order: &str, version: i64, holder: Option<&str>) {
        self.fact(order, version, Fact { holder: holder.map(ToOwned::to_owned), claimed_by: None });
    }

    /// A driver's claim was answered with yes, and the order is at `version` since.
    pub(super) fn claimed(&self, order: &str, version: i64, driver: &str) {
        let driver = Some(driver.to_owned());
        self.fact(order, version, Fact { holder: driver.clone(), claimed_by: driver });
    }

    fn fact(&self, order: &str, version: i64, fact: Fact) {
        let mut book = self.book();
        let facts = book.facts.entry(order.to_owned()).or_default();
        let outcome = match facts.get_mut(&version) {
            None => {
                facts.insert(version, fact);
                Ok(())
            }
            Some(known) if known.holder == fact.holder => {
                known.claimed_by = fact.claimed_by.or_else(|| known.claimed_by.take());
                Ok(())
            }
            Some(known) => Err(format!(
                "order {order} at version {version} is held by {}, and by {}",
                named(known.holder.as_deref()),
                named(fact.holder.as_deref())
            )),
        };
        book.look(Promise::OneHolder, outcome);
    }

    /// Looks at the whole history of every order: nobody's claim took it from another.
    pub(super) fn close(&self) {
        let mut book = self.book();
        let facts = std::mem::take(&mut book.facts);
        for (order, facts) in facts {
            let mut before: Option<&str> = None;
            for (version, fact) in &facts {
                let is_taken = fact.claimed_by.is_some() && before.is_some() && before != fact.holder.as_deref();
                let outcome = match before {
                    Some(before) if is_taken => Err(format!(
                        "{} claimed order {order} at version {version}, which {before} held",
                        named(fact.holder.as_deref())
                    )),
                    _ => Ok(()),
                };
                book.look(Promise::OneHolder, outcome);
                before = fact.holder.as_deref();
            }
        }
    }

    /// How many breaches there are until now.
    pub(super) fn broken(&self) -> u64 {
        self.book().verdicts.values().map(|(_, broken, _)| broken).sum()
    }

    /// What became of each promise.
    pub(super) fn verdicts(&self) -> Vec<Verdict> {
        let mut book = self.book();
        let verdict = |promise| {
            let (checked, broken, how) = book.verdicts.remove(&promise).unwrap_or_default();
            Verdict { promise, checked, broken, how }
        };
        Promise::ALL.map(verdict).into()
    }
}

impl Book {
    fn look<T, E: Into<String>>(&mut self, promise: Promise, outcome: Result<T, E>) -> Option<T> {
        let (checked, broken, how) = self.verdicts.entry(promise).or_default();
        *checked += 1;
        outcome
            .map_err(|why| {
                *broken += 1;
                if how.len() < TOLD_MAX {
                    how.push(why.into());
                }
            })
            .ok()
    }
}

fn named(holder: Option<&str>) -> &str {
    holder.unwrap_or("nobody")
}

#[cfg(test)]
mod tests {
    use super::{Promise, Promises};

    fn broken(promises: &Promises) -> Vec<String> {
        promises.close();
        let verdict = promises.verdicts().into_iter().find(|verdict| verdict.promise == Promise::OneHolder);
        verdict.expect("every promise has a verdict").how
    }

    #[test]
    fn two_who_hold_the_same_version_are_noticed() {
        let promises = Promises::default();
        promises.claimed("a", 3, "ann");
        promises.told("a", 3, Some("ann"));
        promises.claimed("a", 3, "bob");
        assert_eq!(broken(&promises), ["order a at version 3 is held by ann, and by bob"]);
    }

    #[test]
    fn a_claim_that_takes_an_order_from_another_is_noticed_whenever_it_is_told() {
        let promises = Promises::default();
        promises.claimed("a", 5, "bob");
        promises.claimed("a", 3, "ann");
        assert_eq!(broken(&promises), ["bob claimed order a at version 5, which ann held"]);
    }

    #[test]
    fn an_order_may_be_given_back_and_be_given_to_another() {
        let promises = Promises::default();
        promises.claimed("a", 3, "ann");
        promises.told("a", 5, None);
        promises.claimed("a", 6, "bob");
        // A dispatcher may take it from somebody.
        promises.told("a", 7, Some("cleo"));
        assert_eq!(broken(&promises), [""; 0]);
    }

    #[test]
    fn breaches_are_counted_though_not_all_are_told() {
        let promises = Promises::default();
        for n in 0..25 {
            promises.look(Promise::Kept, if n < 20 { Err("gone") } else { Ok(()) });
        }
        assert_eq!(promises.broken(), 20);
        let verdict = promises.verdicts().pop().expect("every promise has a verdict");
        assert_eq!((verdict.promise, verdict.checked, verdict.broken, verdict.how.len()), (Promise::Kept, 25, 20, 10));
    }
}
