//! A check must be able to fail: each guarantee has a server that breaks it, and the story that catches it does.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;
use serde_json::json;
use waypost::flaws::Flaws;

use crate::{
    asked, life,
    push::{offers, reach, stage::Stage},
    refusals, resume, retention,
    town::Town,
    traps,
};

/// How often a story may try to catch a flaw that only shows when two things happen at once.
const TRIES_MAX: usize = 5;

/// A story in a town with a flaw must fail, and with these words.
async fn catches<S: Future<Output = ()>>(flaw: &str, story: impl Fn() -> S, words: &str) {
    for _ in 0..TRIES_MAX {
        let Err(panic) = AssertUnwindSafe(story()).catch_unwind().await else { continue };
        let said = panic.downcast_ref::<String>().cloned();
        let said = said.or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string)).unwrap_or_default();
        assert!(said.contains(words), "{flaw} was noticed, but as something else: {said}");
        println!("{flaw} is caught: {}", said.lines().next().unwrap_or_default());
        return;
    }
    panic!("nothing notices that the hub does {flaw}");
}

macro_rules! mutants {
    ($($test:ident: $flaw:ident by $story:path, $words:literal;)*) => {
        mutants! { in Town $($test: $flaw by $story, $words;)* }
    };
    (in $place:ident $($test:ident: $flaw:ident by $story:path, $words:literal;)*) => { $(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $test() {
            let flaws = Flaws { $flaw: true, ..Flaws::default() };
            catches(stringify!($flaw), || async move { $story($place::flawed(flaws).await).await }, $words).await;
        }
    )* };
}

mutants! { in Stage
    a_push_that_is_never_sent_is_caught:
        never_push by offers::at_once, "in vain for a push: ann's offer";
    a_push_that_is_made_again_is_caught:
        push_twice by offers::not_twice, "again after a restart";
    a_push_to_a_page_that_rang_is_caught:
        push_to_the_live by offers::live, "her page rang";
    a_browser_that_is_gone_and_told_on_is_caught:
        keep_dead_subscriptions by offers::gone, "waited in vain for ann to be unreachable";
    a_driver_of_whom_nobody_hears_that_they_went_is_caught:
        keep_reach_quiet by reach::heard_by_who_waits, "the passing `driver.reach`";
}

