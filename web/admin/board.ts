// Which orders a dispatcher looks at, in which order. Knows no signals and no page.

import { isClosed } from "../shared/live";
import type { AlertsByOrder } from "../shared/live/alerts";
import type { Order, OrderStatus } from "../shared/protocol";

export type Group = "open" | "needs" | "preparing" | "looking" | "pickup" | "road" | "over";

export const GROUPS: readonly Group[] = ["open", "needs", "preparing", "looking", "pickup", "road", "over"];

export interface Filter {
  group: Group;
  /** A zone's id, or nothing for all. */
  zone: string;
  text: string;
}

const STATUSES: Record<Exclude<Group, "open" | "needs">, readonly OrderStatus[]> = {
  preparing: ["scheduled", "submitted"],
  looking: ["ready_for_pickup"],
  pickup: ["assigned", "enroute_to_pickup", "arrived_at_pickup"],
  road: ["picked_up", "arrived_at_dropoff", "returning"],
  over: ["delivered", "returned", "cancelled", "expired", "failed"],
};

/** An order that nobody took is somebody's task for so long; after that the vendor has found another way. */
const EXPIRED_NEEDS_MS = 60 * 60_000;

/** An alert that a dispatcher has seen is somebody's already. */
export function needsSomebody(order: Order, now_ms: number, alerts: AlertsByOrder): boolean {
  if (order.status === "expired") return age_ms(order.closed_at, now_ms) < EXPIRED_NEEDS_MS;
  if (isClosed(order.status)) return false;
  return !!order.problem || (alerts.get(order.id) ?? []).some((alert) => !alert.acknowledged_at);
}

export function isIn(group: Group, order: Order, now_ms: number, alerts: AlertsByOrder): boolean {
  if (group === "needs") return needsSomebody(order, now_ms, alerts);
  if (group === "open") return !isClosed(order.status) || needsSomebody(order, now_ms, alerts);
  return STATUSES[group].includes(order.status);
}

export function fits({ zone, text }: Filter, order: Order): boolean {
  if (zone && order.zone !== zone) return false;
  const wanted = text.trim().toLowerCase();
  if (!wanted) return true;
  const { dropoff, driver, vendor, items } = order;
  const said = [order.code, order.external_id, vendor.name, driver?.name, dropoff?.address, dropoff?.contact_name, dropoff?.phone];
  return [...said, ...items.map((item) => item.name)].some((part) => part?.toLowerCase().includes(wanted));
}

/** What needs somebody first, then as the orders' lives go, each by how long it waits; what is over, newest first. */
export function arranged(orders: readonly Order[], now_ms: number, alerts: AlertsByOrder): Order[] {
  const rank = (order: Order) => (needsSomebody(order, now_ms, alerts) ? 0 : isClosed(order.status) ? 9 : RANKS[order.status] ?? 5);
  return [...orders].sort((a, b) => {
    const by = rank(a) - rank(b);
    if (by) return by;
    const [one, other] = [since(a) ?? "", since(b) ?? ""];
    return isClosed(a.status) && rank(a) === 9 ? other.localeCompare(one) : one.localeCompare(other);
  });
}

const RANKS: Partial<Record<OrderStatus, number>> = {
  ready_for_pickup: 1,
  returning: 2,
  assigned: 3,
  enroute_to_pickup: 3,
  arrived_at_pickup: 3,
  picked_up: 4,
  arrived_at_dropoff: 4,
  submitted: 5,
  scheduled: 6,
};

/** Since when the order is where it is, as well as the order itself tells. */
export function since(order: Order): string | null {
  switch (order.status) {
    case "scheduled":
      return order.scheduled_for ?? null;
    case "submitted":
      return order.submitted_at ?? null;
    case "ready_for_pickup":
      return order.ready_at ?? order.submitted_at ?? null;
    case "assigned":
    case "enroute_to_pickup":
      return order.assigned_at ?? null;
    case "arrived_at_pickup":
      return order.arrived_at_pickup_at ?? order.assigned_at ?? null;
    case "picked_up":
    case "returning":
      return order.picked_up_at ?? null;
    case "arrived_at_dropoff":
      return order.arrived_at_dropoff_at ?? order.picked_up_at ?? null;
    default:
      return order.closed_at ?? null;
  }
}

function age_ms(at: string | null | undefined, now_ms: number): number {
  return at ? now_ms - Date.parse(at) : 0;
}
