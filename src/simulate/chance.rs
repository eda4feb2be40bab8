//! Chance that can be repeated: every person and every order has dice of its own, all from one seed.

use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};

use super::people::Span;

/// The dice of somebody.
pub(super) struct Chance(StdRng);

impl Chance {
    /// The dice that `who` has for their `nth` matter in the town of `seed`.
    ///
    /// That others throw more or less often changes nothing for them.
    pub(super) fn of(seed: u64, who: &str, nth: u64) -> Chance {
        // FNV-1a (Fowler, Noll, Vo): the seeds of neighbours must differ, and no more is asked of it.
        let bytes = seed.to_le_bytes().into_iter().chain(who.bytes()).chain(nth.to_le_bytes());
        let mixed =
            bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        Chance(StdRng::seed_from_u64(mixed))
    }

    /// Whether something happens that does with this probability.
    pub(super) fn happens(&mut self, probability: f64) -> bool {
        self.0.random::<f64>() < probability
    }

    /// Anything within the span.
    pub(super) fn within(&mut self, (low, high): Span) -> f64 {
        low + (high - low) * self.0.random::<f64>()
    }

    /// How long until something happens that does every `mean` on average.
    pub(super) fn until(&mut self, mean: f64) -> f64 {
        // Never quite 0 in the logarithm, and not for ever.
        let rest = (1.0 - self.0.random::<f64>()).max(1e-6);
        -mean * rest.ln()
    }

    /// One of `things`, of which there is at least one.
    pub(super) fn one_of<'t, T>(&mut self, things: &'t [T]) -> &'t T {
        &things[self.0.random_range(0..things.len())]
    }

    /// A number below `end`, which is at least 1.
    pub(super) fn below(&mut self, end: usize) -> usize {
        self.0.random_range(0..end)
    }
}

#[cfg(test)]
mod tests {
    use super::Chance;

    #[test]
    fn a_seed_tells_the_same_story_and_another_another() {
        let story = |seed, who, nth| {
            let mut chance = Chance::of(seed, who, nth);
            (0..4).map(|_| chance.below(1_000)).collect::<Vec<_>>()
        };
        assert_eq!(story(1, "ann", 0), story(1, "ann", 0));
        assert_ne!(story(1, "ann", 0), story(2, "ann", 0));
        assert_ne!(story(1, "ann", 0), story(1, "bob", 0));
        assert_ne!(story(1, "ann", 0), story(1, "ann", 1));
    }

    #[test]
    fn what_happens_every_minute_does_so_on_average() {
        let mut chance = Chance::of(7, "bus", 0);
        let waits: Vec<f64> = (0..2_000).map(|_| chance.until(60.0)).collect();
        let mean = waits.iter().sum::<f64>() / 2_000.0;
        assert!((55.0..65.0).contains(&mean), "{mean}");
    }
}
