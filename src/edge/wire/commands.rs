//! The table of everything that can be asked over a socket, and by whom. The same commands go by REST.

use garde::Validate;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{UpdateOrder, parse};
use crate::{
    domain::{
        actor::Role,
        id::DriverId,
        order::{
            Proof, Status, Stop,
            command::{Command, Report},
        },
        time::Time,
    },
    edge::fault::{Code, Fault},
    hub::{Ask, Asked},
};

/// A command as it is declared to the outside: the row of a table that the handlers, the OpenAPI and the AsyncAPI
/// documents and the TypeScript types are made from.
#[derive(Clone, Copy, Debug)]
pub struct CommandLine {
    /// Its name on sockets.
    pub name: &'static str,
    /// Who may give it.
    pub who: &'static [Role],
    /// The schema of its payload, beside `id`.
    pub payload: &'static str,
    /// The schema of what it answers with.
    pub data: &'static str,
    /// What it is about.
    pub about: Declared,
    /// What it does, in a sentence.
    pub does: &'static str,
}

/// What a command is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Declared {
    /// An order that exists: the payload holds its `id`, and REST has it as `POST /orders/{id}/{command}`.
    Order,
    /// Anything else.
    Other,
}

const ADMIN: Role = Role::Admin;
const VENDOR: Role = Role::Vendor;
const DRIVER: Role = Role::Driver;

macro_rules! table {
    ($( $name:literal $about:ident [$($who:ident),*] $payload:literal -> $data:literal : $does:literal; )*) => {
        /// Every command, in the order of an order's life.
        pub const COMMANDS: &[CommandLine] = &[ $( CommandLine {
            name: $name,
            who: &[$($who),*],
            payload: $payload,
            data: $data,
            about: Declared::$about,
            does: $does,
        } ),* ];
    };
}

table! {
    "order.submit" Other [VENDOR, ADMIN] "SubmitOrder" -> "Order": "Submits an order.";
    "orders.list" Other [VENDOR] "OrdersQuery" -> "OrderPage": "Lists the vendor's orders, newest first.";
    "order.update" Order [VENDOR, ADMIN] "UpdateOrder" -> "Order": "Changes what an order is, before a driver has it.";
    "order.ready" Order [VENDOR, ADMIN] "Nothing" -> "Order": "Offers it to the drivers of its zone.";
    "order.withdraw" Order [VENDOR, ADMIN] "Nothing" -> "Order": "Takes it off offer again.";
    "order.claim" Order [DRIVER] "Nothing" -> "Order": "Takes an offer. One driver wins; asking again answers the same.";
    "order.decline" Order [DRIVER] "DeclineOrder" -> "Order": "Turns an offer down; this driver is not asked again for it.";
    "order.seen" Order [DRIVER] "Nothing" -> "Order": "Says that an offer was on the driver's screen.";
    "order.assign" Order [ADMIN] "AssignOrder" -> "Order": "Gives it to a driver.";
    "order.release" Order [DRIVER, ADMIN] "GiveBackOrder" -> "Order": "Gives it back before the pickup; it is offered anew, without this driver.";
    "order.start" Order [DRIVER] "StartOrder" -> "Order": "Sets out for the pickup.";
    "order.arrive" Order [DRIVER] "ArriveOrder" -> "Order": "Is at the pickup, or at the door.";
    "order.pick_up" Order [DRIVER] "PickUpOrder" -> "Order": "Takes it, with its code where the vendor requires it.";
    "order.hand_over" Order [VENDOR] "Nothing" -> "Order": "Hands it to the driver: the same step, from the counter.";
    "order.deliver" Order [DRIVER] "DeliverOrder" -> "Order": "Hands it to the recipient.";
    "order.return" Order [DRIVER, ADMIN] "GiveBackOrder" -> "Order": "Brings it back to the vendor.";
    "order.confirm_return" Order [VENDOR, ADMIN] "Nothing" -> "Order": "Has it back.";
    "order.fail" Order [ADMIN] "Reason" -> "Order": "Gives it up after the pickup.";
    "order.cancel" Order [VENDOR, ADMIN] "Reason" -> "Order": "Calls it off, before the pickup.";
    "order.reopen" Order [ADMIN] "Nothing" -> "Order": "Offers it again after it expired, or within 30 minutes of a cancellation.";
    "order.undo" Order [DRIVER, ADMIN] "UndoOrder" -> "Order": "Takes the last step back: its driver for 10 s, a dispatcher with a reason.";
    "order.problem" Order [VENDOR, DRIVER, ADMIN] "ReportProblem" -> "Order": "Says what is wrong with it, or that it no longer is.";
    "order.message" Order [VENDOR, DRIVER, ADMIN] "SendMessage" -> "Order": "Says something about it to the others who have to do with it.";
    "zone.join" Other [DRIVER] "ZoneName" -> "ZoneJoined": "Begins work in a zone.";
    "zone.leave" Other [DRIVER] "ZoneName" -> "ZoneLeft": "Ends work in a zone.";
    "driver.location" Other [DRIVER] "LocationReport" -> "Nothing": "Says where the driver is.";
    "push.subscribe" Other [VENDOR, DRIVER] "PushSubscription" -> "Nothing": "Has this browser told by Web Push too, in the place of what was known at its endpoint.";
    "push.unsubscribe" Other [VENDOR, DRIVER] "PushUnsubscribe" -> "Nothing": "Has this browser no longer told by Web Push.";
    "driver.pause" Other [DRIVER] "PauseDriver" -> "DriverPaused": "Leaves every zone for a while; the hub brings the driver back. Again: from now on.";
    "driver.resume" Other [DRIVER] "Nothing" -> "DriverResumed": "Ends the pause at once.";
    "driver.device" Other [DRIVER] "DeviceReport" -> "Nothing": "Says what the driver's phone can do.";
}

