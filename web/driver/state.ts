// The driver page's state: his session, zones, offers, jobs, and what has just left the screen.

import { computed, effect, signal } from "@preact/signals";
import { openChat } from "../shared/chat";
import { clockTime } from "../shared/format";
import type { Gone, Why } from "../shared/live";
import type { Event, Order, Zone } from "../shared/protocol";
import { openSession } from "../shared/session";
import { openShelf } from "../shared/shelf";
import { openWaiting } from "../shared/waiting";
import { dismiss, toast } from "../shared/ui/toasts";
import { whyWords } from "../shared/words";
import { ahead } from "./ahead";
import { attend } from "./attention";
import { orRefused, say, takeDone, takeRefusal } from "./say";
import { send } from "./sending";
import { held, letGo } from "./tickets";
import { jobWords, words } from "./words";

/** What this phone keeps of the driver's work, so that it can be read and done without a network. */
export const shelf = openShelf("driver");

export const session = openSession("driver", "/drivers", {
  shelf,
  event: (event, replayed) => {
    chat.hear(event);
    if (!replayed) takeAssignment(event);
    takeNews(event);
    if (event.data.reason === "auto_paused") attend();
    takeSameTrip(event);
  },
  synced: (mode) => {
    if (mode === "snapshot") chat.refresh();
    if (!zonesAreFresh) void loadZones();
  },
  offered: (orders) => {
    for (const order of orders) hideNotice(order.id);
    const first = orders[0];
    // On its own page the card says it; there is no toast to cover it.
    if (first) spoken.value = words.newOffer(first.code, first.vendor.name);
  },
  gone: (gone) => gone.forEach(takeNotice),
});

/** What he did and the hub has not heard yet, or has refused since. */
export const outbox = openWaiting(session, shelf, {
  send: (entry) => send(session, shelf, entry),
  done: takeDone,
  refused: takeRefusal,
});

/** The same, without what the hub is just about to answer. */
export const waiting = computed(() => outbox.entries.value.filter(({ more }) => !held.value.has(more["ticket"])));

export const isLive = computed(() => session.link.value.state === "live");
effect(() => {
  if (!isLive.value) letGo();
});

export const chat = openChat({
  me: () => session.me.value,
  now: () => session.now.value,
  rest: () => session.rest(),
  send: (id, text) => orRefused(say("order.message", { id, text })),
});

/** Every zone this driver may join; null until they are known. */
export const zones = signal<readonly Zone[] | null>(null);
export const zonesFailed = signal(false);
let zonesAreFresh = false;

// Where there is no network they are those of the last time.
effect(() => {
  if (session.ready.value) void shelf.get<readonly Zone[]>("kept", "zones").then((kept) => (zones.value ??= kept ?? null));
});

export async function loadZones(): Promise<void> {
  zonesFailed.value = false;
  try {
    const allowed = session.me.value?.driver?.zones_allowed ?? [];
    const all = await session.rest().all<Zone>("/zones?limit=200");
    zones.value = all.filter((zone) => !allowed.length || allowed.includes(zone.id) || session.zones.value.includes(zone.id));
    zonesAreFresh = true;
    void shelf.put("kept", "zones", zones.value);
  } catch (error) {
    if (!session.refused(error) && !zones.value) zonesFailed.value = true;
  }
}

export const onDuty = computed(() => session.zones.value.length > 0);

/** Where he worked last: for going on with one touch. */
export const lastZones = signal<readonly string[]>([]);
effect(() => {
  if (onDuty.value) lastZones.value = session.zones.value;
});

/** The hub took him off duty, since he saw offers and did not answer. */
export const paused = computed(() => !onDuty.value && !!session.me.value?.driver?.auto_paused_at);

/** What is on offer, in no order: see `stack.ts`. */
export const offers = computed(() => [...session.orders.value.values()].filter((order) => order.status === "ready_for_pickup"));

/** What has just come on offer, for who does not see it. */
export const spoken = signal("");

/** He carries as many orders as he may: nothing is offered to him until he has room. */
export const handsFull = computed(() => jobs.value.length >= (session.me.value?.driver?.max_active_orders ?? Infinity));

export const jobs = computed(() =>
  [...session.orders.value.values()]
    .filter((order) => order.status !== "ready_for_pickup")
    .map((order) => ahead(order, waiting.value))
    .sort((a, b) => (a.assigned_at ?? "").localeCompare(b.assigned_at ?? "")),
);

/** What fills the screen: the offers, or one job by its id. */
export const view = signal<string>("offers");

