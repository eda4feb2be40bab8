// The vendor page's state: its session, its chat, what is open, and its commands.

import { computed, effect, signal } from "@preact/signals";
import { openChat } from "../shared/chat";
import { randomId } from "../shared/id";
import { Refused } from "../shared/live";
import type { DriverMoved, DriverReach, DriverReached, Order } from "../shared/protocol";
import { openSession } from "../shared/session";
import { openShelf } from "../shared/shelf";
import { toast } from "../shared/ui/toasts";
import { openWaiting } from "../shared/waiting";
import { commonWords } from "../shared/words";
import { type Draft, draftFrom, emptyDraft, isEmpty } from "./draft";
import { forgetAll, kept, keptNames } from "./kept";
import { recipientsOf } from "./recipients";
import { heardBack, refusedLate } from "./submitting";
import { words } from "./words";

export const shelf = openShelf("vendor");

export const session = openSession("vendor", "/orders", {
  shelf,
  event: (event, replayed) => {
    chat.hear(event);
    const driver = event.order && "driver" in event.order ? event.order.driver : null;
    if (driver?.reach && !replayed) takeReach({ driver_id: driver.id, reach: driver.reach });
  },
  synced: (mode) => mode === "snapshot" && chat.refresh(),
  volatile: (name, payload) => {
    if (name === "driver.location") takePlace(payload as DriverMoved);
    if (name === "driver.reach") takeReach(payload as DriverReached);
  },
});

/** What was given while the link was down, and new orders until the hub has them. */
export const waiting = openWaiting(session, shelf, {
  send: async (entry) => {
    const given = session.live().send(entry.name as Plain, entry.payload as { id: string });
    const data = await (entry.name === "order.message" ? given.catch(saidOnce) : given);
    arrived.value = new Set(arrived.peek()).add(entry.id);
    return data;
  },
  done: heardBack,
  refused: refusedLate,
});

/** What the hub has taken, while the outbox still forgets it: an order is not to be seen twice. */
export const arrived = signal<ReadonlySet<string>>(new Set());

export const chat = openChat({
  me: () => session.me.value,
  now: () => session.now.value,
  rest: () => session.rest(),
  send: async (id, text) => {
    if (linkState.peek() === "live") return session.live().send("order.message", { id, text });
    await waiting.add({ name: "order.message", payload: { id, text } });
    return "waits";
  },
});

/** It may have been heard, and the hub does not know it again: it is not said twice, and whoever wrote it is told. */
function saidOnce(error: unknown): never {
  if (!(error instanceof Refused) || !error.uncertain) throw error;
  throw new Refused({ ...error.problem, retryable: false, detail: commonWords.uncertain });
}

/** What lies over the board. */
export type Over =
  | { what: "order"; id: string; at?: "chat" }
  | { what: "form" }
  | { what: "change"; id: string }
  | { what: "search" }
  | { what: "leave" }
  | { what: "cancel"; id: string }
  | { what: "preferences" };

export const open = signal<Over | null>(null);

/** Orders that were found and are not on the board: closed longer ago than a day. */
export const found = signal<ReadonlyMap<string, Order>>(new Map());

export function orderOf(id: string): Order | undefined {
  return session.orders.value.get(id) ?? found.value.get(id);
}

// An order that is no longer kept has no details to show.
effect(() => {
  const now = open.value;
  if (now && "id" in now && session.ready.value && !orderOf(now.id)) open.value = null;
});

/** The order that is being typed. It survives a reload. */
export const draft = kept<Draft>("draft", draftFrom, "of_tab");
/** The keys of drafts that became orders, in whichever tab. */
const used = keptNames("used-keys", 100);
export const hasDraft = computed(() => !isEmpty(draft.value));
/** What had been begun before another order came between. */
export const aside = kept<Draft | null>("aside", (found) => (found ? draftFrom(found) : null), "of_tab");

/** Types on with another order; what had been begun comes back after it. */
export function typeInstead(next: Draft): void {
  if (hasDraft.peek()) aside.value = draft.peek();
  draft.value = next;
  open.value = { what: "form" };
}

/** What another tab began with the same draft and has submitted since is another order: this one gets a key of its own. */
export function draftToSubmit(): Draft {
  if (used.has(draft.peek().key)) draft.value = { ...draft.peek(), key: randomId() };
  return draft.peek();
}

/** It is an order now, or waits to become one. */
export function submitted({ key }: Draft): void {
  used.put(key);
  nextDraft();
}

/** The form is empty again, or back at what had been put aside. */
export function nextDraft(): void {
  draft.value = aside.peek() ?? emptyDraft(lastCurrency.peek() ?? undefined);
  aside.value = null;
}

