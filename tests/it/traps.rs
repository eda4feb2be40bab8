//! The known traps of the libraries and of the network, each as it shows from outside.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use futures_util::future::join_all;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::{
    client::{Came, Client, PATIENCE},
    town::{Person, Town, order},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_right_after_the_connect_was_answered() {
    early_commands(Town::open().await).await;
}

/// What a client sends at the moment it is let in is answered, however busy the hub is.
#[expect(clippy::disallowed_methods, reason = "the busy tasks end with the story")]
pub(crate) async fn early_commands(town: Town) {
    const CONNECTIONS: usize = 300;
    const AT_ONCE: usize = 10;
    let (vendor, ann) = (town.vendor().await, town.driver("ann").await);
    let (tokens, addr) = ([json!({ "token": vendor.key }), json!({ "token": ann.key })], town.door.addr());
    let calm = Arc::new(AtomicBool::new(false));
    let busy: Vec<_> = (0..6).map(|_| tokio::spawn(busy_until(calm.clone()))).collect();
    // The clients have a thread of their own, as a phone has: none of them waits for the hub's tasks.
    let clients = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let mut answers = Vec::new();
            for _ in 0..CONNECTIONS / AT_ONCE {
                answers.extend(join_all((0..AT_ONCE).map(|n| answer_in_haste(addr, n, &tokens))).await);
            }
            answers
        })
    });
    let answers = tokio::task::spawn_blocking(|| clients.join().expect("the clients do not panic")).await;
    calm.store(true, Ordering::Relaxed);
    join_all(busy).await;
    let answers = answers.expect("the clients do not panic");
    let lost = answers.iter().filter(|answered| !**answered).count();
    assert_eq!(lost, 0, "of {CONNECTIONS} early commands {lost} were never answered");
}

async fn answer_in_haste(addr: SocketAddr, n: usize, tokens: &[Value; 2]) -> bool {
    let (list, join) = (json!({}), json!({ "zone": "mitte" }));
    let (namespace, command) = match n % 2 {
        0 => ("/orders", ("orders.list", &list)),
        _ => ("/drivers", ("zone.join", &join)),
    };
    let (line, pending) = Client::connect_in_haste(addr, namespace, &tokens[n % 2], command).await;
    // The `sync` comes later than the answer would; by a second command's answer the first one's is lost for good.
    line.synced().await;
    let second = line.command(command.0, command.1).await;
    second.is_ok() && pending.was_answered()
}