// A driver who opens the page in the middle of a job sees the job; one whose job is over sees the next one.
let atFirst = true;
effect(() => {
  if (!session.ready.value) return;
  const ids = jobs.value.map((job) => job.id);
  const lost = view.peek() !== "offers" && !ids.includes(view.peek());
  if (lost || (atFirst && ids.length)) view.value = ids[0] ?? "offers";
  atFirst = false;
});

/** The dispatcher has given him an order: nobody pressed anything here, so it is said aloud and shown. */
function takeAssignment({ type, actor, order }: Event): void {
  if (type !== "order.assigned" || actor?.role !== "admin" || !order || !session.orders.value.has(order.id)) return;
  attend();
  toast(words.given(order.code), "move", aboutJob(order.id));
  if (view.value === "offers") view.value = order.id;
}

/** What is said of a job in passing, until it is his no more. */
export function aboutJob(id: string): string {
  return `job ${id}`;
}

export function aboutChat(id: string): string {
  return `chat ${id}`;
}

/** What others did to a job of his must be heard, wherever he looks. */
const HEARD: readonly Event["type"][] = ["order.message", "order.problem", "order.picked_up", "order.returning", "order.undone"];

function takeNews({ type, actor, order, data }: Event): void {
  const job = order && session.orders.value.get(order.id);
  if (!job || !HEARD.includes(type) || actor?.role === "driver" || job.status === "ready_for_pickup") return;
  const { code, id, problem, status } = job;
  if (type === "order.problem" && !problem) return;
  attend();
  if (type !== "order.message") toast(`${code}: ${problem && type === "order.problem" ? problem.reason : (jobWords[status] ?? "")}`, "move", aboutJob(id));
  else if (chat.unread.value.has(id)) toast(words.message(code, String(data.text)), "move", aboutChat(id));
}

/** Offers that go the same way as a job of his, by their id: the job's id. */
export const sameTrip = signal<ReadonlyMap<string, string>>(new Map());

/** The job that an offer could be brought on the same trip with. */
export function tripOf(offer: string): Order | undefined {
  return jobs.value.find((job) => job.id === sameTrip.value.get(offer));
}

function takeSameTrip({ data, order }: Event): void {
  if (!order || typeof data.same_trip_as !== "string") return;
  sameTrip.value = new Map(sameTrip.value).set(order.id, data.same_trip_as);
  const job = tripOf(order.id);
  if (!job || !session.orders.value.has(order.id)) return;
  attend();
  toast(words.sameTripOffer(order.code, job.code), "move", "offer");
}

export interface Notice {
  order: Order;
  text: string;
  at: string;
  /** Who rides with a job does not want to hear of each offer that went elsewhere. */
  about: "job" | "offer";
}

/** The place of an offer is short of room. A job that is gone must not be missed: it says so until he has seen to it. */
const OFFER_SHOWN_MS = 6_000;
const OFFERS_MAX = 4;
/** Only an offer ends so; the answer to a claim may come after the news that another driver has the order. */
const OFFER_ENDS: readonly Why[] = ["claimed", "assigned", "expired"];
const timers = new Map<string, ReturnType<typeof setTimeout>>();

/** Why cards have just left the screen, one line for each order. */
export const notices = signal<readonly Notice[]>([]);

export function hideNotice(order: string): void {
  clearTimeout(timers.get(order));
  timers.delete(order);
  if (notices.value.some((one) => one.order.id === order)) notices.value = notices.value.filter((one) => one.order.id !== order);
}

function takeNotice({ order, why, detail, actor }: Gone): void {
  // On another screen of his he did it himself.
  if (why === "finished" || (why === "released" && actor?.role === "driver")) return;
  hideNotice(order.id);
  const by = /\d[\d.,]*\s\S+/.exec(detail ?? "")?.[0];
  const text = why === "claimed" && by ? words.takenBefore(by) : [whyWords[why], why !== "expired" && detail].filter(Boolean).join(": ");
  const about = order.status === "ready_for_pickup" || OFFER_ENDS.includes(why) ? "offer" : "job";
  const other = notices.value.filter((one) => one.about !== about);
  const same = [...notices.value.filter((one) => one.about === about), { order, text, at: clockTime(session.now.value), about } as const];
  notices.value = about === "job" ? [...same, ...other] : [...other, ...same.slice(-OFFERS_MAX)];
  if (about === "job") {
    dismiss(aboutJob(order.id));
    attend();
  } else timers.set(order.id, setTimeout(() => hideNotice(order.id), OFFER_SHOWN_MS));
}
