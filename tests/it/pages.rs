//! What every page comes with: a policy that lets nothing run but the hub's own files, and nothing in it that would have to.

use std::{
    fs,
    path::{Path, PathBuf},
};

use reqwest::Method;

use crate::town::Town;

/// Every path that answers with HTML to whoever asks.
const PAGES: [&str; 6] = ["/", "/vendor", "/driver", "/admin", "/track/that-leads-nowhere", "/api/docs"];

#[tokio::test]
async fn a_page_runs_nothing_but_the_hubs_own_files() {
    strict_policy(Town::open().await).await;
}

pub(crate) async fn strict_policy(town: Town) {
    for page in PAGES {
        let answer = town.door.without_key().at(Method::GET, page, &[], None).await;
        assert!(answer.header("content-type").starts_with("text/html"), "{page}: {:?}", answer.headers);
        let policy = answer.header("content-security-policy");
        let part = |name: &str| {
            policy.split(';').find_map(|part| part.trim().strip_prefix(name)).map(str::trim).unwrap_or_default()
        };
        let held = [
            ("default-src", "'none'"),
            ("script-src", "'self'"),
            ("style-src", "'self'"),
            ("connect-src", "'self'"),
            ("base-uri", "'none'"),
            ("form-action", "'none'"),
            ("frame-ancestors", "'none'"),
        ];
        for (name, value) in held {
            assert_eq!(part(name), value, "{page}: nothing that stands in a page may run, nothing else may be asked");
        }
        assert!(!policy.contains("unsafe"), "{page}: {policy}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{page}");
        assert_eq!(answer.header("referrer-policy"), "no-referrer", "{page}");
        assert_eq!(inline(&answer.text), Vec::<String>::new(), "{page} as it is served");
    }
}

#[test]
fn no_page_holds_a_script_a_style_or_a_handler() {
    let found = |html: &str| inline(html).len();
    assert_eq!(found("<script>alert(1)</script>"), 1);
    assert_eq!(found("<script src=\"/a.js\">alert(1)</script>"), 1);
    assert_eq!(found("<p style='color: red'><style>p { color: red }</style>"), 2);
    assert_eq!(found("<a href=\"javascript:alert(1)\" OnClick=\"x()\">"), 2);
    assert_eq!(found("<script type=module crossorigin src=\"/a.js\"></script><p title=\"> style=x\">on=1</p>"), 0);
    let pages = pages_in(&Path::new(env!("CARGO_MANIFEST_DIR")).join("web"));
    assert!(pages.len() >= 4, "the pages are found: {pages:?}");
    for page in pages {
        let html = fs::read_to_string(&page).expect("it was just found");
        assert_eq!(inline(&html), Vec::<String>::new(), "{}", page.display());
    }
}

/// What would need an exception from the policy.
fn inline(html: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let (tag, after) = cut_tag(&rest[at + 1..]);
        let name = tag.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default().to_ascii_lowercase();
        let body = after.split("</").next().unwrap_or_default();
        if name == "style" || (name == "script" && !body.trim().is_empty()) {
            faults.push(format!("<{tag}> holds {:?}", body.trim()));
        }
        let given = if name.is_empty() { Vec::new() } else { attributes(&tag[name.len()..]) };
        for (attribute, value) in given {
            if attribute == "style" || attribute.starts_with("on") || value.trim_start().starts_with("javascript:") {
                faults.push(format!("<{tag}> has {attribute}"));
            }
        }
        rest = after;
    }
    faults
}

/// Up to the `>` that is in no quotes, and what follows it.
fn cut_tag(text: &str) -> (&str, &str) {
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (None, '>') => return (&text[..at], &text[at + 1..]),
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            _ => {}
        }
    }
    (text, "")
}

fn attributes(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = text.trim_matches(|c: char| c.is_whitespace() || c == '/');
    while !rest.is_empty() {
        let end = rest.find(|c: char| c.is_whitespace() || c == '=').unwrap_or(rest.len());
        let name = rest[..end].to_ascii_lowercase();
        rest = rest[end..].trim_start();
        let mut value = "";
        if let Some(given) = rest.strip_prefix('=').map(str::trim_start) {
            let quote = given.chars().next().filter(|c| matches!(c, '"' | '\''));
            let inner = if quote.is_some() { &given[1..] } else { given };
            let end = quote.map_or_else(|| inner.find(char::is_whitespace), |quote| inner.find(quote));
            value = &inner[..end.unwrap_or(inner.len())];
            rest = inner[value.len()..].strip_prefix(['"', '\'']).unwrap_or(&inner[value.len()..]);
        }
        found.push((name, value.to_ascii_lowercase()));
        rest = rest.trim_start();
    }
    found
}

/// The pages as they are written, and as they were built where they were.
fn pages_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok).map(|entry| entry.path());
    let ours = entries.filter(|path| !path.ends_with("node_modules") && !path.ends_with("e2e"));
    ours.flat_map(|path| if path.is_dir() { pages_in(&path) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|ending| ending == "html"))
        .collect()
}
