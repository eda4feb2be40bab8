//! Chance that can be repeated.

/// A small generator of numbers that look random and are the same in every run of a seed.
#[derive(Clone)]
pub(crate) struct Dice(u64);

impl Dice {
    /// Dice that fall the same way whenever they are given the same seed.
    pub(crate) fn seeded(seed: u64) -> Dice {
        Dice(seed)
    }

    /// A number below `sides`, which is at least 1.
    pub(crate) fn below(&mut self, sides: usize) -> usize {
        // SplitMix64 (Steele, Lea, Flood 2014): every seed is a good one, also those beside each other.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) >> 33).expect("31 bits") % sides
    }
}