/// Keeps a worker busy, a millisecond at a time.
async fn busy_until(calm: Arc<AtomicBool>) {
    while !calm.load(Ordering::Relaxed) {
        let began = std::time::Instant::now();
        while began.elapsed() < Duration::from_millis(1) {}
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn commands_in_flight_are_answered_in_order() {
    answers_in_order(Town::open().await).await;
}

/// Sixty-four commands in flight, quick and slow ones mixed, are carried out and answered in the order they were given.
pub(crate) async fn answers_in_order(town: Town) {
    let vendor = town.vendor().await;
    let id = vendor.submit("soup").await;
    for _ in 0..5 {
        let commands: Vec<(&str, Value)> = (0..64)
            .map(|n| match n % 4 {
                0 => ("order.submit", order("soup", json!({}))),
                1 => ("order.message", json!({ "id": id, "text": n.to_string() })),
                2 => ("order.message", json!({ "id": id, "text": "" })),
                _ => ("orders.list", json!({ "limit": 200 })),
            })
            .collect();
        let pending = vendor.send_all(&commands);
        let given: Vec<u64> = pending.iter().map(|pending| pending.id).collect();
        let answers = join_all(pending.into_iter().map(crate::client::Pending::answer)).await;
        let seqs: Vec<i64> = answers.iter().filter_map(|answer| answer.as_ref().ok()?.seq).collect();
        assert_eq!(seqs.len(), 32);
        assert!(seqs.is_sorted(), "carried out in the order they were given: {seqs:?}");
        let answered = vendor.answered();
        assert_eq!(answered[answered.len() - 64..], given, "answered in the order they were given");
    }
}

#[tokio::test]
async fn what_came_after_a_command_waits_for_its_answer() {
    answers_before_what_follows(Town::open().await).await;
}

/// Who gives a command is not told its event, but learns of it by the answer. Were later events told before that, and the
/// line then cut, the cursor would be past the event and nobody would ever tell of it. So answers overtake them.
pub(crate) async fn answers_before_what_follows(town: Town) {
    const ROUNDS: usize = 10;
    let (vendor, admin) = (town.vendor().await, town.rest());
    let id = vendor.submit("soup").await;
    let (path, said) = (format!("/orders/{id}/message"), json!({ "text": "is it ready?" }));
    for _ in 0..ROUNDS {
        // A list takes a while to be read, and the answer to what was given after it waits for its turn.
        let list = ("orders.list", json!({ "limit": 200 }));
        let submit = ("order.submit", order("soup", json!({})));
        let given = vendor.send_all(&[list.clone(), submit.clone(), list.clone(), submit.clone(), list, submit]);
        let chatter = join_all((0..12).map(|_| admin.post(&path, &said)));
        let (answers, _) = tokio::join!(join_all(given.into_iter().map(crate::client::Pending::answer)), chatter);
        assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    }
    let heard = vendor.heard().await;
    assert_eq!(heard.0.len(), ROUNDS * 12, "everybody else's, and not its own");
    let came = vendor.came();
    for (at, answer) in came.iter().enumerate() {
        let Came::Answer(seq) = answer else { continue };
        let overtook = came[..at].iter().find(|came| matches!(came, Came::Event(later) if later > seq));
        assert_eq!(overtook, None, "something was told before the answer that told of {seq}");
    }
}

#[tokio::test]
async fn more_than_64_commands_in_flight_are_refused_and_none_is_lost() {
    let town = Town::open().await;
    let vendor = town.vendor().await;
    let commands: Vec<(&str, Value)> =
        (0..400).map(|n| ("order.submit", order("soup", json!({ "external_id": n.to_string() })))).collect();
    let answers = join_all(vendor.send_all(&commands).into_iter().map(crate::client::Pending::answer)).await;
    let (taken, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
    assert!(taken.len() >= 64 && !refused.is_empty(), "{} taken, {} refused", taken.len(), refused.len());
    for problem in refused.into_iter().filter_map(Result::err) {
        assert_eq!((problem.code.as_str(), &problem.body["retryable"]), ("rate_limited", &json!(true)));
        assert!(problem.body["retry_after_s"].as_u64().is_some_and(|seconds| seconds >= 1), "{problem:?}");
    }
    let page = vendor.rest().get("/orders?limit=200").await.expect("its own");
    let kept = page["data"].as_array().map(Vec::len).unwrap_or_default();
    assert_eq!(kept, taken.len().min(200), "what was refused was not done");
}

#[tokio::test]
async fn a_slow_reader_is_cut_off_and_resumes_whole() {
    slow_reader(Town::open().await).await;
}

/// Who does not read is cut off, and over both connections hears exactly its share, once and in order.
pub(crate) async fn slow_reader(town: Town) {
    const BATCHES: usize = 14;
    const NOTE_CHARS: usize = 200;
    let vendor = town.vendor().await;
    let items = vec![json!({ "name": "soup", "note": "x".repeat(NOTE_CHARS) }); 100];
    let id = vendor.submit_as("soup", json!({ "items": items })).await;
    let mut slow = vendor.second_tab().await;
    slow.stop_reading();
    let mut said = Vec::new();
    for batch in 0..BATCHES {
        let texts: Vec<String> = (0..60).map(|n| format!("{batch} {n}")).collect();
        let commands: Vec<_> = texts.iter().map(|text| ("order.message", json!({ "id": id, "text": text }))).collect();
        for answer in join_all(vendor.send_all(&commands).into_iter().map(crate::client::Pending::answer)).await {
            answer.expect("a vendor may talk");
        }
        said.extend(texts);
    }
    // The fence shows that everything was told, or thrown away.
    vendor.heard().await;
    slow.read_on();
    slow.has_unread(said.len() / 2).await;
    said.push("one more".to_owned());
    vendor.does_with("order.message", &id, json!({ "text": "one more" })).await.expect("a vendor may talk");
    let text = |body: &Value| body["data"]["text"].as_str().map(ToOwned::to_owned);
    slow.has_ended_or_heard(|event| event.data()["text"] == "one more").await;
    let mut heard: Vec<String> = slow.unread().iter().filter_map(|event| text(&event.body)).collect();
    assert!(heard.len() < said.len(), "a reader that slow cannot have heard everything");
    let sync = slow.back().await;
    assert_eq!(sync["mode"], "replay", "it was not away for long");
    heard.extend(sync["events"].as_array().expect("a replay").iter().filter_map(text));
    assert!(heard == said, "its share, once and in order: of {} it heard {}", said.len(), heard.len());
}

#[tokio::test]
async fn twenty_megabytes_before_any_key_are_not_taken() {
    no_giant_before_a_key(Town::open().await).await;
}

/// A giant message from nobody ends the connection at its first bytes, in one frame or in many.
pub(crate) async fn no_giant_before_a_key(town: Town) {
    const GIANT_BYTES: usize = 20 * 1_024 * 1_024;
    const FRAME_BYTES: usize = 60 * 1_024;
    let one_frame = |sent: usize| (sent == 0).then(|| header(0x81, GIANT_BYTES));
    let fragments = |sent: usize| sent.is_multiple_of(FRAME_BYTES).then(|| header(u8::from(sent == 0), FRAME_BYTES));
    let begins: [&dyn Fn(usize) -> Option<Vec<u8>>; 2] = [&one_frame, &fragments];
    for begin in begins {
        let mut stream = upgraded(&town, "").await.expect("the transport lets anyone in");
        let (mut sent, chunk) = (0, vec![b'x'; 4 * 1_024]);
        // One byte short of the end, so that a hub that takes it all waits for the rest.
        while sent < GIANT_BYTES - 4 * 1_024 {
            if let Some(header) = begin(sent)
                && stream.write_all(&header).await.is_err()
            {
                break;
            }
            if stream.write_all(&chunk).await.is_err() {
                break;
            }
            sent += chunk.len();
        }
        let mut rest = Vec::new();
        let ended = tokio::time::timeout(Duration::from_secs(3), stream.read_to_end(&mut rest)).await;
        assert!(ended.is_ok(), "the hub took {sent} bytes from nobody and waits for more");
        assert!(sent < GIANT_BYTES / 2, "the hub read {sent} bytes before it ended the connection");
    }
    town.vendor().await.submit("and still it works").await;
}

fn header(first: u8, bytes: usize) -> Vec<u8> {
    let mut header = vec![first, 0x80 | 127];
    header.extend((bytes as u64).to_be_bytes());
    header.extend([0; 4]);
    header
}

#[tokio::test]
async fn another_origins_page_is_not_let_in() {
    own_pages_only(Town::open().await).await;
}

/// A web page of somebody else's may not connect; the hub's own may, and programs that name no origin.
pub(crate) async fn own_pages_only(town: Town) {
    let addr = town.door.addr();
    let port = addr.port();
    for foreign in ["https://evil.example", "http://127.0.0.1:1", "null", &format!("http://evil.example:{port}")] {
        let refused = upgraded(&town, &format!("Origin: {foreign}\r\n")).await;
        let answer = refused.err().unwrap_or_else(|| panic!("{foreign} was let in"));
        assert!(answer.starts_with("HTTP/1.1 403") && answer.contains("\"forbidden\""), "{foreign}: {answer}");
    }
    for own in [format!("Origin: http://{addr}\r\n"), String::new()] {
        upgraded(&town, &own).await.unwrap_or_else(|answer| panic!("`{own}` was refused: {answer}"));
    }
}

/// A connection whose WebSocket is open, or the answer that refused it.
async fn upgraded(town: &Town, headers: &str) -> Result<TcpStream, String> {
    let addr = town.door.addr();
    let mut stream = TcpStream::connect(addr).await.expect("the hub listens");
    let request = format!(
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {addr}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{headers}\r\n"
    );
    stream.write_all(request.as_bytes()).await.expect("the hub listens");
    let mut answer = vec![0; 4_096];
    let read = tokio::time::timeout(PATIENCE, stream.read(&mut answer)).await.expect("the hub answers");
    let answer = String::from_utf8_lossy(&answer[..read.expect("the hub answers")]).into_owned();
    if answer.starts_with("HTTP/1.1 101") { Ok(stream) } else { Err(answer) }
}

#[tokio::test]
async fn a_broken_packet_ends_its_own_connection_only() {
    let town = Town::open().await;
    let mut vendor = town.vendor().await;
    let other = vendor.second_tab().await;
    for broken in ["4abc", "42/orders", r#"42/orders,1["order.submit",{"items":"#, "42/orders,[7]", "9", "{}"] {
        vendor.raw(&[broken.to_owned()]);
        vendor.raw(&["42/drivers,1[\"zone.join\",{}]".to_owned()]);
        vendor.ended().await;
        vendor.back().await;
    }
    other.submit("and still it works").await;
    assert_eq!(vendor.heard().await.kinds(), ["order.submitted"]);
}

#[tokio::test]
async fn a_stop_with_sockets_open_is_told_and_takes_no_time() {
    let mut town = Town::open().await;
    let (vendor, ann, admin) = (town.vendor().await, town.driver("ann").await, town.admin().await);
    let silent = Client::open(town.door.addr(), "/orders").await;
    let order = vendor.submit_ready("soup").await;
    ann.expect("order.ready_for_pickup").await;
    let last = ann.send("order.claim", &json!({ "id": order }));
    last.answer().await.expect("ann was first");
    town.stop().await;
    let said = async |person: &Person| {
        let stopping = person.expect_volatile("server.stopping").await;
        assert!(stopping["reconnect_after_ms"].as_u64().is_some_and(|ms| ms <= 10_000), "{stopping}");
        person.ended().await;
    };
    for person in [&vendor, &ann, &admin] {
        said(person).await;
    }
    drop(silent);
    town.start_again().await;
    let kept = town.rest().get(&format!("/orders/{order}")).await.expect("it is kept");
    assert_eq!(kept["status"], "assigned");
}

#[tokio::test]
async fn a_stop_in_the_middle_of_work_loses_nothing_that_was_acknowledged() {
    let mut town = Town::open().await;
    let vendor = town.vendor().await;
    let commands: Vec<_> = (0..64).map(|_| ("order.submit", order("soup", json!({})))).collect();
    let mut pending = vendor.send_all(&commands).into_iter();
    let first = pending.next().expect("64 of them").answer().await.expect("an order can be submitted");
    town.stop().await;
    let mut kept = vec![crate::town::id_of(&first.data)];
    for answer in pending {
        match answer.outcome().await {
            Some(Ok(ack)) => kept.push(crate::town::id_of(&ack.data)),
            Some(Err(problem)) => assert_eq!(problem.code, "unavailable", "{problem:?}"),
            None => {}
        }
    }
    town.start_again().await;
    for order in kept {
        town.rest().get(&format!("/orders/{order}")).await.expect("it was acknowledged");
    }
}

#[tokio::test]
async fn a_stop_does_not_wait_for_who_does_not_read() {
    let mut town = Town::open().await;
    let vendor = town.vendor().await;
    let slow = vendor.second_tab().await;
    slow.stop_reading();
    let id = vendor
        .submit_as("soup", json!({ "items": vec![json!({ "name": "soup", "note": "x".repeat(480) }); 100] }))
        .await;
    for _ in 0..3 {
        let said = vec![("order.message", json!({ "id": id, "text": "x" })); 60];
        join_all(vendor.send_all(&said).into_iter().map(crate::client::Pending::answer)).await;
    }
    town.stop().await;
}

#[tokio::test]
async fn what_is_acknowledged_is_on_disk() {
    let town = Town::open().await;
    acknowledged_is_committed(&town.vendor().await).await;
}

/// An acknowledged order is there for every other reader from that moment on.
pub(crate) async fn acknowledged_is_committed(vendor: &Person) {
    let rest = vendor.rest();
    for _ in 0..5 {
        let commands: Vec<_> = (0..64).map(|_| ("order.submit", order("soup", json!({})))).collect();
        for pending in vendor.send_all(&commands) {
            let made = pending.answer().await.expect("an order can be submitted").data;
            let id = crate::town::id_of(&made);
            let read = rest.get(&format!("/orders/{id}")).await;
            assert!(read.is_ok(), "order {id} was acknowledged, but nobody else can see it");
        }
    }
}
