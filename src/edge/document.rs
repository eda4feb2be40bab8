//! The contract as documents, made from the wire types and the table of commands: OpenAPI 3.1, AsyncAPI 3, TypeScript.

use std::{fmt::Write as _, sync::LazyLock};

use serde_json::{Map, Value, json};
use utoipa::OpenApi;

use super::{
    fault::Fault,
    rest, track,
    wire::{self, COMMANDS, CommandLine, Declared},
};
use crate::domain::{actor::Role, event::EventType};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Waypost",
        description = "A self-hosted delivery-dispatch message hub. Sign in with `Authorization: Bearer KEY`; what is \
            refused answers `application/problem+json`.",
        license(name = "Apache-2.0 OR MIT"),
    ),
    paths(
        rest::keys::me,
        rest::settings::show,
        rest::day::mine,
        rest::keys::list,
        rest::keys::make,
        rest::keys::revoke,
        rest::zones::list,
        rest::zones::one,
        rest::zones::make,
        rest::zones::change,
        rest::zones::remove,
        rest::vendors::list,
        rest::vendors::one,
        rest::vendors::make,
        rest::vendors::change,
        rest::vendors::remove,
        rest::drivers::list,
        rest::drivers::one,
        rest::drivers::make,
        rest::drivers::change,
        rest::drivers::remove,
        rest::orders::list,
        rest::orders::submit,
        rest::orders::one,
        rest::orders::update,
        rest::orders::events,
        rest::offers::offers,
        rest::photos::add,
        rest::photos::show,
        rest::offers::why,
        rest::alerts::list,
        rest::alerts::acknowledge,
        rest::events::list,
        track::events,
        rest::push::came,
    ),
    components(schemas(
        Fault,
        EventType,
        wire::Order,
        wire::OrderStub,
        wire::OrderView,
        wire::OrderPage,
        wire::Event,
        wire::Snapshot,
        wire::Replay,
        wire::Sync,
        wire::AckError,
        wire::SubmitOrder,
        wire::UpdateOrder,
        wire::OrdersQuery,
        wire::Nothing,
        wire::Reason,
        wire::GiveBackOrder,
        wire::StartOrder,
        wire::ArriveOrder,
        wire::DeclineOrder,
        wire::AssignOrder,
        wire::PickUpOrder,
        wire::DeliverOrder,
        wire::UndoOrder,
        wire::ReportProblem,
        wire::SendMessage,
        wire::ZoneName,
        wire::ZoneJoined,
        wire::ZoneLeft,
        wire::LocationReport,
        wire::PauseDriver,
        wire::DriverPaused,
        wire::DriverResumed,
        wire::DeviceReport,
        wire::DeviceChanged,
        wire::DriverReached,
        wire::DriverMoved,
        wire::ReachChanged,
        wire::ServerStopping,
        wire::PushSubscribe,
        wire::PushUnsubscribe,
        wire::PushPayload,
    ))
)]
struct Derived;

static OPENAPI: LazyLock<Value> = LazyLock::new(openapi);

/// What the sockets say without being asked, beside the events of the log: name, namespaces, payload, meaning.
const VOLATILE: [(&str, &[&str], &str, &str); 6] = [
    ("sync", &["/orders", "/drivers", "/dispatch"], "Sync", "The first event on every connection."),
    ("driver.location", &["/orders", "/dispatch"], "DriverMoved", "Where a driver is. May be lost."),
    ("driver.reach", &["/orders", "/dispatch"], "DriverReached", "By what way a driver is reached now. May be lost."),
    ("driver.device", &["/dispatch"], "DeviceChanged", "What a driver's phone can do. May be lost."),
    ("order.reach", &["/orders", "/dispatch"], "ReachChanged", "How many drivers an offer reached. May be lost."),
    ("server.stopping", &["/orders", "/drivers", "/dispatch"], "ServerStopping", "The hub stops; when to come back."),
];

/// The OpenAPI document.
#[must_use]
pub fn openapi_json() -> &'static str {
    static TEXT: LazyLock<String> = LazyLock::new(|| pretty(&OPENAPI));
    &TEXT
}

/// The AsyncAPI document.
#[must_use]
pub fn asyncapi_json() -> &'static str {
    static TEXT: LazyLock<String> = LazyLock::new(|| pretty(&asyncapi()));
    &TEXT
}

