//! Deliberate faults, so that each test of a guarantee can be shown to catch its opposite.
//!
//! **Invariant:** without the cargo feature `mutants` none can be switched on, and every question here is a constant `false`.

macro_rules! flaws {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {
        /// Which faults are switched on.
        #[derive(Clone, Copy, Debug, Default)]
        #[cfg(feature = "mutants")]
        pub struct Flaws { $( $(#[$doc])* pub $name: bool, )* }

        /// Which faults are switched on: none can be in this build.
        #[derive(Clone, Copy, Debug, Default)]
        #[cfg(not(feature = "mutants"))]
        pub struct Flaws {}

        #[cfg(feature = "mutants")]
        impl Flaws {
            /// The faults of these names, with commas between them: how a hub in a process of its own is given some.
            ///
            /// # Errors
            /// A sentence that names what is no fault.
            pub fn named(names: &str) -> Result<Flaws, String> {
                let mut flaws = Flaws::default();
                for name in names.split(',').filter(|name| !name.is_empty()) {
                    match name {
                        $( stringify!($name) => flaws.$name = true, )*
                        _ => return Err(format!("WAYPOST_FLAWS names `{name}`, which is no fault")),
                    }
                }
                Ok(flaws)
            }
        }

        impl Flaws { $(
            $(#[$doc])*
            #[must_use]
            #[cfg(feature = "mutants")]
            pub const fn $name(self) -> bool {
                self.$name
            }

            $(#[$doc])*
            #[must_use]
            #[cfg(not(feature = "mutants"))]
            #[expect(clippy::unused_self, reason = "the same call as with the feature")]
            pub const fn $name(self) -> bool {
                false
            }
        )* }
    };
}

flaws! {
    /// A pause that a driver asked for never ends by itself.
    forget_pause,
    /// What a phone says again after a lost answer is done again.
    do_twice,
    /// Photos are kept with what the camera wrote into them.
    keep_metadata,
    /// Who has an order's link sees where its driver is as long as there is one.
    track_shows_position_always,
    /// A link goes on long after its order was closed.
    keep_links_for_ever,
    /// Any number of streams may follow one delivery.
    follow_without_limit,
    /// Who follows a delivery is told only what they ask for.
    forget_followers,
    /// Nothing is pushed.
    never_push,
    /// A push is made again, though it was made.
    push_twice,
    /// Offers are pushed to drivers whose connection says that they came.
    push_to_the_live,
    /// Browsers that are gone are told on.
    keep_dead_subscriptions,
    /// Everybody is asked for an order that somebody could bring on the way.
    forget_trips,
    /// Who sees offers and never answers is asked again and again.
    ask_sleepers,
    /// A driver who is away is never lost.
    wait_for_ever,
    /// Orders that should go on offer by themselves wait until somebody says so.
    forget_auto_ready,
    /// Nothing is said of orders that nobody can or wants to take.
    raise_no_alerts,
    /// Where the nearest driver goes first, everybody is asked at once.
    ask_out_of_turn,
    /// How drivers stand is not noted as it changes, so they are asked for orders that they cannot carry.
    forget_standings,
    /// Who gets free is not asked for what is on offer already.
    ask_nobody_anew,
    /// A claim reads the order first and writes later, without a condition.
    claim_unconditionally,
    /// A unit of work is answered before its commit.
    answer_before_commit,
    /// A commit does not wait until it is on disk.
    synchronous_normal,
    /// Who gave a command may hear what came after it before the answer.
    tell_before_the_answer,
    /// A database that failed is only tried again after a restart.
    never_try_again,
    /// A hub that stops says neither that it is not ready nor that it goes.
    stop_without_a_word,
    /// Receipts of offers are not written down.
    forget_receipts,
    /// Rounds that a killed hub left open stay so.
    leave_rounds_open,
    /// Nobody hears that a driver is reached by another way.
    keep_reach_quiet,
    /// A driver's other screens do not hear what was declined on one.
    decline_on_one_screen,
    /// Who declined an order or gave it back does not hear how its next offer ends.
    leave_cards_with_decliners,
    /// A round that somebody else has ended meanwhile is ended once more.
    end_rounds_again,
    /// An offer that asks one by one begins anew with each turn.
    begin_anew_each_turn,
    /// Who connects while an offer ends stays in its room, and hears of the order's next offers.
    linger_for_ever,
    /// Idempotency keys are not looked at.
    forget_idempotency_keys,
    /// Who declined an order or gave it back is asked again.
    forget_declines,
    /// An offer whose time is over can be claimed until the timer has been by.
    claim_until_the_timer_runs,
    /// A driver may claim more orders than allowed.
    ignore_capacity,
    /// A socket whose buffer is full stays connected and misses events.
    keep_slow_readers,
    /// Commands are registered in the connect handler, after the CONNECT packet went out.
    register_late,
    /// Events between the reading of a socket's state and its attachment are not delivered.
    attach_without_catching_up,
    /// Who gave a command hears its events too.
    tell_the_sender,
    /// Commands are answered as they finish, not as they came.
    answer_out_of_order,
    /// Any web page may connect.
    let_any_origin_in,
    /// Pages run scripts that stand in them.
    let_inline_scripts_run,
    /// Messages of any size are read.
    take_any_size,
    /// Pruning takes the last event too, so that a restart numbers from 1 again.
    prune_the_last_event,
    /// Pruning deletes everything in one unit of work.
    prune_in_one_go,
    /// Who comes back with a cursor older than the log is told what is left of it, as if nothing were missing.
    replay_over_the_pruned,
    /// A chat line `!panic handler` panics in the handler, `!panic unit` in the unit of work.
    panic_hooks,
}
