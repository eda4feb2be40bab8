// The main story over sockets alone, with the official client: what a vendor's till and a driver's app would do.

import type { Event, Order, Sync } from "../../shared/protocol";
import { ask, connect, next, work } from "../duty";
import { expect, test } from "../test";

interface Refusal {
  code: string;
  message: string;
  status: number;
}

const refusalOf = (asked: Promise<unknown>): Promise<Refusal> => asked.then(() => Promise.reject(new Error("it was carried out")), (refusal: Refusal) => refusal);

test("an order is submitted, offered, claimed by one driver and carried out", async ({ town }) => {
  const [ann, bob] = await Promise.all([work(town.ann, "mitte"), work(town.bob, "mitte")]);
  const [till, counter] = [connect(town.vendor, "/orders"), connect(town.vendor, "/orders")];
  await Promise.all([next(till, "sync"), next(counter, "sync")]);

  const order = await ask<Order>(till, "order.submit", { items: [{ name: "Ramen", quantity: 2 }], dropoff: { address: "2 Side Street" } });
  expect(order).toMatchObject({ status: "submitted", zone: "mitte", vendor: { name: "Ramen Bar" } });
  const heard = [ann.socket, bob.socket, counter].map((socket) => next<Event>(socket, "order.ready_for_pickup"));
  await ask(till, "order.ready", { id: order.id });
  const [first, second, atCounter] = await Promise.all(heard);
  expect(first?.order).toMatchObject({ id: order.id, code: order.code, dropoff: { address: null } });
  expect(second?.order?.id).toBe(order.id);
  expect(atCounter?.order).toMatchObject({ dropoff: { address: "2 Side Street" } });

  const assigned = next<Event>(till, "order.assigned");
  const forBob = next<Event>(bob.socket, "order.assigned");
  const won = await ask<Order>(ann.socket, "order.claim", { id: order.id });
  expect(won).toMatchObject({ status: "assigned", driver: { name: "Ann" }, dropoff: { address: "2 Side Street" } });
  expect((await assigned).actor).toMatchObject({ role: "driver", name: "Ann" });
  expect((await forBob).order).toEqual({ id: order.id, code: order.code, version: won.version, status: "assigned", zone: "mitte" });
  const lost = await refusalOf(ask(bob.socket, "order.claim", { id: order.id }));
  expect(lost).toMatchObject({ code: "already_claimed", status: 409 });
  expect(lost.message).toMatch(/another driver claimed this order .* before you/);
  expect(await ask<Order>(ann.socket, "order.claim", { id: order.id })).toEqual(won);

  for (const [command, event, status] of [
    ["order.start", "order.enroute_to_pickup", "enroute_to_pickup"],
    ["order.arrive", "order.arrived_at_pickup", "arrived_at_pickup"],
    ["order.pick_up", "order.picked_up", "picked_up"],
    ["order.arrive", "order.arrived_at_dropoff", "arrived_at_dropoff"],
    ["order.deliver", "order.delivered", "delivered"],
  ] as const) {
    const told = next<Event>(till, event);
    expect(await ask<Order>(ann.socket, command, { id: order.id })).toMatchObject({ status });
    expect((await told).order).toMatchObject({ id: order.id, status });
  }
  for (const socket of [till, counter, ann.socket, bob.socket]) socket.disconnect();
});

test("a client that comes back with its cursor gets what it missed, once and in order", async ({ town }) => {
  const bob = await work(town.bob, "mitte");
  const seen = next<Event>(bob.socket, "order.ready_for_pickup");
  const order = await town.vendor.api.submit("Gyoza", { ready: true });
  const { seq } = await seen;
  bob.goHome();
  const ann = await work(town.ann, "mitte");
  await ask(ann.socket, "order.claim", { id: order.id });
  const other = await town.vendor.api.submit("Udon", { ready: true });

  const fresh = connect(town.bob, "/drivers");
  const { cursor } = await next<Sync>(fresh, "sync");
  fresh.disconnect();
  const back = connect(town.bob, "/drivers", { cursor: { epoch: cursor.epoch, seq } });
  const sync = await next<Sync>(back, "sync");
  expect(sync).toMatchObject({ mode: "replay", zones: ["mitte"] });
  const events = (sync as Extract<Sync, { mode: "replay" }>).events;
  expect(events.map((event) => [event.type, event.order?.id])).toEqual([
    ["order.assigned", order.id],
    ["order.ready_for_pickup", other.id],
  ]);
  for (const socket of [ann.socket, back]) socket.disconnect();
});

test("a wrong key and a wrong namespace are refused at the gate, by their code", async ({ town }) => {
  const refused = (socket: ReturnType<typeof connect>) => new Promise<string>((told) => socket.on("connect_error", (error) => told(error.message)));
  expect(await refused(connect({ ...town.ann, key: "wp_driver_nobody_nothing" }, "/drivers"))).toBe("unauthorized");
  expect(await refused(connect(town.ann, "/orders"))).toBe("forbidden");
  expect(await refused(connect(town.vendor, "/dispatch"))).toBe("forbidden");
});

test("a bad payload is answered field by field, and the connection goes on", async ({ town }) => {
  const till = connect(town.vendor, "/orders");
  await next(till, "sync");
  const refusal = await refusalOf(ask(till, "order.submit", { items: [{ name: "Ramen", quantity: 0 }], dropoff: { lat: 91, lng: 13 }, colour: "red" }));
  expect(refusal).toMatchObject({ code: "invalid", status: 422 });
  const { errors } = refusal as unknown as { errors: { field: string }[] };
  expect(errors.map((error) => error.field).sort()).toEqual(["colour", "dropoff.lat", "items[0].quantity"]);
  expect(await refusalOf(ask(till, "order.fly", {}))).toMatchObject({ code: "not_found" });
  expect(await ask<Order>(till, "order.submit", { notes: "still here" })).toMatchObject({ status: "submitted" });
  till.disconnect();
});
