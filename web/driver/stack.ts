// The offers as they lie on the screen: nearest first, and what has just ended still in its place.

import { computed } from "@preact/signals";
import { distance_m, pointOf } from "../shared/format";
import type { Order } from "../shared/protocol";
import { lay } from "./lay";
import { position } from "./position";
import { notices, offers } from "./state";

export interface Place {
  id: string;
  isEnded: boolean;
  order: Order;
  /** Why it ended, if it has. */
  ended: string | null;
}

/** How far a pickup was when its offer was first placed: later steps of the driver do not shuffle the cards. */
const away_m = new Map<string, number>();
const turns = { came: new Map<string, number>(), ended: new Map<string, number>() };

export const stack = computed<readonly Place[]>(() => {
  const ended = notices.value.filter((one) => one.about === "offer");
  const all = [
    ...offers.value.map((order) => ({ id: order.id, isEnded: false, order, ended: null })),
    ...ended.map(({ order, text }) => ({ id: order.id, isEnded: true, order, ended: text })),
  ];
  return lay(
    all.sort((a, b) => compare(far(a.order), far(b.order)) || expiry(a.order).localeCompare(expiry(b.order))),
    turns,
  );
});

function far(order: Order): number {
  const known = away_m.get(order.id);
  if (known !== undefined) return known;
  const here = position.value;
  const pickup = pointOf(order.pickup);
  if (!here || !pickup) return Infinity;
  const m = distance_m(here, pickup);
  away_m.set(order.id, m);
  return m;
}

function expiry(order: Order): string {
  return order.offer?.expires_at ?? "";
}

/** Not by a difference: that of two unknown distances is no number. */
function compare(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
