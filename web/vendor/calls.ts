// What calls for somebody at the counter, and when the bell rings for it. Pure.

import { distance_m } from "../shared/format";
import type { Order } from "../shared/protocol";

/** What an order wants of the counter right now, the most urgent first. */
export const CALLS = ["problem", "arrived", "near", "expired", "returning"] as const;
export type Call = (typeof CALLS)[number];

/** A driver who is this close will be at the counter within a minute or two. */
export const NEAR_M = 150;
/** Who was near is near until they are clearly gone: positions jump about. */
const GONE_M = 300;

const COMING: readonly Order["status"][] = ["assigned", "enroute_to_pickup"];

interface Point {
  lat: number;
  lng: number;
}

/** How far the driver who comes for it is from its pickup; null where either place is not known, or nobody comes. */
export function awayOf(order: Order, place: Point | null, shop: Point | null): number | null {
  if (!COMING.includes(order.status) || !place) return null;
  const { lat, lng } = order.pickup;
  const pickup = lat != null && lng != null ? { lat, lng } : shop;
  return pickup && distance_m(place, pickup);
}

export function isNear(away_m: number | null, was: boolean): boolean {
  return away_m !== null && away_m <= (was ? GONE_M : NEAR_M);
}

/** What of it waits for the counter; null if nothing does, or it was seen to. */
export function callOf(order: Order, near: boolean, seenTo: (name: string) => boolean): Call | null {
  if (order.problem && order.problem.reported_by !== "vendor" && !isOver(order) && !seenTo(nameOf(order, "problem"))) return "problem";
  if (order.status === "arrived_at_pickup") return "arrived";
  if (near && COMING.includes(order.status)) return "near";
  if (order.status === "expired" && !seenTo(nameOf(order, "expired"))) return "expired";
  return order.status === "returning" ? "returning" : null;
}

/** A call by its name: the same one has the same name, so that it rings once and stays seen to. */
export function nameOf(order: Order, call: Call | "claimed"): string {
  const which = {
    problem: order.problem?.at,
    expired: order.closed_at,
    claimed: `${order.driver?.id} ${order.assigned_at}`,
    near: `${order.driver?.id} ${order.assigned_at}`,
    arrived: `${order.driver?.id} ${order.arrived_at_pickup_at}`,
    returning: order.picked_up_at,
  }[call];
  return `${order.id} ${call} ${which ?? ""}`;
}

/** Everything that the bell rings for once: what calls, and that a driver took it. */
export function bellsOf(order: Order, call: Call | null): string[] {
  const claimed = order.driver && COMING.includes(order.status) ? [nameOf(order, "claimed")] : [];
  return call ? [...claimed, nameOf(order, call)] : claimed;
}

/** After this long, or in a later round, the counter is told that nobody has come, and what it can do. */
const NOBODY_MS = 90_000;

/** Drivers are asked, and nobody has said yes for so long that the counter should know what it can do. */
export function nobodyComes(order: Order, isAlerted: boolean, now: number): boolean {
  if (order.status !== "ready_for_pickup") return false;
  const waited_ms = order.ready_at ? now - Date.parse(order.ready_at) : 0;
  return isAlerted || (order.offer?.round ?? 1) > 1 || waited_ms >= NOBODY_MS;
}

function isOver(order: Order): boolean {
  return order.closed_at !== null;
}
