// The dispatcher's state: the session, the lists, what is looked at.

import { computed, effect, signal } from "@preact/signals";
import { openChat } from "../shared/chat";
import type { Event, MadeKey } from "../shared/protocol";
import { openSession } from "../shared/session";
import { toast } from "../shared/ui/toasts";
import { arranged, type Filter, fits, type Group, GROUPS, isIn, needsSomebody } from "./board";
import { openLists } from "./lists";
import { words } from "./words";

export type View = "orders" | "drivers" | "zones" | "vendors" | "keys";

export const session = openSession("admin", "/dispatch", {
  event: (event, replayed) => {
    chat.hear(event);
    lists.hear(event);
    if (!replayed) say(event);
  },
  synced: (mode) => {
    if (mode === "snapshot") chat.refresh();
    for (const list of [lists.zones, lists.vendors, lists.drivers]) void list.load();
  },
  volatile: (name, payload) => {
    if (name === "driver.location") lists.hearLocation(payload);
    if (name === "driver.reach") lists.hearReach(payload);
    if (name === "driver.device") lists.hearDevice(payload);
  },
});

export const chat = openChat({
  me: () => session.me.value,
  now: () => session.now.value,
  rest: () => session.rest(),
  send: (id, text) => session.rest().post(`/orders/${id}/message`, { text }),
  echo: "as an event",
});

export const lists = openLists({ rest: () => session.rest(), refused: (error) => session.refused(error) });

/** How drivers are reached is said in passing, and may be lost. */
const DRIVERS_READ_EVERY_MS = 60_000;

setInterval(() => {
  if (document.visibilityState === "visible" && session.link.value.state === "live") void lists.drivers.load();
}, DRIVERS_READ_EVERY_MS);

export const view = signal<View>("orders");
export const filter = signal<Filter>({ group: "open", zone: "", text: "" });

/** The order whose details are open. */
export const opened = signal<string | null>(null);

/** A key that was just made, to be shown once. */
export const shown = signal<{ key: MadeKey; who: string } | null>(null);

// What is late is judged every quarter of a minute; a list that is judged every second would never rest.
const JUDGED_EVERY_MS = 15_000;
const judgedAt = computed(() => Math.floor(session.now.value / JUDGED_EVERY_MS) * JUDGED_EVERY_MS);

export const orders = computed(() => {
  const all = [...session.orders.value.values()].filter((order) => fits(filter.value, order) && isIn(filter.value.group, order, judgedAt.value, session.alerts.value));
  return arranged(all, judgedAt.value, session.alerts.value);
});

/** How many orders each group holds, in the zone and with the text that are looked for. */
export const counts = computed(() => {
  const all = [...session.orders.value.values()].filter((order) => fits(filter.value, order));
  const count = (group: Group) => all.filter((order) => isIn(group, order, judgedAt.value, session.alerts.value)).length;
  return Object.fromEntries(GROUPS.map((group) => [group, count(group)])) as Record<Group, number>;
});

/** In every zone, whatever is looked for. */
export const needed = computed(() => [...session.orders.value.values()].filter((order) => needsSomebody(order, judgedAt.value, session.alerts.value)).length);

export const openedOrder = computed(() => (opened.value ? session.orders.value.get(opened.value) : undefined));

effect(() => {
  const many = session.door.value.open ? needed.value : 0;
  document.title = `${many ? `(${many}) ` : ""}${words.title} · Waypost`;
});

/** Wide enough for the list and the details side by side. */
export const wide = signal(false);
const wideness = matchMedia("(min-width: 1000px)");
wide.value = wideness.matches;
wideness.addEventListener("change", () => (wide.value = wideness.matches));

export function zoneName(id: string): string {
  return lists.zones.rows.value?.find((zone) => zone.id === id)?.name ?? id;
}

function say(event: Event): void {
  const { order, type } = event;
  if (!order) return;
  const { reason, resolved } = event.data as { reason?: unknown; resolved?: unknown };
  if (type === "order.expired") toast(words.expired(order.code), "alarm", `expired ${order.id}`);
  if (type === "order.problem" && event.actor?.role !== "admin" && typeof reason === "string" && !resolved) {
    toast(words.reported(order.code, reason), "alarm", `problem ${order.id}`);
  }
}
