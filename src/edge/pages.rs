//! The web apps: built by Vite, carried inside the program.

use std::sync::LazyLock;

use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use qrcode::{QrCode, render::svg};
use rust_embed::{Embed, EmbeddedFile};

use super::{Edge, document, fault::Fault, rest};
use crate::{config::TilesUrl, flaws::Flaws};

#[derive(Embed)]
#[folder = "web/dist"]
#[allow_missing = true]
struct Built;

/// What a page says where the pages were not built.
const NOT_BUILT: &str = "<!doctype html><meta charset=utf-8><title>Waypost</title><h1>The pages are not built yet</h1>\
    <p>The hub itself works: REST and sockets answer. To build the pages, run <code>cargo xtask run</code>, or \
    <code>npm ci &amp;&amp; npm run build</code> in the folder <code>web</code> and build the hub again.</p>";

/// A year: the name of an asset changes with its content.
const FOREVER: &str = "public, max-age=31536000, immutable";

pub(super) fn routes() -> Router<Edge> {
    Router::new()
        .route("/", get(async |State(edge): State<Edge>, headers: HeaderMap| page(&edge, &headers, "index.html")))
        .route(
            "/vendor",
            get(async |State(edge): State<Edge>, headers: HeaderMap| page(&edge, &headers, "vendor/index.html")),
        )
        .route(
            "/driver",
            get(async |State(edge): State<Edge>, headers: HeaderMap| page(&edge, &headers, "driver/index.html")),
        )
        .route(
            "/admin",
            get(async |State(edge): State<Edge>, headers: HeaderMap| page(&edge, &headers, "admin/index.html")),
        )
        .route("/assets/{*path}", get(asset))
        .route("/favicon.svg", get(root_file))
        .route("/icons/{*path}", get(root_file))
        .route("/driver.webmanifest", get(root_file))
        .route("/vendor.webmanifest", get(root_file))
        .route("/sw.js", get(worker))
        .route("/api/openapi.json", get(|| async { json(document::openapi_json()) }))
        .route("/api/asyncapi.json", get(|| async { json(document::asyncapi_json()) }))
        .route("/api/docs", get(docs))
}

pub(super) fn page(edge: &Edge, headers: &HeaderMap, name: &str) -> Response {
    let mut response = match file(name, headers) {
        Some(response) => response,
        None => (StatusCode::SERVICE_UNAVAILABLE, Html(NOT_BUILT)).into_response(),
    };
    // The page names its assets, so it is asked for anew each time; what it names is kept for ever.
    set(&mut response, header::CACHE_CONTROL, "no-cache");
    guard(&mut response, edge.settings.map_tiles_url.as_ref(), edge.hub.flaws());
    response
}

/// The page that is shown where there is nothing.
pub(super) fn page_of_nothing(edge: &Edge, headers: &HeaderMap, name: &str) -> Response {
    let mut response = page(edge, headers, name);
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}

/// A link as a QR code. Empty for a link too long for one, which no link of ours is.
pub(super) fn qr_svg(link: &str) -> String {
    QrCode::new(link).map(|code| code.render::<svg::Color<'_>>().min_dimensions(240, 240).build()).unwrap_or_default()
}

async fn asset(Path(path): Path<String>, headers: HeaderMap) -> Result<Response, Fault> {
    let Some(mut response) = file(&format!("assets/{path}"), &headers) else { return Err(rest::not_found().await) };
    set(&mut response, header::CACHE_CONTROL, FOREVER);
    Ok(response)
}

async fn root_file(uri: Uri, headers: HeaderMap) -> Result<Response, Fault> {
    let Some(mut response) = file(uri.path().trim_start_matches('/'), &headers) else {
        return Err(rest::not_found().await);
    };
    set(&mut response, header::CACHE_CONTROL, "public, max-age=3600");
    Ok(response)
}

/// The service worker of the driver's and the vendor's pages: asked for anew each time, or phones would keep an old one.
async fn worker(State(edge): State<Edge>, headers: HeaderMap) -> Result<Response, Fault> {
    let Some(mut response) = file("sw.js", &headers) else { return Err(rest::not_found().await) };
    set(&mut response, header::CACHE_CONTROL, "no-cache");
    guard(&mut response, None, edge.hub.flaws());
    Ok(response)
}

async fn docs(State(edge): State<Edge>) -> Response {
    static PAGE: LazyLock<String> = LazyLock::new(document::page);
    let mut response = Html(PAGE.as_str()).into_response();
    guard(&mut response, None, edge.hub.flaws());
    response
}

fn json(text: &'static str) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], text).into_response()
}

/// A built file, in the smallest form that the reader takes.
fn file(name: &str, headers: &HeaderMap) -> Option<Response> {
    let plain = Built::get(name)?;
    let takes = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut packed = [("br", "br"), ("gzip", "gz")].into_iter().filter(|(encoding, _)| takes.contains(encoding));
    let packed = packed.find_map(|(encoding, ending)| Some((encoding, Built::get(&format!("{name}.{ending}"))?)));
    let mut response = match packed {
        Some((encoding, EmbeddedFile { data, .. })) => {
            let mut response = data.into_response();
            set(&mut response, header::CONTENT_ENCODING, encoding);
            response
        }
        None => plain.data.into_response(),
    };
    set(&mut response, header::CONTENT_TYPE, content_type(name));
    set(&mut response, header::VARY, "accept-encoding");
    set(&mut response, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    Some(response)
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

/// What a page may do: nothing from another origin, but for map tiles where the operator named some.
pub(super) fn guard(response: &mut Response, map_tiles_url: Option<&TilesUrl>, flaws: Flaws) {
    let inline = if flaws.let_inline_scripts_run() { " 'unsafe-inline'" } else { "" };
    let tiles = map_tiles_url.map(|url| format!(" {}", url.origin())).unwrap_or_default();
    let policy = format!(
        "default-src 'none'; script-src 'self'{inline}; style-src 'self'; img-src 'self' data: blob:{tiles}; connect-src 'self'; \
         font-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    set(response, header::CONTENT_SECURITY_POLICY, &policy);
    set(response, header::REFERRER_POLICY, "no-referrer");
    set(response, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    let permissions = header::HeaderName::from_static("permissions-policy");
    set(response, permissions, "geolocation=(self), camera=(self), microphone=()");
}

fn set(response: &mut Response, name: header::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}
