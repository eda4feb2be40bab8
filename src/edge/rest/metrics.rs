//! Figures for who watches over many hubs, in Prometheus' text format.

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse as _, Response},
};
use metrics::{counter, describe_counter, describe_gauge, gauge, with_local_recorder};
use metrics_exporter_prometheus::PrometheusBuilder;

use crate::{edge::Edge, hub::PushCounts};

/// The format, as Prometheus asks for it.
const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// How the hub is at this moment.
pub(crate) async fn show(State(edge): State<Edge>) -> Response {
    let is_ready = !edge.draining.is_cancelled() && edge.hub.ready().await.is_ok();
    let tasks = tokio::runtime::Handle::current().metrics().num_alive_tasks();
    let recorder = PrometheusBuilder::new().build_recorder();
    with_local_recorder(&recorder, || {
        describe_gauge!("waypost_ready", "1 if questions can be answered and changes be kept, as /readyz says");
        gauge!("waypost_ready").set(f64::from(u8::from(is_ready)));
        describe_gauge!("waypost_tasks", "tasks that are alive in the runtime; grows with connections");
        gauge!("waypost_tasks").set(as_f64(tasks));
        describe_gauge!("waypost_writes_waiting", "units of work that wait for the writer");
        gauge!("waypost_writes_waiting").set(as_f64(edge.hub.writes_waiting()));
        describe_gauge!("waypost_connections", "live Socket.IO connections, by namespace");
        for (namespace, count) in edge.sockets.counts() {
            gauge!("waypost_connections", "namespace" => namespace).set(as_f64(count));
        }
        describe_gauge!("waypost_followers", "streams that follow a delivery by its tracking link");
        gauge!("waypost_followers").set(as_f64(edge.hub.followers()));
        pushes(&edge.hub.push_counts());
    });
    ([(header::CONTENT_TYPE, TEXT)], recorder.handle().render()).into_response()
}

fn pushes(counts: &PushCounts) {
    describe_counter!("waypost_pushes_sent_total", "pushes that a push service took");
    counter!("waypost_pushes_sent_total").absolute(counts.sent);
    describe_counter!("waypost_pushes_failed_total", "pushes that were refused, or that no push service took in time");
    counter!("waypost_pushes_failed_total").absolute(counts.failed);
    describe_counter!("waypost_pushes_retried_total", "times that a push service did not take a push at once");
    counter!("waypost_pushes_retried_total").absolute(counts.retried);
    describe_counter!("waypost_pushes_delivered_total", "pushes of which a browser said that they came");
    counter!("waypost_pushes_delivered_total").absolute(counts.delivered);
    describe_counter!(
        "waypost_push_subscriptions_dropped_total",
        "browsers that take no more pushes, says their push service"
    );
    counter!("waypost_push_subscriptions_dropped_total").absolute(counts.dropped);
    describe_gauge!("waypost_pushes_waiting", "pushes that are to be sent");
    gauge!("waypost_pushes_waiting").set(as_f64(counts.waiting));
}

/// A count as Prometheus has it. Exact up to 2^53, which no count here reaches.
#[expect(clippy::cast_precision_loss, reason = "no count here is that large")]
fn as_f64(count: usize) -> f64 {
    count as f64
}