/// The commands of each namespace as TypeScript, to follow the types that are made from the OpenAPI document.
#[must_use]
pub fn socket_types() -> String {
    let mut text = String::new();
    for (interface, namespace, role) in
        [("OrdersCommands", "/orders", Role::Vendor), ("DriversCommands", "/drivers", Role::Driver)]
    {
        let _ = writeln!(
            text,
            "\n/** What can be asked on `{namespace}`: the payload, and the `data` of its acknowledgement. */"
        );
        let _ = writeln!(text, "export interface {interface} {{");
        for line in commands_of(role) {
            let payload = match line.about {
                Declared::Order if line.payload == "Nothing" => "{ id: string }".to_owned(),
                Declared::Order => format!("{{ id: string }} & {}", line.payload),
                Declared::Other => line.payload.to_owned(),
            };
            let _ = writeln!(
                text,
                "  /** {} */\n  \"{}\": {{ payload: {payload}; data: {} }};",
                line.does, line.name, line.data
            );
        }
        text.push_str("}\n");
    }
    text
}

/// The OpenAPI document as a page.
#[must_use]
pub fn page() -> String {
    let mut page = String::from(
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content=\"width=device-width\">\
         <title>Waypost API</title><link rel=icon href=\"/favicon.svg\"><h1>Waypost API</h1><p>For programs: <a href=\"/api/openapi.json\">OpenAPI 3.1</a> (REST), \
         <a href=\"/api/asyncapi.json\">AsyncAPI 3</a> (sockets).</p><h2>REST</h2><dl>",
    );
    for (path, operations) in OPENAPI["paths"].as_object().into_iter().flatten() {
        for (method, operation) in operations.as_object().into_iter().flatten() {
            let summary = operation["summary"].as_str().unwrap_or_default();
            let _ = write!(page, "<dt><code>{} {path}</code><dd>{summary}", method.to_uppercase());
        }
    }
    page.push_str("</dl><h2>Sockets</h2><dl>");
    for line in COMMANDS {
        let who: Vec<&str> = line.who.iter().map(|role| role.as_str()).collect();
        let _ = write!(page, "<dt><code>{}</code> ({})<dd>{}", line.name, who.join(", "), line.does);
    }
    page.push_str("</dl></html>");
    page
}

fn pretty(value: &Value) -> String {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}

fn commands_of(role: Role) -> impl Iterator<Item = &'static CommandLine> {
    COMMANDS.iter().filter(move |line| line.who.contains(&role))
}

