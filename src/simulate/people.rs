//! The people of a simulated town: everything that is assumed of them, in one table.
//!
//! Durations are seconds of the town's time, which passes `--speed` times as fast as the hub's.

/// A span of which something falls anywhere with the same chance, from the first to the second.
pub(super) type Span = (f64, f64);

/// What is assumed of people. There is one table, [`HABITS`].
pub(super) struct Habits {
    /// From one order of a vendor to the next, on average.
    pub(super) order_gap_s: f64,
    /// From an order to the moment its kitchen is done.
    pub(super) prep_s: Span,
    /// How long a vendor leaves an order on offer that nobody claims before it is called off.
    pub(super) vendor_patience_s: f64,
    /// Orders that are submitted ready for pickup.
    pub(super) ready_at_once: f64,
    /// Orders for later, and how much later.
    pub(super) scheduled: f64,
    pub(super) scheduled_s: Span,
    /// Orders that are taken off offer again if nobody was quicker, after how long, and for how long.
    pub(super) withdrawn: f64,
    pub(super) withdrawn_after_s: Span,
    pub(super) withdrawn_for_s: Span,
    /// Orders that the guest calls off: in the kitchen, or at any later time before the pickup.
    pub(super) cancelled_in_kitchen: f64,
    pub(super) cancelled_later: f64,
    pub(super) cancelled_after_s: Span,
    /// Vendors that hand over only for the order's code.
    pub(super) asks_for_code: f64,
    /// Pickups that the counter notes before the driver does.
    pub(super) handed_over: f64,
    /// At the counter, and at the door.
    pub(super) counter_s: Span,
    pub(super) door_s: Span,
    /// From the return of an order to the moment the vendor says so.
    pub(super) takes_back_s: Span,
    /// From the sound of an offer to a look at it, and from the look to an answer.
    pub(super) look_s: Span,
    pub(super) answer_s: Span,
    /// A driver claims what is at hand with this chance, which falls to a third of it at this distance.
    pub(super) keen: Span,
    pub(super) keen_m: f64,
    /// Of the offers that are not claimed, those that are declined; of the others nothing is said.
    pub(super) declines: f64,
    /// After how long a driver looks again at an offer of which nothing was said.
    pub(super) looks_again_s: Span,
    /// Drivers who try to claim what they see another has, and how much later.
    pub(super) tries_late: f64,
    pub(super) tries_late_s: Span,
    /// Drivers who say a wrong code first where one is asked for.
    pub(super) wrong_code: f64,
    /// Orders that are given back before the pickup, and orders that nobody takes at the door.
    pub(super) gives_back: f64,
    pub(super) nobody_at_door: f64,
    /// From one loss of a driver's link to the next on average, and how long each lasts. The same for a vendor's.
    pub(super) link_lasts_s: f64,
    pub(super) link_gone_s: Span,
    pub(super) till_link_lasts_s: f64,
    /// From one break of a driver to the next on average, and how long each lasts.
    pub(super) works_s: f64,
    pub(super) break_s: Span,
    /// How long it takes a driver to notice that the hub has sent them off duty, and to come back.
    pub(super) wakes_up_s: Span,
    /// How often a dispatcher looks for orders to give out.
    pub(super) dispatcher_looks_s: f64,
    /// Drivers who work in a second zone too.
    pub(super) second_zone: f64,
    /// How far the guests of a vendor live, at most, in metres.
    pub(super) guest_m: f64,
    /// How often a moving driver says where they are.
    pub(super) position_s: f64,
}

/// What is assumed of the people of every town.
pub(super) const HABITS: Habits = Habits {
    order_gap_s: 480.0,
    prep_s: (480.0, 1_080.0),
    vendor_patience_s: 2_700.0,
    ready_at_once: 0.1,
    scheduled: 0.08,
    scheduled_s: (600.0, 1_200.0),
    withdrawn: 0.06,
    withdrawn_after_s: (2.0, 60.0),
    withdrawn_for_s: (60.0, 240.0),
    cancelled_in_kitchen: 0.03,
    cancelled_later: 0.05,
    cancelled_after_s: (2.0, 600.0),
    asks_for_code: 0.4,
    handed_over: 0.4,
    counter_s: (30.0, 180.0),
    door_s: (40.0, 150.0),
    takes_back_s: (30.0, 300.0),
    look_s: (1.0, 8.0),
    answer_s: (1.0, 12.0),
    keen: (0.55, 0.95),
    keen_m: 2_500.0,
    declines: 0.45,
    looks_again_s: (120.0, 300.0),
    tries_late: 0.04,
    tries_late_s: (1.0, 20.0),
    wrong_code: 0.1,
    gives_back: 0.03,
    nobody_at_door: 0.03,
    link_lasts_s: 1_500.0,
    link_gone_s: (20.0, 240.0),
    till_link_lasts_s: 3_600.0,
    works_s: 5_400.0,
    break_s: (180.0, 600.0),
    wakes_up_s: (30.0, 180.0),
    dispatcher_looks_s: 30.0,
    second_zone: 0.35,
    guest_m: 2_500.0,
    position_s: 15.0,
};

/// What drivers ride, and how fast through a town, in metres per second.
pub(super) const VEHICLES: [(&str, f64); 5] =
    [("bicycle", 4.5), ("bicycle", 4.5), ("moped", 7.5), ("cargo_bike", 4.0), ("car", 6.5)];

/// What drivers are called.
pub(super) const DRIVER_NAMES: [&str; 12] =
    ["Ann", "Bob", "Cleo", "Dana", "Emil", "Fay", "Gus", "Hana", "Ivo", "Jun", "Kim", "Lou"];

/// What vendors are called, and what they sell.
pub(super) const VENDOR_NAMES: [(&str, &str); 6] = [
    ("Ramen Bar", "Ramen"),
    ("Pizzeria", "Pizza"),
    ("Flower Corner", "Bunch of tulips"),
    ("Bakery", "Loaf of bread"),
    ("Curry House", "Curry"),
    ("Book Nook", "Novel"),
];

/// Why drivers decline.
pub(super) const DECLINE_REASONS: [&str; 3] = ["too far", "other direction", "going home soon"];
