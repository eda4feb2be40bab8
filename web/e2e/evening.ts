// A busy evening in town, made by REST: every kind of order, and people in every state.

import type { Order } from "../shared/protocol";
import { type Person, square, type Town } from "./town";

export interface Evening {
  /** On offer right now. */
  offered: Order;
  /** Ann is on the way to the door with it. */
  carried: Order;
  /** Somebody has to look at it. */
  stuck: Order;
  cleo: Person;
}

const DROPOFF = { address: "2 Side Street", contact_name: "Kim", phone: "+49 30 555 030", lat: 52.53, lng: 13.41, instructions: "3rd floor, the bell says Kim" };

export async function busyEvening(town: Town): Promise<Evening> {
  const { admin, vendor, ann, bob } = town;
  await admin.api.post("/zones", { id: "east", name: "East Side", color: "#4338ca", area: square(13.42, 52.5), neighbours: ["mitte"] });
  await admin.api.post("/zones", { id: "west", name: "West End", color: "#0f766e", area: square(13.34, 52.5), neighbours: ["mitte"] });
  const nonna = await town.makeVendor("Pizzeria Nonna", { address: "24 Chestnut Alley", lat: 52.53, lng: 13.408 });
  const flowers = await town.makeVendor("Flower Corner", { address: "7 Garden Square", lat: 52.513, lng: 13.435 });
  const cleo = await town.makeDriver("Cleo", { vehicle: "car", max_active_orders: 3 });
  await town.makeDriver("Dario", { vehicle: "cargo bike" });
  const eve = await town.makeDriver("Eve", { vehicle: "moped" });
  await admin.api.patch(`/drivers/${eve.id}`, { blocked: true });

  const claim = async (driver: Person, order: Order, ...steps: string[]) => {
    await admin.api.give(order, ["assign", { driver_id: driver.id }]);
    return driver.api.give(order, ...steps);
  };
  const order = (from: Person, dish: string, more: object = {}) => from.api.submit(dish, { dropoff: DROPOFF, prep_minutes: 15, ...more });
  const ready = (from: Person, dish: string, more: object = {}) => order(from, dish, { ready: true, ...more });

  await order(vendor, "Miso soup", { dropoff: { ...DROPOFF, address: "7 Long Avenue of the Linden Trees" } });
  await order(nonna, "Margherita", { dropoff: { ...DROPOFF, address: "41 Hill Road" } });
  await claim(bob, await ready(vendor, "Tempura", { dropoff: { ...DROPOFF, address: "12 Hill Road" } }), "start");
  await claim(cleo, await ready(nonna, "Two calzone", { dropoff: { ...DROPOFF, address: "3 Lake Street" } }), "start", "arrive");
  const stuck = await claim(cleo, await ready(vendor, "Bento box", { dropoff: { ...DROPOFF, address: "8 Park Lane" } }), "start", "arrive", "pick_up", "arrive");
  await cleo.api.give(stuck, ["problem", { reason: "Customer cannot be reached", note: "rang three times" }]);
  const carried = await claim(ann, await ready(vendor, "Udon", { notes: "No cutlery" }), "start", "arrive", "pick_up");
  await ann.api.give(carried, ["message", { text: "Two minutes away" }]);
  await vendor.api.give(carried, ["message", { text: "Thank you" }]);
  await claim(bob, await ready(nonna, "Lasagne"), "start", "arrive", "pick_up", "arrive", "deliver");
  await vendor.api.give(await order(vendor, "Sake"), ["cancel", { reason: "Out of stock" }]);
  await ready(flowers, "Bouquet of lilies", { dropoff: { ...DROPOFF, address: "1 Mill Bridge" } });
  const offered = await ready(vendor, "Ramen", { driver_pay: { amount: 650, currency: "EUR" } });
  return { offered, carried, stuck, cleo };
}

