import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Gone, type Link, type Namespace, openLive, Refused } from "./live";
import { ann, bar, event, FakeHub, held, order, replay, snapshot, stub, TIME } from "./live/fake-hub";
import type { AlertsByOrder } from "./live/alerts";
import type { Alert, Event, Me, Order, Problem } from "./protocol";

/** A page that remembers what it was told. */
function page<N extends Namespace = "/drivers">(namespace = "/drivers" as N) {
  const hub = new FakeHub();
  const seen = {
    orders: new Map() as ReadonlyMap<string, Order>,
    alerts: new Map() as AlertsByOrder,
    gone: [] as Gone[],
    events: [] as string[],
    offered: [] as string[],
    link: {} as Link,
    me: null as Me | null,
  };
  const live = openLive(
    namespace,
    "wp_key",
    {
      orders: (orders) => (seen.orders = orders),
      alerts: (alerts) => (seen.alerts = alerts),
      gone: (gone) => seen.gone.push(...gone),
      offered: (orders) => seen.offered.push(...orders.map((one) => one.id)),
      event: (one: Event, replayed) => seen.events.push(`${one.seq}${replayed ? " replayed" : ""}`),
      link: (link) => (seen.link = link),
      me: (me) => (seen.me = me),
    },
    hub.dial,
  );
  const shown = () => [...seen.orders.values()].map((one) => `${one.id} v${one.version} ${one.status}`);
  return { hub, live, seen, shown };
}

