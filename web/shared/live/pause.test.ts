import { expect, test } from "vitest";
import { openLive } from "../live";
import type { Me, Order } from "../protocol";
import { ann, FakeHub, order, snapshot, TIME } from "./fake-hub";

const UNTIL = "2026-01-05T12:15:00.000Z";
const ME = { ...ann, driver: { id: "ann", auto_paused_at: null, paused_until: null } } as Me;

function phone() {
  const hub = new FakeHub();
  const seen = { me: null as Me | null, zones: [] as readonly string[], orders: [] as string[] };
  const live = openLive(
    "/drivers",
    "wp_key",
    {
      me: (me) => (seen.me = me),
      zones: (zones) => (seen.zones = zones),
      orders: (orders: ReadonlyMap<string, Order>) => (seen.orders = [...orders.keys()]),
    },
    hub.dial,
  );
  hub.accept(snapshot(10, ME, [order("a", 1, "ready_for_pickup")]));
  return { hub, live, seen };
}

const until = (me: Me | null) => me?.driver?.paused_until;

test("who pauses is off duty at once and sees no offer, until he resumes and is asked what is on offer there", async () => {
  const { hub, live, seen } = phone();
  const pausing = live.send("driver.pause", { minutes: 15 });
  await Promise.resolve();
  hub.last("driver.pause").answer({ data: { paused_until: UNTIL, zones: ["mitte"] }, server_time: TIME });
  await pausing;
  expect([until(seen.me), seen.zones, seen.orders]).toEqual([UNTIL, [], []]);

  const resuming = live.send("driver.resume", {});
  await Promise.resolve();
  hub.last("driver.resume").answer({ data: { zones: ["mitte"] }, server_time: TIME });
  await resuming;
  await Promise.resolve();
  hub.last("zone.join").answer({ data: { zone: "mitte", orders: [order("b", 1, "ready_for_pickup")] }, server_time: TIME });
  await Promise.resolve();
  await Promise.resolve();
  expect([until(seen.me), seen.zones, seen.orders]).toEqual([null, ["mitte"], ["b"]]);
});

test("a pause that another device began, and that the hub ended, is one here too", () => {
  const { hub, seen } = phone();
  hub.tell(11, "driver.zones_changed", null, { data: { zones: [], reason: "paused", until: UNTIL } });
  expect([until(seen.me), seen.zones]).toEqual([UNTIL, []]);
  hub.tell(12, "driver.zones_changed", null, { data: { zones: ["mitte"], reason: "resumed" } });
  expect([until(seen.me), seen.zones]).toEqual([null, ["mitte"]]);
});
