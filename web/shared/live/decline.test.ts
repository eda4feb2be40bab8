import { expect, test } from "vitest";
import { openLive } from "../live";
import type { Order } from "../protocol";
import { ann, event, FakeHub, order, replay, snapshot } from "./fake-hub";

const OFFERS = ["a", "b"].map((id) => order(id, 1, "ready_for_pickup"));
const declined = (order_id: string, driver_id = "ann") => ({ data: { driver_id, order_id, reason: null } });

function phone() {
  const hub = new FakeHub();
  const seen = { orders: [] as string[], gone: [] as string[], offered: [] as string[] };
  openLive(
    "/drivers",
    "wp_key",
    {
      orders: (orders: ReadonlyMap<string, Order>) => (seen.orders = [...orders.keys()]),
      gone: (gone) => seen.gone.push(...gone.map((one) => one.order.id)),
      offered: (orders) => seen.offered.push(...orders.map((one) => one.id)),
    },
    hub.dial,
  );
  hub.accept(snapshot(10, ann, OFFERS));
  return { hub, seen };
}

test("what the driver declined on another screen leaves this one without a word, and does not come back", () => {
  const { hub, seen } = phone();
  hub.tell(11, "driver.declined", null, declined("a"));
  expect(seen.orders).toEqual(["b"]);
  hub.tell(12, "driver.declined", null, declined("b", "bob"));
  hub.tell(13, "order.updated", order("a", 2, "ready_for_pickup"));
  expect([seen.orders, seen.gone]).toEqual([["b"], []]);
});

test("what was declined while this screen was away is neither shown nor rung for", () => {
  const { hub, seen } = phone();
  seen.offered = [];
  hub.drop("transport close");
  const missed = [
    event(11, "order.ready_for_pickup", order("c", 2, "ready_for_pickup")),
    event(12, "driver.declined", null, declined("a")),
    event(13, "driver.declined", null, declined("c")),
  ];
  hub.accept(replay(13, ann, missed));
  expect([seen.orders, seen.offered]).toEqual([["b"], []]);
});
