//! The rules of the house that the compiler cannot check.
//!
//! A rule is a function of a path and a text that answers with its faults, so that each test shows first, on small
//! texts, that its rule can fail, and then that the house keeps it.

#[path = "tidy/code.rs"]
mod code;

use std::{
    fs,
    path::{Path, PathBuf},
};

use code::{Found, home, occurrences, paths, tokens};

/// Looks at one file, by its path from the root, and says what is wrong with it, as `line: what`.
type Rule = fn(path: &str, text: &str) -> Vec<String>;

/// Which part of the house may see which. What is not named here is above all of them, as `app` and `main` are.
const MAY_SEE: [(&str, &[&str]); 8] = [
    ("domain", &[]),
    ("store", &["domain", "config", "lifecycle", "telemetry"]),
    ("hub", &["domain", "store", "config", "lifecycle", "telemetry"]),
    ("edge", &["domain", "hub", "config", "lifecycle", "telemetry"]),
    ("config", &["domain"]),
    // A client: of the hub it knows what goes over the wire.
    ("simulate", &["config"]),
    ("lifecycle", &["telemetry"]),
    ("telemetry", &[]),
];
const DOMAIN_CRATES_BANNED: [&str; 8] =
    ["axum", "hyper", "rand", "reqwest", "socketioxide", "sqlx", "tokio", "tokio_util"];
const DOMAIN_NAMES_BANNED: [&str; 11] = [
    "SystemTime",
    "Utc::now",
    "Instant::now",
    "Uuid::now_v7",
    "Uuid::new_v4",
    "std::env",
    "std::fs",
    "std::io",
    "std::net",
    "std::process",
    "std::thread",
];
const LINES_MAX: usize = 400;
const GENERATED: [&str; 1] = ["web/shared/protocol.ts"];
/// Where a socket is written to: the feed, as `feed.rs`, `feed_….rs` or files in `feed/`. Add a file by its full path.
const EMITTERS: [&str; 1] = ["src/edge/socket/feed"];
/// Programs that put a hub in a process of its own under load, and so pace themselves.
const LOADS: [&str; 3] = ["tests/bench/", "tests/torture/", "tests/process/"];
/// Folders of what was installed or built, and of what no rule is about.
const NOT_OURS: [&str; 5] =
    ["web/node_modules", "web/dist", "web/e2e/output", "web/test-results", "web/playwright-report"];

#[test]
fn imports_point_one_way() {
    fails_on(
        imports,
        "src/hub/orders.rs",
        &[
            "use crate::edge::wire;",
            "use crate::{domain::order::Order, edge::{wire, fault::Fault}};",
            "use super::super::edge::wire;",
            "use super::{super::edge::wire, error};",
            "mod tests { use super::super::super::app; }",
            "fn f() -> crate::app::App { todo() }",
            "pub(in crate::edge) fn f() {}",
        ],
    );
    fails_on(imports, "src/edge/mod.rs", &["use super::store::Store;", "use ::waypost::store::Store;"]);
    fails_on(imports, "src/store/writer.rs", &["use crate::hub;", "pub use crate::{domain, hub as h};"]);
    fails_on(imports, "src/domain/order/machine.rs", &["use super::super::super::config::Config;"]);
    fails_on(imports, "src/config.rs", &["use crate::edge::wire;"]);
    fails_on(
        imports,
        "src/simulate/client.rs",
        &["use crate::hub::Hub;", "use crate::edge::wire;", "use crate::domain::id;"],
    );
    fails_on(imports, "src/hub/orders.rs", &["use crate::simulate::run;"]);
    passes_on(imports, "src/simulate/run.rs", &["use super::town::Town; use crate::config::Simulation;"]);
    passes_on(
        imports,
        "src/hub/orders.rs",
        &[
            "use crate::{config::Config, domain::order::Order, store::{Read, Write}};",
            "mod tests { use super::super::error; use super::*; }",
            "/// See `crate::edge`.\nconst A: &str = \"crate::edge\"; // crate::edge",
            "both!(crate::store, x)",
        ],
    );
    passes_on(imports, "src/edge/socket/feed.rs", &["use super::super::wire; use crate::hub::feed;"]);
    passes_on(imports, "src/domain/mod.rs", &["mod a { mod b { use super::super::order; } }"]);
    passes_on(imports, "src/app.rs", &["use crate::{edge, hub, store};"]);
    the_house_keeps(imports);
}