/// Nothing at all: `{}`.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
pub struct Nothing {}

/// Why.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
pub struct Reason {
    /// In a word or a sentence.
    #[garde(length(chars, min = 1, max = 200), custom(said))]
    #[schema(min_length = 1, max_length = 200)]
    pub reason: String,
}

/// Why a driver gives an order back, before the pickup to others or after it to the vendor.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
pub struct GiveBackOrder {
    /// In a word or a sentence.
    #[garde(length(chars, min = 1, max = 200), custom(said))]
    #[schema(min_length = 1, max_length = 200)]
    pub reason: String,
    /// When the driver did it, by a clock that was set by `server_time`; for a phone that says it late. At most 60 s ahead and
    /// 24 h ago. The event carries it as `data.occurred_at`; the same command with the same time is done once.
    #[garde(skip)]
    #[serde(default)]
    pub occurred_at: Option<Time>,
}

/// Setting out.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
pub struct StartOrder {
    /// When the driver did it, by a clock that was set by `server_time`; for a phone that says it late. At most 60 s ahead and
    /// 24 h ago. The event carries it as `data.occurred_at`; the same command with the same time is done once.
    #[garde(skip)]
    #[serde(default)]
    pub occurred_at: Option<Time>,
}

/// Being there.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
pub struct ArriveOrder {
    /// Which of the two; absent: whichever comes next. A phone that says it late says it, so that an arrival at the pickup
    /// does not count as one at the door.
    #[garde(skip)]
    #[serde(default)]
    pub place: Option<Stop>,
    /// When the driver did it, by a clock that was set by `server_time`; for a phone that says it late. At most 60 s ahead and
    /// 24 h ago. The event carries it as `data.occurred_at`; the same command with the same time is done once.
    #[garde(skip)]
    #[serde(default)]
    pub occurred_at: Option<Time>,
}

/// Why not.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
pub struct DeclineOrder {
    /// In a word or a sentence, if the driver wants to say.
    #[garde(length(chars, min = 1, max = 200), custom(said_if_given))]
    #[serde(default)]
    #[schema(min_length = 1, max_length = 200)]
    pub reason: Option<String>,
}

/// To whom.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
pub struct AssignOrder {
    /// The driver.
    #[garde(skip)]
    pub driver_id: DriverId,
}

/// What the vendor asks for.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
pub struct PickUpOrder {
    /// The order's code, where the vendor requires it.
    #[garde(length(chars, max = 12))]
    #[serde(default)]
    #[schema(max_length = 12)]
    pub code: Option<String>,
    /// When the driver did it, by a clock that was set by `server_time`; for a phone that says it late. At most 60 s ahead and
    /// 24 h ago. The event carries it as `data.occurred_at`; the same command with the same time is done once.
    #[garde(skip)]
    #[serde(default)]
    pub occurred_at: Option<Time>,
}