fn schema(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn openapi() -> Value {
    let mut document = serde_json::to_value(Derived::openapi()).unwrap_or_default();
    for line in COMMANDS.iter().filter(|line| line.about == Declared::Order) {
        let command = line.name.trim_start_matches("order.");
        let who: Vec<&str> = line.who.iter().map(|role| role.as_str()).collect();
        document["paths"][format!("/api/v1/orders/{{id}}/{command}")] = json!({ "post": {
            "tags": ["orders"],
            "summary": line.does,
            "description": format!("`{}`, for {}.", line.name, who.join(" or ")),
            "operationId": line.name.replace('.', "_"),
            "parameters": [{ "name": "id", "in": "path", "required": true, "schema": { "type": "string" } }],
            "requestBody": { "required": !matches!(line.payload, "Nothing" | "StartOrder" | "ArriveOrder"), "content": { "application/json": { "schema": schema(line.payload) } } },
            "responses": { "200": { "description": "The order after it.", "content": { "application/json": { "schema": schema("OrderView") } } } },
        } });
    }
    let problem = json!({ "description": "Refused.", "content": { "application/problem+json": { "schema": schema("Problem") } } });
    for operations in document["paths"].as_object_mut().into_iter().flat_map(Map::values_mut) {
        for operation in operations.as_object_mut().into_iter().flat_map(Map::values_mut) {
            operation["responses"]["default"] = problem.clone();
            // A handler's name is only unique in its module, which its tag names.
            if let (Some(tag), Some(name)) = (operation["tags"][0].as_str(), operation["operationId"].as_str())
                && !name.contains('_')
            {
                operation["operationId"] = format!("{tag}_{name}").into();
            }
        }
    }
    document["components"]["securitySchemes"] = json!({ "key": { "type": "http", "scheme": "bearer" } });
    document["security"] = json!([{ "key": [] }]);
    document
}

fn asyncapi() -> Value {
    let namespaces = [("orders", Some(Role::Vendor)), ("drivers", Some(Role::Driver)), ("dispatch", None)];
    let (mut channels, mut operations, mut messages) = (Map::new(), Map::new(), Map::new());
    messages.insert("event".to_owned(), json!({ "title": "A line of the log", "payload": schema("Event") }));
    for (name, _, payload, meaning) in VOLATILE {
        messages.insert(name.to_owned(), json!({ "title": meaning, "payload": schema(payload) }));
    }
    for line in COMMANDS {
        let payload = match line.about {
            Declared::Order => json!({ "allOf": [
                { "type": "object", "required": ["id"], "properties": { "id": { "type": "string", "format": "uuid" } } },
                schema(line.payload),
            ] }),
            Declared::Other => schema(line.payload),
        };
        messages.insert(line.name.to_owned(), json!({ "title": line.does, "payload": payload }));
        messages
            .insert(format!("{}.ack", line.name), json!({ "title": "Its acknowledgement", "payload": ack(line.data) }));
    }
    for (namespace, role) in namespaces {
        let address = format!("/{namespace}");
        let mut here = Map::new();
        let mut declare = |name: &str| {
            here.insert(name.to_owned(), json!({ "$ref": format!("#/components/messages/{name}") }));
            json!({ "$ref": format!("#/channels/{namespace}/messages/{name}") })
        };
        let channel = json!({ "$ref": format!("#/channels/{namespace}") });
        let mut sent = vec![declare("event")];
        sent.extend(
            VOLATILE.iter().filter(|(_, at, ..)| at.contains(&address.as_str())).map(|(name, ..)| declare(name)),
        );
        operations
            .insert(format!("{namespace}.tell"), json!({ "action": "send", "channel": channel, "messages": sent }));
        for line in role.into_iter().flat_map(commands_of) {
            let (asked, answered) = (declare(line.name), declare(&format!("{}.ack", line.name)));
            let operation = json!({
                "action": "receive", "channel": channel, "messages": [asked], "reply": { "channel": channel, "messages": [answered] },
            });
            operations.insert(format!("{namespace}.{}", line.name), operation);
        }
        channels.insert(namespace.to_owned(), json!({ "address": address, "messages": here }));
    }
    json!({
        "asyncapi": "3.0.0",
        "info": { "title": "Waypost sockets", "version": env!("CARGO_PKG_VERSION"), "description":
            "Socket.IO protocol 5 at /socket.io/, WebSocket first. Connect with auth { token, cursor? }. The name of an event on the \
             wire is its `type`; a command's name is its message's. A command is acknowledged with { data, seq, server_time } or \
             { error, server_time }." },
        "channels": channels,
        "operations": operations,
        "components": { "messages": messages, "schemas": OPENAPI["components"]["schemas"] },
    })
}

fn ack(data: &str) -> Value {
    json!({ "oneOf": [
        { "type": "object", "required": ["data", "server_time"], "properties": {
            "data": schema(data), "seq": { "type": "integer", "format": "int64" }, "server_time": { "type": "string", "format": "date-time" },
        } },
        schema("AckError"),
    ] })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::{asyncapi, openapi, socket_types};

    fn refs(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(map) => {
                found.extend(map.get("$ref").and_then(Value::as_str).map(ToOwned::to_owned));
                map.values().for_each(|value| refs(value, found));
            }
            Value::Array(list) => list.iter().for_each(|value| refs(value, found)),
            _ => {}
        }
    }

    /// Every reference in both documents leads somewhere.
    #[test]
    fn the_documents_are_whole() {
        for document in [openapi(), asyncapi()] {
            let mut found = BTreeSet::new();
            refs(&document, &mut found);
            assert!(found.len() > 20);
            for reference in found {
                let pointer = reference.trim_start_matches('#').to_owned();
                assert!(document.pointer(&pointer).is_some(), "{reference} leads nowhere");
            }
        }
    }

    #[test]
    fn every_operation_has_a_name_of_its_own() {
        let document = openapi();
        let operations = document["paths"]
            .as_object()
            .expect("paths")
            .values()
            .flat_map(|path| path.as_object().expect("a path").values());
        let names: Vec<&str> = operations.map(|operation| operation["operationId"].as_str().expect("a name")).collect();
        let different: BTreeSet<&str> = names.iter().copied().collect();
        assert!(names.len() > 40 && names.len() == different.len(), "{names:?}");
    }

    /// The TypeScript types are made from these files, and `cargo xtask ci` compares them too.
    #[test]
    fn the_committed_documents_are_current() {
        let current = [
            ("openapi.json", super::openapi_json(), include_str!("../../api/openapi.json")),
            ("asyncapi.json", super::asyncapi_json(), include_str!("../../api/asyncapi.json")),
        ];
        for (name, now, committed) in current {
            assert!(now == committed, "api/{name} is stale: run `cargo xtask gen`");
        }
    }

    #[test]
    fn the_types_name_every_command() {
        let types = socket_types();
        for name in ["\"order.submit\"", "\"orders.list\"", "\"order.claim\"", "\"zone.join\"", "\"driver.location\""] {
            assert!(types.contains(name), "{name}");
        }
        assert!(!types.contains("order.assign"), "dispatchers give commands by REST");
    }
}
