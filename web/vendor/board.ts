// The board: which orders stand where, what calls for the counter, and what is heard and shown of that outside the page.

import { computed, effect, signal } from "@preact/signals";
import { ring } from "../shared/sound";
import type { Order, OrderStatus } from "../shared/protocol";
import { toast } from "../shared/ui/toasts";
import { signInWords } from "../shared/words";
import { awayOf, bellsOf, type Call, CALLS, callOf, isNear } from "./calls";
import { chat, places, seenTo, session } from "./state";
import { words } from "./words";

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

/** What waits longest is on top, except in the last column, where what still needs somebody is, and then the newest. */
export const board = computed(() => {
  const all = [...session.orders.value.values()].sort((a, b) => begun(a).localeCompare(begun(b)));
  return columns.map((column) => {
    const orders = all.filter((order) => column.statuses.includes(order.status));
    return { column, orders: column.key === "over" ? orders.sort(newestFirst).sort(calledFirst) : orders };
  });
});

/** How far each driver who comes is from the counter, by order. */
export const away = computed(() => {
  const { lat, lng } = session.me.value?.vendor ?? {};
  const shop = lat != null && lng != null ? { lat, lng } : null;
  const found = new Map<string, number>();
  for (const order of session.orders.value.values()) {
    const m = awayOf(order, order.driver && (places.value.get(order.driver.id) ?? order.driver.location), shop);
    if (m !== null) found.set(order.id, m);
  }
  return found;
});

const near = signal<ReadonlySet<string>>(new Set());
effect(() => {
  const ids = [...session.orders.value.keys()].filter((id) => isNear(away.value.get(id) ?? null, near.peek().has(id)));
  if (ids.length !== near.peek().size || ids.some((id) => !near.peek().has(id))) near.value = new Set(ids);
});

/** What calls for the counter, the most urgent first. */
export const calls = computed(() => {
  const names = seenTo.value;
  const found: { order: Order; call: Call }[] = [];
  for (const order of session.orders.value.values()) {
    const call = callOf(order, near.value.has(order.id), (name) => names.includes(name));
    if (call) found.push({ order, call });
  }
  return found.sort((a, b) => CALLS.indexOf(a.call) - CALLS.indexOf(b.call));
});

export const callsByOrder = computed(() => new Map(calls.value.map(({ order, call }) => [order.id, call])));

/** What the bell has rung for. What is there when the page opens is not new. */
let rung: Set<string> | null = null;
effect(() => {
  if (!session.ready.value) {
    rung = null;
    return;
  }
  const bells = [...session.orders.value.values()].flatMap((order) => bellsOf(order, callsByOrder.value.get(order.id) ?? null).map((name) => ({ name, order })));
  const heard = rung;
  rung = new Set([...(heard ?? []), ...bells.map(({ name }) => name)]);
  const fresh = heard ? bells.filter(({ name }) => !heard.has(name)) : [];
  if (fresh.length) ring();
  // Not while this effect runs, or it would run again for the toast it has made.
  if (fresh.length) queueMicrotask(() => say(fresh));
});

/** What comes up by itself needs no second word. The rest is one line: a counter has no eyes for three. */
function say(bells: readonly { name: string; order: Order }[]): void {
  const texts = bells.flatMap(({ name, order }) => {
    const [, call] = name.split(" ") as [string, Call | "claimed"];
    return call === "problem" || call === "expired" ? [] : [words.told[call](order.code, order.driver?.name ?? "")];
  });
  if (texts.length) toast(texts.join(" · "), "move", "call");
}

// A message that nobody looks at rings, too.
let unreadBefore = 0;
effect(() => {
  const unread = [...chat.unread.value.values()].reduce((sum, n) => sum + n, 0);
  if (unread > unreadBefore) ring();
  unreadBefore = unread;
});

// The tab, and the app's icon where a browser has one, say what waits at the counter.
effect(() => {
  const [first] = calls.value;
  const n = calls.value.length;
  const usual = `${signInWords.title.vendor} · Waypost`;
  document.title = first ? `(${n}) ${words.told[first.call](first.order.code, first.order.driver?.name ?? "")} · Waypost` : usual;
  const { setAppBadge, clearAppBadge } = navigator as { setAppBadge?(n: number): Promise<void>; clearAppBadge?(): Promise<void> };
  void (n ? setAppBadge?.call(navigator, n) : clearAppBadge?.call(navigator))?.catch(() => undefined);
});

function newestFirst(a: Order, b: Order): number {
  return (b.closed_at ?? begun(b)).localeCompare(a.closed_at ?? begun(a));
}

function calledFirst(a: Order, b: Order): number {
  return Number(callsByOrder.value.has(b.id)) - Number(callsByOrder.value.has(a.id));
}

/** A scheduled order has not been submitted yet. */
function begun(order: Order): string {
  return order.submitted_at ?? order.scheduled_for ?? "";
}