/// What shows that it arrived.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
pub struct DeliverOrder {
    /// A name, a note, a PIN, a photo.
    #[garde(dive)]
    #[serde(default)]
    pub proof: Option<Proof>,
    /// When the driver did it, by a clock that was set by `server_time`; for a phone that says it late. At most 60 s ahead and
    /// 24 h ago. The event carries it as `data.occurred_at`; the same command with the same time is done once.
    #[garde(skip)]
    #[serde(default)]
    pub occurred_at: Option<Time>,
}

/// Why the step is taken back.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
pub struct UndoOrder {
    /// Required of a dispatcher.
    #[garde(length(chars, min = 1, max = 200), custom(said_if_given))]
    #[serde(default)]
    #[schema(min_length = 1, max_length = 200)]
    pub reason: Option<String>,
    /// Only the step that led to this status is to be taken back; if absent, whichever is the last.
    #[garde(skip)]
    #[serde(default)]
    pub from: Option<Status>,
    /// When the driver did it, by a clock that was set by `server_time`; for a phone that says it late. At most 60 s ahead and
    /// 24 h ago. The event carries it as `data.occurred_at`; the same command with the same time is done once.
    #[garde(skip)]
    #[serde(default)]
    pub occurred_at: Option<Time>,
}

/// What is wrong, or that it no longer is.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
pub struct ReportProblem {
    /// In a word or two; required unless it is resolved.
    #[garde(length(chars, min = 1, max = 200), custom(said_if_given))]
    #[serde(default)]
    #[schema(min_length = 1, max_length = 200)]
    pub reason: Option<String>,
    /// More about it.
    #[garde(length(chars, max = 1000))]
    #[serde(default)]
    #[schema(max_length = 1000)]
    pub note: Option<String>,
    /// It is over.
    #[garde(skip)]
    #[serde(default)]
    pub resolved: bool,
    /// When the driver did it, by a clock that was set by `server_time`; for a phone that says it late. At most 60 s ahead and
    /// 24 h ago. The event carries it as `data.occurred_at`; the same command with the same time is done once.
    #[garde(skip)]
    #[serde(default)]
    pub occurred_at: Option<Time>,
}

/// A line of the chat about an order.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
pub struct SendMessage {
    /// 1 to 500 characters.
    #[garde(length(chars, min = 1, max = 500), custom(said))]
    #[schema(min_length = 1, max_length = 500)]
    pub text: String,
    /// When the driver did it, by a clock that was set by `server_time`; for a phone that says it late. At most 60 s ahead and
    /// 24 h ago. The event carries it as `data.occurred_at`; the same command with the same time is done once.
    #[garde(skip)]
    #[serde(default)]
    pub occurred_at: Option<Time>,
}

/// Refuses text that says nothing.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that garde asks of a check")]
pub(super) fn said(text: &str, _: &()) -> garde::Result {
    if text.trim().is_empty() { Err(garde::Error::new("must not be blank")) } else { Ok(()) }
}

/// Refuses text that says nothing, where there is any.
#[expect(clippy::ref_option, clippy::trivially_copy_pass_by_ref, reason = "the signature that garde asks of a check")]
pub(super) fn said_if_given(text: &Option<String>, context: &()) -> garde::Result {
    text.as_deref().map_or(Ok(()), |text| said(text, context))
}

/// What a driver finds in a zone.
#[derive(Clone, Debug, serde::Serialize, ToSchema)]
pub struct ZoneJoined {
    /// Which.
    pub zone: crate::domain::id::ZoneId,
    /// What is on offer there now.
    pub orders: Vec<super::OrderView>,
}

/// The zone that a driver left.
#[derive(Clone, Debug, serde::Serialize, ToSchema)]
pub struct ZoneLeft {
    /// Which.
    pub zone: crate::domain::id::ZoneId,
}