function problem(code: string, more: Partial<Problem> = {}): { error: Problem; server_time: string } {
  return { error: { type: "about:blank", title: "", status: 409, code, detail: code, retryable: false, ...more } as Problem, server_time: TIME };
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe("following", () => {
  it("shows a snapshot and then each event in order", () => {
    const { hub, shown, seen } = page();
    hub.accept(snapshot(10, ann, [order("a", 1, "ready_for_pickup")]));
    hub.tell(12, "order.ready_for_pickup", order("b", 3, "ready_for_pickup"));
    expect(shown()).toEqual(["a v1 ready_for_pickup", "b v3 ready_for_pickup"]);
    expect(seen.offered).toEqual(["a", "b"]);
    expect(seen.link.state).toBe("live");
  });

  it("drops an offer that another driver holds, and says why", () => {
    const { hub, shown, seen } = page();
    hub.accept(snapshot(10, ann, ["a", "b", "c", "d"].map((id) => order(id, 1, "ready_for_pickup"))));
    hub.tell(11, "order.assigned", stub("a", 2, "assigned"));
    hub.tell(12, "order.withdrawn", order("b", 2, "submitted"));
    hub.tell(13, "order.cancelled", order("c", 2, "cancelled"), { data: { reason: "out of rice" } });
    hub.tell(14, "order.expired", order("d", 2, "expired"));
    expect(shown()).toEqual([]);
    expect(seen.gone.map((one) => [one.order.id, one.why, one.detail])).toEqual([
      ["a", "claimed", null],
      ["b", "withdrawn", null],
      ["c", "cancelled", "out of rice"],
      ["d", "expired", null],
    ]);
  });

  it("does not bring a dropped order back with an older version", async () => {
    const { hub, live, shown } = page();
    hub.accept(snapshot(10, ann, [order("a", 4, "ready_for_pickup")]));
    const joining = live.send("zone.join", { zone: "mitte" });
    await vi.advanceTimersByTimeAsync(0);
    hub.tell(11, "order.assigned", stub("a", 5, "assigned"));
    hub.last("zone.join").answer({ data: { zone: "mitte", orders: [order("a", 4, "ready_for_pickup")] }, server_time: TIME });
    await joining;
    expect(shown()).toEqual([]);
    hub.tell(12, "order.ready_for_pickup", order("a", 7, "ready_for_pickup"));
    expect(shown()).toEqual(["a v7 ready_for_pickup"]);
  });

  it("never puts an older answer over a newer event", async () => {
    const { hub, live, shown } = page("/orders");
    hub.accept(snapshot(10, bar, [order("a", 1, "submitted")]));
    const readying = live.send("order.ready", { id: "a" });
    await vi.advanceTimersByTimeAsync(0);
    hub.tell(12, "order.assigned", order("a", 3, "assigned"));
    hub.last("order.ready").answer({ data: order("a", 2, "ready_for_pickup"), seq: 11, server_time: TIME });
    await readying;
    expect(shown()).toEqual(["a v3 assigned"]);
  });

  it("ignores what it has heard, and reconnects with its cursor when something is missing", () => {
    const { hub, seen } = page("/orders");
    hub.accept(snapshot(10, bar, []));
    hub.tell(12, "order.submitted", order("a", 1, "submitted"));
    hub.tell(12, "order.submitted", order("a", 1, "submitted"));
    expect(seen.events).toEqual(["12"]);
    hub.tell(20, "order.cancelled", order("a", 2, "cancelled"), { prev: 15 });
    expect(seen.events).toEqual(["12"]);
    expect(hub.connects.at(-1)?.cursor).toEqual({ epoch: "e", seq: 12 });
    hub.accept(replay(20, bar, [event(15, "order.updated", order("a", 2, "submitted")), event(20, "order.cancelled", order("a", 3, "cancelled"))]));
    expect(seen.events).toEqual(["12", "15 replayed", "20 replayed"]);
  });

  it("tells of a replay only what was on the screen, and offers only what is still on offer", () => {
    const { hub, seen, shown } = page();
    hub.accept(snapshot(10, ann, [order("a", 1, "ready_for_pickup")]));
    hub.drop("transport close");
    vi.advanceTimersByTime(1000);
    seen.offered.length = 0;
    hub.accept(
      replay(16, ann, [
        event(11, "order.ready_for_pickup", order("b", 1, "ready_for_pickup")),
        event(12, "order.assigned", stub("b", 2, "assigned")),
        event(13, "order.assigned", stub("a", 2, "assigned")),
        event(14, "order.ready_for_pickup", order("c", 1, "ready_for_pickup")),
      ]),
    );
    expect(seen.gone.map((one) => one.order.id)).toEqual(["a"]);
    expect(seen.offered).toEqual(["c"]);
    expect(shown()).toEqual(["c v1 ready_for_pickup"]);
  });

  it("replaces everything with a snapshot of another epoch, even with lower versions", () => {
    const { hub, shown, seen } = page();
    hub.accept(snapshot(900, ann, [order("a", 9, "ready_for_pickup"), order("b", 2, "ready_for_pickup")]));
    hub.drop("transport close");
    vi.advanceTimersByTime(1000);
    hub.accept(snapshot(5, ann, [order("a", 3, "ready_for_pickup")], { cursor: { epoch: "f", seq: 5 } }));
    expect(shown()).toEqual(["a v3 ready_for_pickup"]);
    expect(seen.gone.map((one) => [one.order.id, one.why])).toEqual([["b", "away"]]);
    hub.tell(6, "order.ready_for_pickup", order("c", 1, "ready_for_pickup"));
    expect(seen.events).toEqual(["6"]);
  });

  it("acknowledges an offer, which is the delivered receipt", () => {
    const { hub } = page();
    hub.accept(snapshot(10, ann, []));
    const receipt = vi.fn();
    hub.tell(11, "order.ready_for_pickup", order("a", 1, "ready_for_pickup"), {}, receipt);
    expect(receipt).toHaveBeenCalledOnce();
  });

  it("keeps a declined offer away, but not one that the dispatcher then assigns", async () => {
    const { hub, live, shown } = page();
    hub.accept(snapshot(10, ann, [order("a", 1, "ready_for_pickup")]));
    const declining = live.send("order.decline", { id: "a" });
    await vi.advanceTimersByTimeAsync(0);
    hub.last("order.decline").answer({ data: order("a", 1, "ready_for_pickup"), server_time: TIME });
    await declining;
    hub.tell(11, "order.updated", order("a", 2, "ready_for_pickup"));
    expect(shown()).toEqual([]);
    hub.tell(12, "order.assigned", held("a", 3, "assigned"));
    expect(shown()).toEqual(["a v3 assigned"]);
  });

  it("leaves a zone with its offers and keeps the jobs", async () => {
    const { hub, live, shown } = page();
    hub.accept(snapshot(10, ann, [order("a", 1, "ready_for_pickup"), held("b", 2, "picked_up")]));
    const leaving = live.send("zone.leave", { zone: "mitte" });
    await vi.advanceTimersByTimeAsync(0);
    hub.last("zone.leave").answer({ data: { zone: "mitte" }, server_time: TIME });
    await leaving;
    expect(shown()).toEqual(["b v2 picked_up"]);
    hub.tell(11, "order.updated", order("a", 2, "ready_for_pickup"));
    expect(shown()).toEqual(["b v2 picked_up"]);
  });

  it("says that the dispatcher took a job back, and does not offer it to this driver again", () => {
    const { hub, seen, shown } = page();
    hub.accept(snapshot(10, ann, [held("a", 4, "assigned")]));
    hub.tell(11, "order.released", order("a", 5, "submitted"), { data: { reason: "too slow", driver_id: "ann" } });
    hub.tell(12, "order.ready_for_pickup", order("a", 6, "ready_for_pickup"));
    expect(shown()).toEqual([]);
    expect(seen.gone.map((one) => [one.why, one.detail])).toEqual([["released", "too slow"]]);
  });

  it("keeps an offer that comes before the answer to zone.join", async () => {
    const { hub, live, shown } = page();
    hub.accept(snapshot(10, ann, [], { zones: [] }));
    const joining = live.send("zone.join", { zone: "mitte" });
    await vi.advanceTimersByTimeAsync(0);
    hub.tell(12, "order.ready_for_pickup", order("a", 1, "ready_for_pickup"));
    hub.last("zone.join").answer({ data: { zone: "mitte", orders: [] }, seq: 11, server_time: TIME });
    await joining;
    expect(shown()).toEqual(["a v1 ready_for_pickup"]);
  });

  it("shows no offer to a driver whose hands are full, until he is asked again", async () => {
    const { hub, shown } = page();
    const me = { ...ann, driver: { id: "ann", max_active_orders: 1 } } as Me;
    hub.accept(snapshot(10, me, [order("a", 1, "ready_for_pickup"), order("b", 1, "ready_for_pickup")]));
    hub.tell(11, "order.assigned", held("a", 2, "assigned"));
    expect(shown()).toEqual(["a v2 assigned"]);
    hub.tell(12, "order.delivered", held("a", 3, "delivered"));
    expect(shown()).toEqual([]);
    hub.tell(13, "order.ready_for_pickup", order("b", 1, "ready_for_pickup"));
    expect(shown()).toEqual(["b v1 ready_for_pickup"]);
  });

  it("knows that the hub took him off duty, until he is on duty again", () => {
    const { hub, seen } = page();
    hub.accept(snapshot(10, { ...ann, driver: { id: "ann", auto_paused_at: null } } as Me, []));
    hub.tell(11, "driver.zones_changed", null, { data: { zones: [], reason: "auto_paused" } });
    expect(seen.me?.driver?.auto_paused_at).toBe(TIME);
    hub.tell(12, "driver.zones_changed", null, { data: { zones: ["mitte"] } });
    expect(seen.me?.driver?.auto_paused_at).toBeNull();
  });

  it("tells an order that the dispatcher gave away from one that another driver claimed", () => {
    const { hub, seen } = page();
    hub.accept(snapshot(10, ann, [order("a", 1, "ready_for_pickup"), order("b", 1, "ready_for_pickup")]));
    hub.tell(11, "order.assigned", stub("a", 2, "assigned"), { data: { ended_by: "assigned" } });
    hub.tell(12, "order.assigned", stub("b", 2, "assigned"), { data: { ended_by: "claimed" } });
    expect(seen.gone.map((one) => `${one.order.id} ${one.why}`)).toEqual(["a assigned", "b claimed"]);
  });

  it("asks what is on offer in a zone that another device joined", async () => {
    const { hub, shown } = page();
    hub.accept(snapshot(10, ann, []));
    hub.tell(11, "driver.zones_changed", null, { data: { zones: ["mitte", "west"] } });
    await vi.advanceTimersByTimeAsync(0);
    const join = hub.last("zone.join");
    expect(join.payload).toEqual({ zone: "west" });
    const there = order("a", 1, "ready_for_pickup", { zone: "west" });
    join.answer({ data: { zone: "west", orders: [there] }, server_time: TIME });
    await vi.advanceTimersByTimeAsync(0);
    expect(shown()).toEqual(["a v1 ready_for_pickup"]);
  });
});

describe("alerts", () => {
  const alert = (more: Partial<Alert> = {}): Alert => ({
    id: "x",
    order_id: "a",
    code: "nobody_on_duty",
    detail: "no driver is on duty in mitte",
    raised_at: TIME,
    acknowledged_at: null,
    acknowledged_by: null,
    cleared_at: null,
    ...more,
  });

  it("are those of the last sync, and what changed since", () => {
    const { hub, seen } = page("/orders");
    const codes = () => [...seen.alerts].flatMap(([id, all]) => all.map((one) => `${id} ${one.code}`));
    hub.accept(snapshot(10, bar, [order("a", 1, "ready_for_pickup")], { alerts: [alert()] }));
    expect(codes()).toEqual(["a nobody_on_duty"]);
    hub.say("order.reach", { order_id: "a", round: 1, reach: null, alert: alert({ cleared_at: TIME }) });
    expect(codes()).toEqual([]);
    hub.tell(11, "alert.raised", order("a", 1, "ready_for_pickup"), { data: { alert: alert({ id: "y", code: "unclaimed" }) } });
    expect(codes()).toEqual(["a unclaimed"]);
    hub.drop("transport close");
    hub.accept(replay(11, bar, [], { alerts: [] }));
    expect(codes()).toEqual([]);
  });
});

describe("commanding", () => {
  it("claims again after a lost answer", async () => {
    const { hub, live, shown } = page();
    hub.accept(snapshot(10, ann, [order("a", 1, "ready_for_pickup")]));
    const claiming = live.send("order.claim", { id: "a" });
    await vi.advanceTimersByTimeAsync(0);
    hub.last("order.claim").answer(null);
    await vi.advanceTimersByTimeAsync(0);
    hub.accept(replay(10, ann, []));
    await vi.advanceTimersByTimeAsync(0);
    expect(hub.sent.filter((one) => one.name === "order.claim")).toHaveLength(2);
    hub.last("order.claim").answer({ data: held("a", 2, "assigned"), seq: 11, server_time: TIME });
    expect((await claiming).status).toBe("assigned");
    expect(shown()).toEqual(["a v2 assigned"]);
  });

  it("takes a refused second step for done when the order is already there", async () => {
    const { hub, live } = page();
    hub.accept(snapshot(10, ann, [held("a", 1, "assigned")]));
    const starting = live.send("order.start", { id: "a" });
    await vi.advanceTimersByTimeAsync(0);
    hub.last("order.start").answer(null);
    await vi.advanceTimersByTimeAsync(0);
    hub.accept(replay(11, ann, [event(11, "order.enroute_to_pickup", held("a", 2, "enroute_to_pickup"))]));
    await vi.advanceTimersByTimeAsync(0);
    hub.last("order.start").answer(problem("invalid_transition"));
    expect((await starting).status).toBe("enroute_to_pickup");
  });

  it("does not send a chat line twice, and says that it is not certain", async () => {
    const { hub, live } = page("/orders");
    hub.accept(snapshot(10, bar, [order("a", 1, "submitted")]));
    const saying = live.send("order.message", { id: "a", text: "hello" }).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(0);
    hub.last("order.message").answer(null);
    const error = await saying;
    expect(error instanceof Refused && error.uncertain).toBe(true);
    expect(hub.sent).toHaveLength(1);
  });

  it("drops a lost claim with the hub's own words", async () => {
    const { hub, live, seen, shown } = page();
    hub.accept(snapshot(10, ann, [order("a", 1, "ready_for_pickup")]));
    const claiming = live.send("order.claim", { id: "a" }).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(0);
    hub.last("order.claim").answer(problem("already_claimed", { detail: "another driver claimed this order 0.4 s before you" }));
    await claiming;
    expect(shown()).toEqual([]);
    expect(seen.gone.at(-1)?.detail).toBe("another driver claimed this order 0.4 s before you");
  });

  it("waits and asks again when the hub is busy", async () => {
    const { hub, live } = page("/orders");
    hub.accept(snapshot(10, bar, []));
    const submitting = live.send("order.submit", { notes: "soup", idempotency_key: "one" });
    await vi.advanceTimersByTimeAsync(0);
    hub.last("order.submit").answer(problem("rate_limited", { retryable: true, retry_after_s: 2 }));
    await vi.advanceTimersByTimeAsync(2000);
    expect(hub.sent.map((one) => one.payload["idempotency_key"])).toEqual(["one", "one"]);
    hub.last("order.submit").answer({ data: order("a", 1, "submitted"), seq: 11, server_time: TIME });
    expect((await submitting).id).toBe("a");
  });

  it("gives up after 20 seconds without a link, certain that nothing was done", async () => {
    const { live } = page();
    const claiming = live.send("order.claim", { id: "a" }).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(20_001);
    const error = await claiming;
    expect(error instanceof Refused && [error.code, error.uncertain]).toEqual(["unavailable", false]);
  });

  it("reports an offer as seen once per round", async () => {
    const { hub, live } = page();
    const offer = order("a", 1, "ready_for_pickup");
    hub.accept(snapshot(10, ann, [offer]));
    live.seen(offer);
    live.seen(offer);
    await vi.advanceTimersByTimeAsync(0);
    expect(hub.sent.map((one) => one.name)).toEqual(["order.seen"]);
  });
});

describe("the link", () => {
  it("stops for good when the key is refused", () => {
    const { hub, seen } = page();
    hub.refuse("unauthorized");
    vi.advanceTimersByTime(60_000);
    expect([seen.link.state, seen.link.code, hub.connects.length]).toEqual(["refused", "unauthorized", 1]);
  });

  it("tries again when the hub is unavailable, and says so after the second time", () => {
    const { hub, seen } = page();
    hub.refuse("unavailable");
    expect(seen.link.state).toBe("connecting");
    vi.advanceTimersByTime(2_000);
    hub.refuse("rate_limited");
    expect(seen.link.state).toBe("offline");
    vi.advanceTimersByTime(5_000);
    expect(hub.connects).toHaveLength(3);
  });

  it("comes back with its cursor after the server disconnects it", () => {
    const { hub } = page();
    hub.accept(snapshot(10, ann, []));
    hub.drop("io server disconnect");
    vi.advanceTimersByTime(1000);
    expect(hub.connects.map((auth) => auth.cursor?.seq)).toEqual([undefined, 10]);
  });

  it("waits as long as a stopping hub asks", () => {
    const { hub, seen } = page();
    hub.accept(snapshot(10, ann, []));
    hub.say("server.stopping", { reconnect_after_ms: 5000 });
    hub.drop("transport close");
    vi.advanceTimersByTime(4900);
    expect([hub.connects.length, seen.link.stopping]).toEqual([1, true]);
    vi.advanceTimersByTime(1000);
    expect(hub.connects).toHaveLength(2);
  });

  it("begins anew when a connection brings no sync", () => {
    const { hub } = page();
    hub.say("connect");
    vi.advanceTimersByTime(10_500);
    expect(hub.connects).toHaveLength(2);
  });

  it("counts by the hub's clock", () => {
    vi.setSystemTime(Date.parse(TIME) - 3_600_000);
    const { hub, live } = page();
    hub.accept(snapshot(10, ann, []));
    expect(live.now()).toBe(Date.parse(TIME));
  });
});
