// The driver page's state: his session, zones, offers, jobs, and what has just left the screen.

import { computed, effect, signal } from "@preact/signals";
import { openChat } from "../shared/chat";
import { clockTime } from "../shared/format";
import type { Gone } from "../shared/live";
import type { Event, Order, Zone } from "../shared/protocol";
import { openSession } from "../shared/session";
import { openShelf } from "../shared/shelf";
import { dismiss, toast } from "../shared/ui/toasts";
import { whyWords } from "../shared/words";
import { callAttention } from "./attention";
import { words } from "./words";

/** What this phone keeps of the driver's work, so that it can be read and done without a network. */
export const shelf = openShelf("driver");

export const session = openSession("driver", "/drivers", {
  shelf,
  event: (event, replayed) => {
    chat.hear(event);
    if (!replayed) takeAssignment(event);
    if (event.data.reason === "auto_paused") callAttention();
    takeSameTrip(event);
  },
  synced: (mode) => {
    if (mode === "snapshot") chat.refresh();
    if (!zonesAreFresh) void loadZones();
  },
  offered: (orders) => {
    callAttention();
    const first = orders[0];
    if (first && view.value !== "offers") toast(words.newOffer(first.code, first.vendor.name), "move", "offer");
  },
  gone: (gone) => {
    gone.forEach(takeNotice);
    if (offers.value.length === 0) dismiss("offer");
  },
});

export const chat = openChat({
  me: () => session.me.value,
  now: () => session.now.value,
  rest: () => session.rest(),
  send: (id, text) => session.live().send("order.message", { id, text }),
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

/** What is on offer, oldest first: its time runs out first. */
export const offers = computed(() =>
  [...session.orders.value.values()]
    .filter((order) => order.status === "ready_for_pickup")
    .sort((a, b) => (a.offer?.expires_at ?? "").localeCompare(b.offer?.expires_at ?? "")),
);

/** He carries as many orders as he may: nothing is offered to him until he has room. */
export const handsFull = computed(() => jobs.value.length >= (session.me.value?.driver?.max_active_orders ?? Infinity));

export const jobs = computed(() =>
  [...session.orders.value.values()]
    .filter((order) => order.status !== "ready_for_pickup")
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

// On the page of the offers themselves, the word that there is one only hides it.
effect(() => {
  if (view.value === "offers") dismiss("offer");
});

/** The dispatcher has given him an order: nobody pressed anything here, so it is said aloud and shown. */
function takeAssignment({ type, actor, order }: Event): void {
  if (type !== "order.assigned" || actor?.role !== "admin" || !order || !session.orders.value.has(order.id)) return;
  callAttention();
  toast(words.given(order.code), "move", "offer");
  if (view.value === "offers") view.value = order.id;
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
  callAttention();
  toast(words.sameTripOffer(order.code, job.code), "move", "offer");
}

export interface Notice {
  order: string;
  code: string;
  text: string;
  at: string;
  /** Who rides with a job does not want to hear of each offer that went elsewhere. */
  about: "job" | "offer";
}

const NOTICE_SHOWN_MS = 12_000;
const NOTICES_MAX = 4;
const timers = new Map<string, ReturnType<typeof setTimeout>>();

/** Why cards have just left the screen, one line for each order. */
export const notices = signal<readonly Notice[]>([]);

export function hideNotice(order: string): void {
  clearTimeout(timers.get(order));
  notices.value = notices.value.filter((one) => one.order !== order);
}

function takeNotice({ order, why, detail }: Gone): void {
  if (why === "finished") return;
  hideNotice(order.id);
  const text = why === "claimed" || why === "expired" ? (detail ?? whyWords[why]) : [whyWords[why], detail].filter(Boolean).join(": ");
  const about = order.status === "ready_for_pickup" ? "offer" : "job";
  const notice = { order: order.id, code: order.code, text, at: clockTime(session.now.value), about } as const;
  notices.value = [...notices.value, notice].slice(-NOTICES_MAX);
  timers.set(
    order.id,
    setTimeout(() => hideNotice(order.id), NOTICE_SHOWN_MS),
  );
}