mutants! {
    a_pause_that_never_ends_is_caught:
        forget_pause by crate::pause::ends_by_itself, "driver.zones_changed";
    a_queue_that_is_done_twice_is_caught:
        do_twice by crate::phone::a_queue_sent_twice, "is answered as before";
    a_photo_that_says_where_it_was_taken_is_caught:
        keep_metadata by crate::photos::no_place_in_it, "says where it was taken";
    a_position_that_is_always_shown_is_caught:
        track_shows_position_always by crate::track::nothing_else, "no more and no less";
    a_position_before_the_pickup_is_caught:
        track_shows_position_always by crate::track::on_the_way, "where she was before the pickup is hers";
    a_link_that_never_ends_is_caught:
        keep_links_for_ever by crate::track::ends, "ended";
    a_delivery_that_anybody_follows_is_caught:
        follow_without_limit by crate::track::so_many, "one more is too many";
    followers_that_are_forgotten_are_caught:
        forget_followers by crate::track::live, "waited in vain for the next of it";
    an_order_on_the_way_that_everybody_is_asked_for_is_caught:
        forget_trips by crate::trips::on_the_way, "only who is on the way is asked";
    a_card_that_is_left_with_who_gave_the_order_back_is_caught:
        leave_cards_with_decliners by crate::modes::given_back, "order.assigned";
    a_card_that_is_left_on_another_screen_is_caught:
        decline_on_one_screen by crate::offers::on_every_screen, "driver.declined";
    a_round_that_is_ended_on_two_nodes_is_caught:
        end_rounds_again by crate::nodes::once_on_two_nodes, "each round once, and one end";
    an_offer_that_begins_anew_with_each_turn_is_caught:
        begin_anew_each_turn by crate::trips::alone_and_away, "she does not learn how the offer of the bread ended";
    a_driver_who_sleeps_and_is_asked_on_is_caught:
        ask_sleepers by crate::silence::three_in_a_row, "driver.zones_changed";
    a_driver_who_is_waited_for_for_ever_is_caught:
        wait_for_ever by crate::lost::is_lost, "the vendor knows too";
    an_order_that_waits_to_be_said_ready_is_caught:
        forget_auto_ready by crate::scheduled::by_itself, "order.ready_for_pickup";
    a_hub_that_says_nothing_when_nobody_is_there_is_caught:
        raise_no_alerts by crate::alerts::nobody_is_there, "the vendor knows at once";
    a_hub_that_says_nothing_when_nobody_claims_is_caught:
        raise_no_alerts by crate::alerts::nobody_claims, "after 90 s the dispatcher knows";
    a_driver_who_is_asked_out_of_turn_is_caught:
        ask_out_of_turn by crate::modes::nearest_first, "the nearest is asked first";
    a_driver_who_is_asked_for_more_than_they_can_carry_is_caught:
        forget_standings by asked::the_next_order_comes_when_it_can_be_carried, "asked while her hands were full";
    a_driver_who_is_free_and_not_asked_is_caught:
        ask_nobody_anew by asked::the_next_order_comes_when_it_can_be_carried, "order.ready_for_pickup";
    a_claim_that_looks_first_and_leaps_later_is_caught:
        claim_unconditionally by life::one_of_twenty, "exactly one driver wins";
    a_forgotten_idempotency_key_is_caught:
        forget_idempotency_keys by refusals::one_order_per_idempotency_key, "left == right";
    a_slow_reader_that_is_kept_is_caught:
        keep_slow_readers by traps::slow_reader, "a gap";
    handlers_that_come_too_late_are_caught:
        register_late by traps::early_commands, "were never answered";
    a_door_between_replay_and_live_is_caught:
        attach_without_catching_up by resume::nothing_is_missed_at_the_door, "a gap";
    a_replay_of_what_is_left_is_caught:
        replay_over_the_pruned by retention::an_older_cursor, "as if nothing were missing";
    a_page_of_what_is_left_is_caught:
        replay_over_the_pruned by retention::a_late_program, "it missed what is gone";
    a_log_that_begins_anew_is_caught:
        prune_the_last_event by retention::the_log_goes_on, "the log begins anew";
    an_echo_is_caught:
        tell_the_sender by life::everyone_but_the_sender, "left == right";
    answers_out_of_order_are_caught:
        answer_out_of_order by traps::answers_in_order, "in the order they were given";
    an_event_before_the_answer_is_caught:
        tell_before_the_answer by traps::answers_before_what_follows, "something was told before the answer";
    a_tab_that_lingers_is_caught:
        linger_for_ever by resume::nobody_lingers, "an offer that was not for him";
    forgotten_receipts_are_caught:
        forget_receipts by crate::receipts::receipts_survive, "counted on after a restart";
    rounds_that_are_left_open_are_caught:
        leave_rounds_open by crate::receipts::no_round_is_left_open, "a killed hub left a round open";
    an_offer_that_only_the_timer_ends_is_caught:
        claim_until_the_timer_runs by crate::offers::no_claim_after_the_end, "an offer ends when its time is over";
    a_foreign_page_that_is_let_in_is_caught:
        let_any_origin_in by traps::own_pages_only, "was let in";
    a_page_whose_policy_lets_inline_scripts_run_is_caught:
        let_inline_scripts_run by crate::pages::strict_policy, "nothing that stands in a page";
    a_giant_that_is_taken_is_caught:
        take_any_size by traps::no_giant_before_a_key, "from nobody";
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_without_a_word_is_caught() {
    let story = || crate::stopping::stop_is_announced(&[("WAYPOST_FLAWS", "stop_without_a_word")]);
    catches("stop_without_a_word", story, "/readyz was not answered").await;
}

/// The vendor is made by a hub that can be relied on: this flaw would lose its key first.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_before_the_commit_is_caught() {
    let mut town = Town::open().await;
    let mut vendor = town.vendor().await;
    town.stop().await;
    town.start_flawed(Flaws { answer_before_commit: true, ..Flaws::default() }).await;
    vendor.back().await;
    catches("answer_before_commit", || traps::acknowledged_is_committed(&vendor), "nobody else can see it").await;
}

#[tokio::test]
async fn a_handler_that_panics_is_answered_and_the_line_lives() {
    let town = Town::flawed(Flaws { panic_hooks: true, ..Flaws::default() }).await;
    let vendor = town.vendor().await;
    let order = vendor.submit("soup").await;
    let said = |text: &str| ("order.message", json!({ "id": order, "text": text }));
    let panics = vendor.does_with("order.message", &order, json!({ "text": "!panic handler" })).await;
    let problem = panics.expect_err("it panics");
    assert_eq!((problem.code.as_str(), &problem.body["status"]), ("internal", &json!(500)));
    assert!(!problem.body.to_string().contains("panic"), "the cause is not for the outside: {problem:?}");
    let mixed =
        vendor.send_all(&[said("one"), said("!panic handler"), said("two"), said("!panic unit"), said("three")]);
    let answers = futures_util::future::join_all(mixed.into_iter().map(crate::client::Pending::answer)).await;
    let answered: Vec<&str> =
        answers.iter().map(|answer| answer.as_ref().map_or_else(|problem| problem.code.as_str(), |_| "ok")).collect();
    assert_eq!(answered, ["ok", "internal", "ok", "internal", "ok"]);
    let kept = vendor.rest().get(&format!("/orders/{order}/events")).await.expect("its own");
    let texts: Vec<_> =
        kept["data"].as_array().expect("a list").iter().filter_map(|event| event["data"]["text"].as_str()).collect();
    assert_eq!(texts, ["one", "two", "three"], "the others of its batch are unharmed");
    let ready = vendor.does("order.ready", &order).await.expect("the line lives").data;
    assert_eq!((&ready["status"], &ready["version"]), (&json!("ready_for_pickup"), &json!(5)));
}