#[test]
fn the_domain_is_pure() {
    fails_on(
        purity,
        "src/domain/order.rs",
        &[
            "async fn f() {}",
            "let a = f().await;",
            "use tokio::time;",
            "use std::{fmt, fs};",
            "let now = std::time::SystemTime::now();",
            "use chrono::Utc; let now = Utc::now();",
            "let start = Instant::now();",
            "let dice = rand::random();",
            "use ::sqlx::Row;",
            "let key = std::env::var(\"KEY\");",
        ],
    );
    passes_on(
        purity,
        "src/domain/order.rs",
        &["use std::{fmt, time::Duration}; // no tokio::time", "let r = 'a'; /* async */"],
    );
    passes_on(purity, "src/domain/order/machine/tests.rs", &["std::fs::read_to_string(path)"]);
    passes_on(purity, "src/store/writer.rs", &["use tokio::time;"]);
    the_house_keeps(purity);
}

#[test]
fn a_file_is_read_in_a_sitting() {
    let (long, short) = ("x\n".repeat(LINES_MAX + 1), "x\n".repeat(LINES_MAX));
    for path in ["src/edge/wire.rs", "tests/it/main.rs", "web/vendor/main.tsx", "web/shared/live.ts", "web/a.css"] {
        fails_on(length, path, &[&long]);
        passes_on(length, path, &[&short]);
    }
    passes_on(length, GENERATED[0], &[&long]);
    the_house_keeps(length);
}

#[test]
fn nothing_is_left_unfinished() {
    fails_on(unfinished, "src/hub/orders.rs", &["todo!()", "unimplemented!(\"later\")", "dbg!(order)"]);
    fails_on(unfinished, "tests/it/main.rs", &["#[test]\n#[ignore]\nfn f() {}", "#[ignore = \"slow\"]"]);
    passes_on(unfinished, "src/hub/orders.rs", &["// todo!()", "let a = \"todo!()\"; let b = r#\"dbg!(\"1\")\"#;"]);
    the_house_keeps(unfinished);
}

/// A standard output that nobody reads any more makes `println!` panic, which must not stop a hub.
#[test]
fn only_programs_print() {
    fails_on(printing, "src/app.rs", &["println!(\"listening\");", "print!(\"a\")"]);
    passes_on(printing, "src/app.rs", &["writeln!(out, \"listening\")", "/// ```\n/// println!();\n/// ```"]);
    passes_on(printing, "src/main.rs", &["println!(\"{}\", document);"]);
    the_house_keeps(printing);
}

#[test]
fn only_the_store_speaks_sql() {
    fails_on(
        sql,
        "src/hub/orders.rs",
        &["sqlx::query(\"select 1\")", "use sqlx;", "impl From<::sqlx::Error> for E {}"],
    );
    passes_on(sql, "src/store/orders.rs", &["sqlx::query(\"select 1\")"]);
    passes_on(sql, "src/hub/orders.rs", &["// no sqlx:: here"]);
    the_house_keeps(sql);
}

/// What a handler emitted would not be in the log, and could overtake what is.
#[test]
fn only_the_feed_emits() {
    fails_on(emitting, "src/edge/socket/orders.rs", &["socket.emit(\"a\", &b)", "s.emit_with_ack::<A, B>(\"a\", &b)"]);
    passes_on(emitting, "src/edge/socket/feed.rs", &["socket.emit(\"a\", &b)"]);
    passes_on(emitting, "src/edge/socket/orders.rs", &["let emit = 1; // socket.emit(\"a\")"]);
    the_house_keeps(emitting);
}

#[test]
fn tests_do_not_sleep() {
    fails_on(sleeping, "tests/it/orders.rs", &["tokio::time::sleep(a).await", "std::thread::sleep(a)", "sleep (a)"]);
    fails_on(sleeping, "web/e2e/story.spec.ts", &["await page.waitForTimeout(500)"]);
    passes_on(sleeping, "tests/it/orders.rs", &["// no sleep(a) here", "let sleep = \"sleep(a)\";"]);
    passes_on(sleeping, "tests/bench/main.rs", &["sleep(a)"]);
    passes_on(sleeping, "tests/torture/main.rs", &["sleep(a)"]);
    passes_on(sleeping, "web/e2e/story.spec.ts", &["  // not waitForTimeout(500)\n"]);
    the_house_keeps(sleeping);
}

fn imports(path: &str, text: &str) -> Vec<String> {
    let home = home(path);
    let Some((room, allowed)) = home.first().and_then(|name| MAY_SEE.iter().find(|(room, _)| room == name)) else {
        return Vec::new();
    };
    let mut faults = Vec::new();
    for found in paths(&tokens(text)) {
        let Some(seen) = found.in_this_crate(&home) else { continue };
        let is_part = MAY_SEE.iter().any(|(part, _)| *part == seen) || seen == "app";
        if is_part && seen != *room && !allowed.contains(&seen) {
            faults.push(format!("{}: {room} may not see {seen}", found.line));
        }
    }
    faults
}

