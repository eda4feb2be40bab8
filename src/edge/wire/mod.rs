//! Every message that crosses the network, and what of an order each role sees.
//!
//! These types are the one source of the OpenAPI document, the AsyncAPI document and the TypeScript of the pages.

mod commands;
mod event;
mod inputs;
mod offers;
mod order;
mod parse;
mod party;
mod passing;
mod phone;
mod push;
mod schemas;
mod settings;
mod track;
mod view;

pub use self::{
    commands::{
        ArriveOrder, AssignOrder, COMMANDS, CommandLine, Declared, DeclineOrder, DeliverOrder, GiveBackOrder, Nothing,
        PickUpOrder, Reason, ReportProblem, SendMessage, StartOrder, UndoOrder, ZoneJoined, ZoneLeft, ask,
    },
    event::{
        Ack, AckError, Actor, ActorRole, Cursor, Event, EventPage, Replay, ReplayMode, Snapshot, SnapshotMode, Sync,
    },
    inputs::{
        DriverChange, KeyRequest, LocationReport, OrdersQuery, SubmitOrder, UpdateOrder, VendorChange, ZoneChange,
        ZoneName, read_submission,
    },
    offers::{AskedDriver, OfferRound, Why},
    order::{Offer, Order, OrderDriver, OrderPage, OrderStub, OrderView, Place, Reach},
    parse::{parse, take_id},
    party::{Driver, Key, MadeKey, Me, Page, Vendor, Zone},
    passing::{DriverMoved, DriverReached, ReachChanged, ServerStopping},
    phone::{DeviceChanged, DeviceReport, DriverPaused, DriverResumed, MyDay, PauseDriver, Photo},
    push::{PushCame, PushPayload, PushReceipt, PushSubscribe, PushUnsubscribe},
    settings::Settings,
    track::Track,
    view::{Lens, actor_view, data_view, statuses},
};

/// Things in one page of a list, unless the caller says otherwise.
pub const LIMIT_DEFAULT: u32 = 50;

/// Most things in one page of a list.
pub const LIMIT_MAX: u32 = 200;