/// What a command on an order asks, from its name and its payload without `id`.
///
/// # Errors
/// [`Code::NotFound`] for a name that is none, [`Code::Malformed`] or [`Code::Invalid`] for a payload that does not fit.
pub fn ask(name: &str, payload: Value) -> Result<Asked, Fault> {
    let reason = |payload| parse::<Reason>(payload).map(|given| given.reason);
    let plain = |payload, command| parse::<Nothing>(payload).map(|_| Ask::Plain(command));
    Ok(Asked::from(match name {
        "order.update" => {
            let update: UpdateOrder = parse(payload)?;
            let version = update.version;
            Ask::Plain(Command::Update { version, changes: Box::new(update.into()) })
        }
        "order.ready" => plain(payload, Command::Ready)?,
        "order.withdraw" => plain(payload, Command::Withdraw)?,
        "order.claim" => parse::<Nothing>(payload).map(|_| Ask::Claim)?,
        "order.decline" => Ask::Plain(Command::Decline { reason: parse::<DeclineOrder>(payload)?.reason }),
        "order.seen" => plain(payload, Command::Seen)?,
        "order.assign" => Ask::Assign(parse::<AssignOrder>(payload)?.driver_id),
        "order.release" | "order.start" | "order.arrive" | "order.pick_up" | "order.deliver" | "order.return"
        | "order.undo" | "order.problem" | "order.message" => return step(name, payload),
        "order.hand_over" => plain(payload, Command::HandOver)?,
        "order.confirm_return" => plain(payload, Command::ConfirmReturn)?,
        "order.fail" => Ask::Plain(Command::Fail { reason: reason(payload)? }),
        "order.cancel" => Ask::Plain(Command::Cancel { reason: reason(payload)? }),
        "order.reopen" => plain(payload, Command::Reopen)?,
        unknown => return Err(Fault::new(Code::NotFound, format!("there is no command `{unknown}`"))),
    }))
}

/// A command that a phone may say late.
fn step(name: &str, payload: Value) -> Result<Asked, Fault> {
    let (command, occurred_at) = match name {
        "order.start" => (Command::Start, parse::<StartOrder>(payload)?.occurred_at),
        "order.arrive" => {
            let ArriveOrder { place, occurred_at } = parse(payload)?;
            (Command::Arrive { place }, occurred_at)
        }
        "order.pick_up" => {
            let PickUpOrder { code, occurred_at } = parse(payload)?;
            (Command::PickUp { code }, occurred_at)
        }
        "order.deliver" => {
            let DeliverOrder { proof, occurred_at } = parse(payload)?;
            (Command::Deliver { proof: proof.unwrap_or_default() }, occurred_at)
        }
        "order.undo" => {
            let UndoOrder { reason, from, occurred_at } = parse(payload)?;
            (Command::Undo { reason, from }, occurred_at)
        }
        "order.problem" => {
            let given: ReportProblem = parse(payload)?;
            let occurred_at = given.occurred_at;
            (Command::Problem(report(given)?), occurred_at)
        }
        "order.message" => {
            let SendMessage { text, occurred_at } = parse(payload)?;
            (Command::Message { text }, occurred_at)
        }
        other => {
            let GiveBackOrder { reason, occurred_at } = parse(payload)?;
            let command =
                if other == "order.return" { Command::Return { reason } } else { Command::Release { reason } };
            (command, occurred_at)
        }
    };
    Ok(Asked { ask: Ask::Plain(command), occurred_at })
}

fn report(given: ReportProblem) -> Result<Report, Fault> {
    match given {
        ReportProblem { resolved: true, .. } => Ok(Report::Resolved),
        ReportProblem { reason: Some(reason), note, .. } => Ok(Report::Raised { reason, note }),
        ReportProblem { reason: None, .. } => Err(Fault::field("reason", "is required")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{COMMANDS, Declared, ask};
    use crate::{edge::fault::Code, hub::Ask};

    /// The table, the reader of payloads and the order machine know the same commands.
    #[test]
    fn every_declared_command_is_understood() {
        let full = json!({
            "version": 1, "reason": "x", "driver_id": "0199a000-0000-7000-8000-000000000000", "text": "x", "code": "x",
        });
        for line in COMMANDS.iter().filter(|line| line.about == Declared::Order) {
            let mut payload = serde_json::Map::new();
            let understood = loop {
                match ask(line.name, payload.clone().into()) {
                    Ok(asked) => break asked.ask,
                    Err(fault) => {
                        assert_eq!(fault.code, Code::Invalid, "{}: {}", line.name, fault.detail);
                        let field = fault.errors[0].field.clone();
                        payload.insert(field.clone(), full[&field].clone());
                    }
                }
            };
            if let Ask::Plain(command) = understood {
                assert_eq!((command.named().name, command.named().who), (line.name, line.who));
            }
        }
        assert_eq!(ask("order.fly", json!({})).expect_err("there is none").code, Code::NotFound);
    }
}
