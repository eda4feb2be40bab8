//! A hub that breaks a promise does not go through the sequences.

use waypost::flaws::Flaws;

use super::{SEQUENCES, sequences};

/// A hub with this flaw must differ from the contract, and in one of these words.
fn catches(flaw: &str, flaws: Flaws, words: &[&str]) {
    let Err(said) = sequences(flaws, 1, SEQUENCES) else { panic!("nothing notices that the hub does {flaw}") };
    assert!(words.iter().any(|words| said.contains(words)), "{flaw} was noticed, but as something else: {said}");
    println!("{flaw} is caught: {said}");
}

macro_rules! mutants {
    ($($test:ident: $flaw:ident, $($words:literal)|+;)*) => { $(
        #[test]
        fn $test() {
            catches(stringify!($flaw), Flaws { $flaw: true, ..Flaws::default() }, &[$($words),+]);
        }
    )* };
}

mutants! {
    a_second_order_for_the_same_key_differs: forget_idempotency_keys, "is answered otherwise";
    an_order_offered_again_to_who_declined_it_differs: forget_declines, "is told otherwise" | "leaves a driver another board";
    a_pause_that_never_ends_differs: forget_pause, "is answered otherwise";
    a_claim_beyond_what_a_driver_may_carry_differs: ignore_capacity, r#"by the contract: Refused("at_capacity")"#;
}
