// The vendor page's state: its session, its chat, what is open, and its commands.

import { computed, effect, signal } from "@preact/signals";
import { openChat } from "../shared/chat";
import { Refused } from "../shared/live";
import type { Order, OrderStatus } from "../shared/protocol";
import { openSession } from "../shared/session";
import { toast } from "../shared/ui/toasts";
import { commonWords } from "../shared/words";
import { words } from "./words";

export const session = openSession("vendor", "/orders", {
  event: (event) => chat.hear(event),
  synced: (mode) => mode === "snapshot" && chat.refresh(),
});

export const chat = openChat({
  me: () => session.me.value,
  now: () => session.now.value,
  rest: () => session.rest(),
  send: (id, text) => session.live().send("order.message", { id, text }),
});

/** What lies over the board: an order's details, the form for a new one, or how it looks and sounds. */
export const open = signal<{ what: "order"; id: string } | { what: "form" } | { what: "preferences" } | null>(null);

export const opened = computed(() => {
  const now = open.value;
  return now?.what === "order" ? session.orders.value.get(now.id) : undefined;
});

// An order that is no longer kept has no details to show.
effect(() => {
  if (open.value?.what === "order" && session.ready.value && !opened.value) open.value = null;
});

export interface Column {
  key: keyof typeof words.columns;
  statuses: readonly OrderStatus[];
}

export const columns: readonly Column[] = [
  { key: "preparing", statuses: ["scheduled", "submitted"] },
  { key: "looking", statuses: ["ready_for_pickup"] },
  { key: "coming", statuses: ["assigned", "enroute_to_pickup"] },
  { key: "counter", statuses: ["arrived_at_pickup"] },
  { key: "away", statuses: ["picked_up", "arrived_at_dropoff", "returning"] },
  { key: "over", statuses: ["delivered", "returned", "cancelled", "expired", "failed"] },
];

/** The board: what waits longest is on top, except in the last column, where the newest is. */
export const board = computed(() => {
  const all = [...session.orders.value.values()].sort((a, b) => begun(a).localeCompare(begun(b)));
  return columns.map((column) => {
    const orders = all.filter((order) => column.statuses.includes(order.status));
    return { column, orders: column.key === "over" ? orders.sort(newestFirst) : orders };
  });
});

/** Commands under way, as `order.ready <id>`: their buttons wait. */
export const busy = signal<ReadonlySet<string>>(new Set());

type Plain = "order.ready" | "order.withdraw" | "order.hand_over" | "order.confirm_return";

/** Gives a command that needs nothing but the order, and says what came of it. */
export async function act(name: Plain, order: Order): Promise<void> {
  await during(`${name} ${order.id}`, () => session.live().send(name, { id: order.id }));
}

export async function cancel(order: Order, reason: string): Promise<void> {
  const done = await during(`order.cancel ${order.id}`, () => session.live().send("order.cancel", { id: order.id, reason }));
  if (!done) throw new Error("the order was not cancelled");
  toast(words.cancelled(order.code));
}

async function during(key: string, give: () => Promise<unknown>): Promise<boolean> {
  if (busy.value.has(key)) return false;
  busy.value = new Set(busy.value).add(key);
  try {
    await give();
    return true;
  } catch (error) {
    toast(error instanceof Refused && !error.uncertain ? error.message : commonWords.uncertain, "alarm");
    return false;
  } finally {
    busy.value = new Set([...busy.value].filter((one) => one !== key));
  }
}

function newestFirst(a: Order, b: Order): number {
  return (b.closed_at ?? begun(b)).localeCompare(a.closed_at ?? begun(a));
}

/** A scheduled order has not been submitted yet. */
function begun(order: Order): string {
  return order.submitted_at ?? order.scheduled_for ?? "";
}
