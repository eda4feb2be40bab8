// Where an order will stand once what waits has been carried out. Pure; what is shown as done is always marked as waiting.

import type { Order, OrderStatus } from "../shared/protocol";
import type { Entry } from "../shared/waiting";

/** The way of an order, so that nothing that waits ever shows it further back than it is. */
const WAY: readonly OrderStatus[] = [
  "assigned",
  "enroute_to_pickup",
  "arrived_at_pickup",
  "picked_up",
  "arrived_at_dropoff",
  "returning",
  "delivered",
];

/** Where a command leads to; null: it changes something else. */
export function leadsTo({ name, payload }: Pick<Entry, "name" | "payload">): OrderStatus | null {
  switch (name) {
    case "order.start":
      return "enroute_to_pickup";
    case "order.arrive":
      return payload["place"] === "dropoff" ? "arrived_at_dropoff" : "arrived_at_pickup";
    case "order.pick_up":
      return "picked_up";
    case "order.deliver":
      return "delivered";
    case "order.return":
      return "returning";
    default:
      return null;
  }
}

/** The order as the driver left it. The hub's own order stays as it is. */
export function ahead(order: Order, entries: readonly Entry[]): Order {
  let status = order.status;
  for (const entry of entries) {
    const next = entry.line === order.id && entry.state !== "refused" ? leadsTo(entry) : null;
    if (next && WAY.indexOf(next) > WAY.indexOf(status)) status = next;
  }
  return status === order.status ? order : { ...order, status };
}