fn purity(path: &str, text: &str) -> Vec<String> {
    // A file of tests may read the table it compares with.
    if home(path).first() != Some(&"domain") || path.ends_with("/tests.rs") {
        return Vec::new();
    }
    let tokens = tokens(text);
    let banned = |found: &Found<'_>| {
        let name = DOMAIN_NAMES_BANNED.iter().find(|name| found.names(name));
        name.or_else(|| DOMAIN_CRATES_BANNED.iter().find(|name| found.segments[0] == **name)).copied()
    };
    let named = paths(&tokens).into_iter().filter_map(|found| Some((found.line, banned(&found)?)));
    let waiting = tokens.iter().filter(|token| ["async", "await"].contains(&token.text));
    let waiting = waiting.map(|token| (token.line, token.text));
    named.chain(waiting).map(|(line, name)| format!("{line}: the domain is pure, but names `{name}`")).collect()
}

fn length(path: &str, text: &str) -> Vec<String> {
    let counted = ["rs", "ts", "tsx", "js", "mjs", "css"].iter().any(|kind| is_kind(path, kind));
    let lines = text.lines().count();
    let is_long = counted && lines > LINES_MAX && !GENERATED.contains(&path);
    is_long.then(|| format!("{lines}: over {LINES_MAX} lines; find the seam")).into_iter().collect()
}

fn unfinished(path: &str, text: &str) -> Vec<String> {
    if !is_kind(path, "rs") {
        return Vec::new();
    }
    ["todo!", "unimplemented!", "dbg!", "#[ignore"].iter().flat_map(|code| occurrences(text, code)).collect()
}

fn printing(path: &str, text: &str) -> Vec<String> {
    if !path.starts_with("src/") || path == "src/main.rs" || path.starts_with("src/bin/") {
        return Vec::new();
    }
    ["println!", "print!"].iter().flat_map(|code| occurrences(text, code)).collect()
}

fn sql(path: &str, text: &str) -> Vec<String> {
    if !path.starts_with("src/") || home(path).first() == Some(&"store") {
        return Vec::new();
    }
    let found = paths(&tokens(text)).into_iter().filter(|found| found.segments[0] == "sqlx");
    found.map(|found| format!("{}: only the store speaks SQL", found.line)).collect()
}

fn emitting(path: &str, text: &str) -> Vec<String> {
    if !path.starts_with("src/") || EMITTERS.iter().any(|emitter| path.starts_with(emitter)) {
        return Vec::new();
    }
    ["emit(", "emit::", "emit_with_ack(", "emit_with_ack::"].iter().flat_map(|code| occurrences(text, code)).collect()
}

fn sleeping(path: &str, text: &str) -> Vec<String> {
    // Programs that put a hub under load for a while are no stories.
    let is_story = !LOADS.iter().any(|load| path.starts_with(load));
    if path.starts_with("tests/") && is_story {
        return occurrences(text, "sleep(");
    }
    let lines = text.lines().enumerate().filter(|_| path.starts_with("web/e2e/"));
    let waits = lines.filter(|(_, line)| line.contains("waitForTimeout") && !line.trim_start().starts_with("//"));
    waits.map(|(n, _)| format!("{}: waits for a time, not for what the user sees", n + 1)).collect()
}

#[track_caller]
fn fails_on(rule: Rule, path: &str, texts: &[&str]) {
    for text in texts {
        assert!(!rule(path, text).is_empty(), "the rule lets this pass in {path}:\n{text}");
    }
}

#[track_caller]
fn passes_on(rule: Rule, path: &str, texts: &[&str]) {
    for text in texts {
        assert_eq!(rule(path, text), Vec::<String>::new(), "the rule refuses this in {path}:\n{text}");
    }
}

#[track_caller]
fn the_house_keeps(rule: Rule) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut faults, mut files) = (Vec::new(), 0);
    let mut folders: Vec<PathBuf> = ["src", "tests", "web"].iter().map(|name| root.join(name)).collect();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten() {
            let path = entry.expect("a folder of ours can be listed").path();
            let name = path.strip_prefix(root).expect("it lies below the root").to_string_lossy().replace('\\', "/");
            if path.is_dir() {
                folders.extend((!NOT_OURS.contains(&name.as_str())).then_some(path));
            } else if let Ok(text) = fs::read_to_string(&path) {
                files += 1;
                faults.extend(rule(&name, &text).iter().map(|fault| format!("{name}:{fault}")));
            }
        }
    }
    assert!(files > 10, "the walk found only {files} files, which cannot be all");
    faults.sort();
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

fn is_kind(path: &str, kind: &str) -> bool {
    Path::new(path).extension().is_some_and(|extension| extension == kind)
}
