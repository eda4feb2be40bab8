import { expect, test } from "vitest";
import type { Order } from "../shared/protocol";
import { awayOf, bellsOf, callOf, isNear, nameOf, nobodyComes } from "./calls";
import { at, fakeOrder, NOON } from "./fake-order";

const ann = { id: "ann", name: "Ann", phone: null, vehicle: null, location: null, reach: "live" as const };
const problem = { at: at(5), reason: "Cannot find the shop", reported_by: "driver" } as const;
const never = () => false;

test("what waits for the counter calls, the most urgent first, until it is seen to", () => {
  const table: [what: Partial<Order>, near: boolean, call: string | null][] = [
    [{ status: "submitted" }, false, null],
    [{ status: "assigned", driver: ann }, false, null],
    [{ status: "enroute_to_pickup", driver: ann }, true, "near"],
    [{ status: "arrived_at_pickup", driver: ann }, false, "arrived"],
    [{ status: "arrived_at_pickup", driver: ann, problem }, false, "problem"],
    [{ status: "picked_up", driver: ann, problem }, true, "problem"],
    [{ status: "picked_up", driver: ann, problem: { ...problem, reported_by: "vendor" } }, false, null],
    [{ status: "returning", driver: ann }, false, "returning"],
    [{ status: "expired", closed_at: at(9) }, false, "expired"],
    [{ status: "cancelled", closed_at: at(9), problem }, false, null],
  ];
  for (const [what, near, call] of table) expect(callOf(fakeOrder(what), near, never), JSON.stringify(what)).toBe(call);
  const seen = fakeOrder({ status: "arrived_at_pickup", driver: ann, problem });
  expect(callOf(seen, false, (name) => name === nameOf(seen, "problem"))).toBe("arrived");
  expect(callOf({ ...seen, problem: { ...problem, at: at(6) } }, false, (name) => name === nameOf(seen, "problem"))).toBe("problem");
});

test("the bell rings once for a claim, once when the driver is near and once when he is there", () => {
  const rung = new Set<string>();
  const rings = (what: Partial<Order>, near = false) => {
    const order = fakeOrder(what);
    const bells = bellsOf(order, callOf(order, near, never)).filter((name) => !rung.has(name));
    for (const name of bells) rung.add(name);
    return bells.map((name) => name.split(" ")[1]).join(" ");
  };
  const coming = { status: "assigned", driver: ann, assigned_at: at(1) } as const;
  expect(rings({ status: "ready_for_pickup" })).toBe("");
  expect(rings(coming)).toBe("claimed");
  expect(rings({ ...coming, status: "enroute_to_pickup" })).toBe("");
  expect(rings({ ...coming, status: "enroute_to_pickup" }, true)).toBe("near");
  expect(rings({ ...coming, status: "enroute_to_pickup" }, true)).toBe("");
  expect(rings({ ...coming, status: "arrived_at_pickup", arrived_at_pickup_at: at(4) })).toBe("arrived");
  expect(rings({ ...coming, status: "ready_for_pickup", driver: null })).toBe("");
  expect(rings({ ...coming, assigned_at: at(9) })).toBe("claimed");
});

test("near is 150 m from the pickup, and stays so while the position jumps about", () => {
  const north = (m: number) => ({ lat: 52.52 + m / 111_195, lng: 13.4 });
  const shop = { lat: 52.52, lng: 13.4 };
  const order = fakeOrder({ status: "enroute_to_pickup", driver: ann });
  expect(awayOf(order, north(149), shop)).toBeCloseTo(149, 0);
  expect(awayOf({ ...order, pickup: {} }, north(400), shop)).toBeCloseTo(400, 0);
  expect([awayOf({ ...order, pickup: {} }, north(400), null), awayOf(order, null, shop), awayOf(fakeOrder(), north(1), shop)]).toEqual([null, null, null]);
  expect([isNear(149, false), isNear(151, false), isNear(299, true), isNear(301, true), isNear(null, true)]).toEqual([true, false, true, false, false]);
});

test("the counter is told that nobody comes at an alert, in a later round, or after a minute and a half", () => {
  const offer = (round: number) => ({ round, zones: ["mitte"], opened_at: at(0), expires_at: at(1) });
  const order = (more: Partial<Order> = {}) => fakeOrder({ status: "ready_for_pickup", ready_at: at(0), offer: offer(1), ...more });
  expect(nobodyComes(order(), false, NOON + 89_000)).toBe(false);
  expect(nobodyComes(order(), false, NOON + 90_000)).toBe(true);
  expect(nobodyComes(order(), true, NOON)).toBe(true);
  expect(nobodyComes(order({ offer: offer(2) }), false, NOON)).toBe(true);
  expect(nobodyComes(order({ status: "assigned" }), true, NOON + 900_000)).toBe(false);
});

