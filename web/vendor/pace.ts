// How long an order has been where it is, and whether that is too long. Pure: the clock is passed in.

import type { Order } from "../shared/protocol";

/** `fine` needs nobody, `soon` is about to be late, `late` is. */
export type Grade = "fine" | "soon" | "late";

export interface Pace {
  grade: Grade;
  /** How long it has been in this status, in milliseconds. */
  for_ms: number;
  /** Until it should be ready, in milliseconds, below zero once that has passed; null where nothing was promised. */
  left_ms: number | null;
}

const MINUTE_MS = 60_000;

/** The kitchen is reminded so long before an order should be ready. */
const SOON_MS = 2 * MINUTE_MS;

/** After how many minutes a wait asks for a look, and after how many it is too long. */
const WAITS: Partial<Record<Order["status"], readonly [soon: number, late: number]>> = {
  ready_for_pickup: [3, 8],
  assigned: [10, 20],
  enroute_to_pickup: [10, 20],
  arrived_at_pickup: [3, 6],
  picked_up: [30, 45],
  arrived_at_dropoff: [30, 45],
  returning: [20, 40],
};

/** Null for what is over, and for what has not begun. */
export function paceOf(order: Order, now: number): Pace | null {
  const since = sinceOf(order);
  const due = dueOf(order);
  if (order.status === "scheduled" || order.status === "submitted") {
    if (due === null) return since === null ? null : { grade: "fine", for_ms: now - since, left_ms: null };
    const left_ms = due - now;
    return { grade: left_ms < 0 ? "late" : left_ms <= SOON_MS ? "soon" : "fine", for_ms: since === null ? 0 : now - since, left_ms };
  }
  const limits = WAITS[order.status];
  if (!limits || since === null) return null;
  const for_ms = now - since;
  const [soon, late] = limits;
  return { grade: for_ms >= late * MINUTE_MS ? "late" : for_ms >= soon * MINUTE_MS ? "soon" : "fine", for_ms, left_ms: null };
}

/** When it should be ready, as the hub counts it; null where nobody has said. */
export function dueOf(order: Order): number | null {
  if (order.scheduled_for) return Date.parse(order.scheduled_for);
  if (order.prep_minutes == null || !order.submitted_at) return null;
  return Date.parse(order.submitted_at) + order.prep_minutes * MINUTE_MS;
}

/** Since when it waits for what comes next. Food that is ready waits from then on, whoever is on the way. */
function sinceOf(order: Order): number | null {
  const at = {
    scheduled: order.submitted_at,
    submitted: order.submitted_at,
    ready_for_pickup: order.ready_at,
    assigned: order.assigned_at,
    enroute_to_pickup: order.assigned_at,
    arrived_at_pickup: order.arrived_at_pickup_at,
    picked_up: order.picked_up_at,
    arrived_at_dropoff: order.picked_up_at,
    returning: order.picked_up_at,
    delivered: null,
    returned: null,
    cancelled: null,
    expired: null,
    failed: null,
  }[order.status];
  return at ? Date.parse(at) : null;
}
