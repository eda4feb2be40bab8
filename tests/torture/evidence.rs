//! What the hub itself says after a round: its log, its orders, its database.

use std::{
    fs::File,
    io::{BufWriter, Write as _},
    path::Path,
    str::FromStr as _,
};

use serde_json::Value;
use sqlx::{ConnectOptions as _, sqlite::SqliteConnectOptions};

use crate::{
    check::{Evidence, Logged},
    client::Person,
    town::{Rest, Town},
    view::{Heard, View},
};

/// Asks the hub for everything that it knows.
pub(crate) async fn gather(rest: &Rest, town: &Town, views: Vec<(Person, Vec<View>)>) -> Evidence {
    let mut log = Vec::new();
    loop {
        let after = log.last().map_or(0, |last: &Logged| last.event.seq);
        let page = data(rest, &format!("/api/v1/events?after={after}&limit=200")).await;
        let is_last = page.is_empty();
        log.extend(page.into_iter().map(|body| Logged { event: Heard::of(&body), order: body["order"].clone() }));
        if is_last {
            break;
        }
    }
    let mut orders = Vec::new();
    let mut next = String::new();
    loop {
        let answer = rest.get(&format!("/api/v1/orders?limit=200{next}")).await.expect("the hub is up");
        orders.extend(answer.body["data"].as_array().cloned().unwrap_or_default());
        match answer.body["next"].as_str() {
            Some(cursor) => next = format!("&cursor={cursor}"),
            None => break,
        }
    }
    Evidence { ops: town.history.all(), views, log, orders }
}

impl Evidence {
    /// Writes down the log as the hub tells it, and what each client saw, to be looked at when something is not as
    /// promised.
    pub(crate) fn write(&self, folder: &Path) -> std::io::Result<()> {
        let mut file = BufWriter::new(File::create(folder.join("log.txt"))?);
        for Logged { event, order } in &self.log {
            let Heard { seq, kind, actor, data, .. } = event;
            let offer = &order["offer"]["zones"];
            let (id, version, status) = (&order["id"], &order["version"], &order["status"]);
            writeln!(file, "{seq} {kind} {actor:?} {data} {id} {version} {status} {offer} {}", order["driver"]["id"])?;
        }
        file.flush()?;
        let mut file = BufWriter::new(File::create(folder.join("views.txt"))?);
        for (person, views) in &self.views {
            for (n, view) in views.iter().enumerate() {
                writeln!(file, "{} {} connection {n} from {:?}", person.name, person.id, view.from)?;
                for entry in &view.entries {
                    writeln!(file, "  {entry:?}")?;
                }
            }
        }
        file.flush()
    }
}

async fn data(rest: &Rest, path: &str) -> Vec<Value> {
    let answer = rest.get(path).await.unwrap_or_else(|| panic!("{path} is not answered"));
    assert_eq!(answer.status, 200, "{path}: {answer:?}");
    answer.body["data"].as_array().cloned().unwrap_or_default()
}

/// Whether the database is whole, as SQLite itself says.
///
/// # Errors
/// What is wrong with it.
pub(crate) async fn is_whole(database: &Path) -> Result<(), String> {
    let options = SqliteConnectOptions::from_str(&format!("sqlite://{}", database.display()));
    let options = options.map_err(|fault| fault.to_string())?;
    let mut conn = options.connect().await.map_err(|fault| format!("the database cannot be opened: {fault}"))?;
    for (check, good) in [("pragma integrity_check", Some("ok")), ("pragma foreign_key_check", None)] {
        let rows: Vec<String> =
            sqlx::query_scalar(check).fetch_all(&mut conn).await.map_err(|fault| fault.to_string())?;
        if rows.first().map(String::as_str) != good {
            return Err(format!("{check} says {rows:?}"));
        }
    }
    Ok(())
}