export const recipients = kept("recipients", recipientsOf);
/** Whether recipients are remembered at all. */
export const remembers = kept("remembers", (found) => found !== false);
/** Whether single keys are shortcuts: who dictates to the device needs them off. */
export const shortcuts = kept("shortcuts", (found) => found !== false);
export const lastCurrency = kept<string | null>("currency", (found) => (typeof found === "string" && /^[A-Z]{3}$/.test(found) ? found : null));
/** Problems and failed orders that somebody has seen to. */
export const seenTo = keptNames("seen-to", 200);
const whose = kept<string | null>("whose", (found) => (typeof found === "string" ? found : null));

// Another shop on the same tablet must not find this one's customers.
effect(() => {
  const id = session.me.value?.vendor?.id;
  if (!id || whose.peek() === id) return;
  if (whose.peek()) forgetAll();
  whose.value = id;
});

/** Where a driver was last heard. `heard_ms` is by the hub's clock: a phone's own may be wrong. */
type HeardPlace = DriverMoved & { heard_ms: number };

/** By the driver's id. */
export const places = signal<ReadonlyMap<string, HeardPlace>>(new Map());

function takePlace(moved: DriverMoved): void {
  places.value = new Map(places.value).set(moved.driver_id, { ...moved, heard_ms: session.live().now() });
}

/** By what way drivers are reached, as the hub said last. */
export const reaches = signal<ReadonlyMap<string, DriverReach>>(new Map());

function takeReach({ driver_id, reach }: DriverReached): void {
  if (reaches.value.get(driver_id) !== reach) reaches.value = new Map(reaches.value).set(driver_id, reach);
}

/** Commands under way, as `order.ready <id>`: their buttons wait. */
export const busy = signal<ReadonlySet<string>>(new Set());

export type Plain = "order.ready" | "order.withdraw" | "order.hand_over" | "order.confirm_return";

/** These are as right a minute later, so they may wait for the network. */
const MAY_WAIT: readonly Plain[] = ["order.ready", "order.hand_over", "order.confirm_return"];

/** Gives a command that needs nothing but the order, and says what came of it. */
export async function act(name: Plain, order: Order): Promise<boolean> {
  if (MAY_WAIT.includes(name) && session.link.value.state !== "live") {
    return during(`${name} ${order.id}`, () => waiting.add({ name, payload: { id: order.id } }));
  }
  return during(`${name} ${order.id}`, () => atOnce(() => session.live().send(name, { id: order.id })));
}

/** Begins the offer anew, at round 1: everybody is asked once more. */
export async function askAgain(order: Order): Promise<void> {
  if ((await act("order.withdraw", order)) && (await act("order.ready", order))) toast(words.askedAgain(order.code), "move");
}

export async function cancel(order: Order, reason: string): Promise<void> {
  const done = await during(`order.cancel ${order.id}`, () => atOnce(() => session.live().send("order.cancel", { id: order.id, reason })));
  if (!done) throw new Error("the order was not cancelled");
  toast(words.cancelled(order.code));
}

/** Says what is wrong, or with no reason that it no longer is. */
export async function problem(order: Order, reason: string | null): Promise<boolean> {
  const what = reason === null ? { resolved: true } : { reason };
  return during(`order.problem ${order.id}`, () => atOnce(() => session.live().send("order.problem", { id: order.id, ...what })));
}

/** It was not sent, and is not kept either. */
export class Offline extends Error {}

const linkState = computed(() => session.link.value.state);
/** A shorter gap is waited through: nobody wants to press twice for it. */
const GAP_WAIT_MS = 4_000;

/**
 * Gives what is of no use later.
 *
 * @throws [`Offline`] at once where there is no network.
 */
export async function atOnce<T>(give: () => Promise<T>): Promise<T> {
  if (!(await isReached())) throw new Offline();
  return give();
}

function isReached(): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), GAP_WAIT_MS);
    const settled = effect(() => {
      if (linkState.value === "connecting") return;
      clearTimeout(timer);
      resolve(linkState.value === "live");
      queueMicrotask(() => settled());
    });
  });
}

async function during(key: string, give: () => Promise<unknown>): Promise<boolean> {
  if (busy.value.has(key)) return false;
  busy.value = new Set(busy.value).add(key);
  try {
    await give();
    return true;
  } catch (error) {
    if (error instanceof Offline) toast(words.offline, "alarm", "offline");
    else toast(error instanceof Refused && !error.uncertain ? error.message : commonWords.uncertain, "alarm");
    return false;
  } finally {
    busy.value = new Set([...busy.value].filter((one) => one !== key));
  }
}
