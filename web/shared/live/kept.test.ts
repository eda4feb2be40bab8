import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type Kept, openLive } from "../live";
import type { Order } from "../protocol";
import { ann, event, FakeHub, held, order, replay, snapshot, TIME } from "./fake-hub";

/** A driver's page, begun anew or with what was kept of an earlier one. */
function page(kept?: Kept | null) {
  const hub = new FakeHub();
  const seen = { orders: [] as string[], offered: 0, gone: [] as string[] };
  const show = (orders: ReadonlyMap<string, Order>) => (seen.orders = [...orders.values()].map((one) => `${one.id} v${one.version} ${one.status}`));
  const live = openLive(
    "/drivers",
    "wp_key",
    { orders: show, offered: () => (seen.offered += 1), gone: (gone) => seen.gone.push(...gone.map((one) => `${one.order.id} ${one.why}`)) },
    hub.dial,
    kept,
  );
  return { hub, live, seen };
}

/** As the shelf gives it back. */
const stored = (kept: Kept | null) => structuredClone(kept);

const at = (ms: number) => new Date(Date.parse(TIME) + ms).toISOString();
const offer = (id: string, expires_at: string) =>
  order(id, 1, "ready_for_pickup", { offer: { round: 1, zones: ["mitte"], opened_at: TIME, expires_at } } as Partial<Order>);

beforeEach(() => void vi.useFakeTimers({ now: Date.parse(TIME) }));
afterEach(() => vi.useRealTimers());

it("shows what was kept before there is a network, and catches up from there", () => {
  const before = page();
  before.hub.accept(snapshot(10, ann, [held("a", 2, "assigned"), offer("b", at(60_000))]));
  const after = page(stored(before.live.kept()));
  expect(after.seen.orders).toEqual(["a v2 assigned", "b v1 ready_for_pickup"]);
  expect(after.seen.offered).toBe(0);
  expect(after.hub.connects[0]?.cursor).toEqual({ epoch: "e", seq: 10 });
  after.hub.accept(replay(12, ann, [event(12, "order.cancelled", order("a", 3, "cancelled"))]));
  expect(after.seen.orders).toEqual(["b v1 ready_for_pickup"]);
  expect(after.seen.gone).toEqual(["a cancelled"]);
});

it("knows nothing to keep before the first sync", () => {
  expect(page().live.kept()).toBeNull();
});

it("brings no offer back whose time has run out, and none that was declined", async () => {
  const before = page();
  before.hub.accept(snapshot(10, ann, [offer("a", at(30_000)), offer("b", at(90_000))]));
  const declining = before.live.send("order.decline", { id: "b" });
  await vi.advanceTimersByTimeAsync(0);
  before.hub.last("order.decline").answer({ data: offer("b", at(90_000)), server_time: TIME });
  await declining;
  const kept = stored(before.live.kept());
  vi.setSystemTime(Date.parse(TIME) + 60_000);
  const after = page(kept);
  expect(after.seen.orders).toEqual([]);
  after.hub.accept(replay(11, ann, [event(11, "order.updated", offer("b", at(90_000)))]));
  expect(after.seen.orders).toEqual([]);
});

it("takes an offer away by itself once it is over, where the hub cannot say so, and shows a further round of it", () => {
  const { hub, live, seen } = page();
  hub.accept(snapshot(10, ann, [held("a", 2, "assigned"), offer("b", at(30_000))]));
  vi.setSystemTime(Date.parse(TIME) + 60_000);
  live.lapse();
  expect(seen.orders, "as long as the hub is there, it says what ends").toContain("b v1 ready_for_pickup");
  vi.setSystemTime(Date.parse(TIME) + 20_000);
  hub.drop("transport close");
  live.lapse();
  expect(seen.gone).toEqual([]);
  vi.setSystemTime(Date.parse(TIME) + 60_000);
  live.lapse();
  expect([seen.orders, seen.gone]).toEqual([["a v2 assigned"], ["b expired"]]);
  hub.accept(replay(12, ann, [event(12, "order.ready_for_pickup", { ...offer("b", at(90_000)), version: 2 })]));
  expect(seen.orders).toContain("b v2 ready_for_pickup");
});

it("counts by the hub's clock from the first moment", () => {
  vi.setSystemTime(Date.parse(TIME) - 3_600_000);
  const before = page();
  before.hub.accept(snapshot(10, ann, []));
  vi.setSystemTime(Date.parse(TIME) - 3_000_000);
  expect(page(stored(before.live.kept())).live.now()).toBe(Date.parse(TIME) + 600_000);
});
