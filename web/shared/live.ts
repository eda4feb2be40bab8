// The protocol, whole: connect, catch up, follow, command. Knows no framework and no page.
//
// Invariant: what a page shows comes from a `sync`, an event or an acknowledgement, merged by version, and nothing
// else; and no event is skipped, since a gap in `prev` begins a new connection with the cursor.

import { Alerts, type AlertsByOrder } from "./live/alerts";
import { serverClock } from "./live/clock";
import { command, type Commands, type Ground, Refused, sayRefusals } from "./live/commands";
import { Connection, type Dial, dialHub, type Link, type Namespace } from "./live/connection";
import { type Change, type Gone, isFull, type KeptPicture, Picture } from "./live/picture";
import type { Alert, Event, EventType, Me, Order, OrderStub, Problem, Reach, Sync } from "./protocol";

export { Refused, sayRefusals };
export type { Commands, Link, Namespace };
export { isClosed, isFull } from "./live/picture";
export type { Gone, Why } from "./live/picture";

/** What to put away so that the page can be read without a network, and catches up when there is one. */
export interface Kept extends KeptPicture {
  /** How far the hub's clock is ahead of this device's. */
  clock_ahead_ms: number;
}

/** What a page is told. Each is optional. */
export interface Ears {
  link(link: Link): void;
  me(me: Me): void;
  zones(zones: readonly string[]): void;
  orders(orders: ReadonlyMap<string, Order>): void;
  /** What is the matter with orders, for vendors and dispatchers. */
  alerts(alerts: AlertsByOrder): void;
  /** Each event once, in order; `replayed` if it happened while this client was away. */
  event(event: Event, replayed: boolean): void;
  /** A first sync, or one that replaced everything. */
  synced(mode: Sync["mode"]): void;
  offered(orders: readonly Order[]): void;
  gone(gone: readonly Gone[]): void;
  /** `driver.location` and other words that are not kept. */
  volatile(name: string, payload: object): void;
}

export interface Live<N extends Namespace> {
  send<K extends keyof Commands[N] & string>(name: K, payload: PayloadOf<N, K>): Promise<DataOf<N, K>>;
  /** Sends what may be lost, and is not sent at all while the link is down. */
  tell<K extends keyof Commands[N] & string>(name: K, payload: PayloadOf<N, K>): void;
  /** Reports once per round that an offer was really on this driver's screen. */
  seen(order: Order): void;
  /** Takes away the offers that are over, where the hub cannot say so. To be called every now and then. */
  lapse(): void;
  /** Unix milliseconds by the hub's clock. */
  now(): number;
  /** What is known now, to be begun with the next time; null before the first sync. */
  kept(): Kept | null;
  restart(): void;
  close(): void;
}

type PayloadOf<N extends Namespace, K extends keyof Commands[N]> = Commands[N][K] extends { payload: infer P extends object } ? P : never;
type DataOf<N extends Namespace, K extends keyof Commands[N]> = Commands[N][K] extends { data: infer D } ? D : never;

/** Kept as a table so that the compiler asks for a line when the contract gains an event. */
const EVENT_TYPES: Record<EventType, true> = {
  "order.submitted": true,
  "order.updated": true,
  "order.ready_for_pickup": true,
  "order.withdrawn": true,
  "order.assigned": true,
  "order.released": true,
  "order.enroute_to_pickup": true,
  "order.arrived_at_pickup": true,
  "order.picked_up": true,
  "order.arrived_at_dropoff": true,
  "order.delivered": true,
  "order.returning": true,
  "order.returned": true,
  "order.failed": true,
  "order.cancelled": true,
  "order.expired": true,
  "order.reopened": true,
  "order.undone": true,
  "order.problem": true,
  "order.message": true,
  "driver.zones_changed": true,
  "driver.declined": true,
  "driver.blocked": true,
  "vendor.blocked": true,
  "key.revoked": true,
  "zone.changed": true,
  "alert.raised": true,
  "alert.acknowledged": true,
  "alert.cleared": true,
};

/** After this long without a word a page that comes back to the front does not trust its connection. */
const SILENCE_MS_MAX = 30_000;
/** What the hub says of the end of an offer may still be on its way. */
const LAPSE_MS = 3_000;

export function openLive<N extends Namespace>(namespace: N, key: string, ears: Partial<Ears>, dial: Dial = dialHub, kept?: Kept | null): Live<N> {
  const clock = serverClock(Date.now, kept?.clock_ahead_ms);
  const picture = new Picture();
  if (kept) picture.restore(kept, clock.now());
  const alerts = new Alerts();
  const waiting = new Set<() => void>();
  const seen = new Set<string>();

  const connection = new Connection(dial, namespace, auth, (link) => {
    ears.link?.(link);
    if (link.state === "live" || link.state === "refused") for (const wake of [...waiting]) wake();
  });
  const { wire } = connection;
  const ground: Ground = {
    wire,
    live: untilLive,
    heard: (answer) => {
      connection.heard();
      clock.hear(answer.server_time);
    },
    lastOf: (id) => picture.lastOf(id),
    restart: () => connection.restart(),
  };

  wire.on("sync", takeSync);
  for (const type of Object.keys(EVENT_TYPES)) wire.on(type, takeEvent);
  wire.on("order.reach", takeReach);
  for (const name of ["driver.location", "driver.reach", "driver.device"]) wire.on(name, (payload: object) => ears.volatile?.(name, payload));
  const stopWatching = watchPage(() => connection);
  if (kept) show({ verdict: "applied", gone: [], offered: [] });
  connection.open();

  function auth() {
    return picture.cursor ? { token: key, cursor: picture.cursor } : { token: key };
  }

  function takeSync(sync: Sync): void {
    clock.hear(sync.server_time);
    const joined = sync.zones.filter((zone) => !picture.zones.includes(zone));
    const change = picture.takeSync(sync);
    connection.synced();
    alerts.takeAll(sync.alerts ?? []);
    ears.alerts?.(alerts.byOrder());
    show(change);
    ears.synced?.(sync.mode);
    if (sync.mode === "replay") for (const event of sync.events) ears.event?.(event, true);
    // No event says it, so what was missed is not in a replay.
    for (const news of sync.reach ?? []) ears.volatile?.("driver.reach", news);
    // A replay tells what happened, not what had already been on offer in a zone that another device joined.
    if (sync.mode === "replay") fetchZones(joined);
  }

  function takeEvent(event: Event, acknowledge?: unknown): void {
    connection.heard();
    if (typeof acknowledge === "function") acknowledge({ seq: event.seq });
    const zonesBefore = picture.zones;
    const change = picture.takeEvent(event);
    if (change.verdict === "gap") connection.restart();
    if (change.verdict !== "applied") return;
    if (event.type.startsWith("alert.")) takeAlert((event.data as { alert?: Alert }).alert);
    show(change);
    ears.event?.(event, false);
    fetchZones(picture.zones.filter((zone) => !zonesBefore.includes(zone)));
  }

  function takeAlert(alert: Alert | null | undefined): void {
    if (!alert) return;
    alerts.take(alert);
    ears.alerts?.(alerts.byOrder());
  }

  function takeReach(payload: { id?: string; order_id?: string; reach?: Reach; alert?: Alert | null }): void {
    connection.heard();
    takeAlert(payload.alert);
    const order = picture.orders.get(payload.id ?? payload.order_id ?? "");
    if (!order?.offer || !payload.reach) return;
    picture.orders.set(order.id, { ...order, offer: { ...order.offer, reach: payload.reach } });
    ears.orders?.(new Map(picture.orders));
  }

  /** A zone joined on another device: joining it again is harmless and answers with what is on offer there. */
  function fetchZones(zones: readonly string[]): void {
    if (namespace !== "/drivers") return;
    for (const zone of zones) void give("zone.join", { zone }).catch(() => undefined);
  }

  function show(change: Change): void {
    if (picture.me) ears.me?.(picture.me);
    ears.zones?.(picture.zones);
    ears.orders?.(new Map(picture.orders));
    if (change.gone.length) ears.gone?.(change.gone);
    if (change.offered.length) ears.offered?.(change.offered);
  }

  async function give(name: string, payload: object): Promise<unknown> {
    const { id, zone } = payload as { id?: string; zone?: string };
    if (zone && name === "zone.join") picture.expectZone(zone, "awaited");
    try {
      const { data } = await command(ground, name, payload);
      if (id && (name === "order.decline" || name === "order.release")) picture.pass(id);
      takeAnswer(name, data);
      return data;
    } catch (error) {
      if (id && error instanceof Refused) takeRefusal(name, id, error.problem);
      throw error;
    } finally {
      if (zone) picture.expectZone(zone, "come");
    }
  }

  function takeAnswer(name: string, data: unknown): void {
    const before = new Set(picture.orders.keys());
    if (name === "zone.join") {
      const { zone, orders } = data as { zone: string; orders: (Order | OrderStub)[] };
      if (!picture.zones.includes(zone)) picture.takeZones([...picture.zones, zone]);
      for (const order of orders) picture.takeOrder(order);
    } else if (name === "zone.leave") {
      const { zone } = data as { zone: string };
      picture.takeZones(picture.zones.filter((one) => one !== zone));
    } else if (name === "driver.pause") {
      picture.takePause((data as { paused_until: string }).paused_until);
    } else if (name === "driver.resume") {
      const { zones } = data as { zones: string[] };
      const joined = zones.filter((zone) => !picture.zones.includes(zone));
      picture.takeZones(zones);
      fetchZones(joined);
    } else if (name === "orders.list") {
      for (const order of (data as { orders: (Order | OrderStub)[] }).orders) picture.takeOrder(order);
    } else if (isOrder(data)) {
      picture.takeOrder(data);
    }
    const offered = name === "zone.join" ? [...picture.orders.values()].filter((order) => !before.has(order.id)) : [];
    show({ verdict: "applied", gone: [], offered });
  }

  function takeRefusal(name: string, id: string, problem: Problem): void {
    if (name !== "order.claim") return;
    const gone =
      problem.code === "already_claimed"
        ? picture.drop(id, "claimed", problem.detail)
        : problem.code === "offer_closed" || problem.code === "not_found"
          ? picture.drop(id, "expired", problem.detail)
          : [];
    show({ verdict: "applied", gone, offered: [] });
  }

  function untilLive(until_ms: number): Promise<boolean> {
    if (connection.link.state === "live") return Promise.resolve(true);
    if (connection.link.state === "refused") return Promise.resolve(false);
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        waiting.delete(done);
        resolve(connection.link.state === "live");
      };
      const timer = setTimeout(done, Math.max(0, until_ms - Date.now()));
      waiting.add(done);
    });
  }

  return {
    send: (name, payload) => give(name, payload) as Promise<never>,
    tell: (name, payload) => {
      if (connection.link.state === "live") wire.volatile.emit(name, payload);
    },
    seen: (order) => {
      const round = `${order.id} ${order.offer?.round ?? 0}`;
      if (seen.has(round) || connection.link.state !== "live") return;
      seen.add(round);
      command(ground, "order.seen", { id: order.id }).catch(() => seen.delete(round));
    },
    lapse: () => {
      if (connection.link.state === "live") return;
      const gone = picture.lapse(clock.now() - LAPSE_MS);
      if (gone.length) show({ verdict: "applied", gone, offered: [] });
    },
    now: clock.now,
    kept: () => {
      const known = picture.kept();
      return known && { ...known, clock_ahead_ms: clock.ahead_ms() };
    },
    restart: () => connection.restart(),
    close: () => {
      stopWatching();
      connection.close();
    },
  };
}

function isOrder(data: unknown): data is Order | OrderStub {
  return typeof data === "object" && data !== null && "version" in data && "status" in data && "code" in data && isFull(data as Order);
}

/** A phone that wakes, or finds its network again, does not wait for the next try. */
function watchPage(connection: () => Connection): () => void {
  if (typeof window === "undefined") return () => undefined;
  const wake = () => {
    const { state, heard_at_ms } = connection().link;
    if (document.visibilityState !== "visible" || state === "refused") return;
    if (state !== "live" || Date.now() - (heard_at_ms ?? 0) > SILENCE_MS_MAX) connection().restart();
  };
  window.addEventListener("online", wake);
  document.addEventListener("visibilitychange", wake);
  return () => {
    window.removeEventListener("online", wake);
    document.removeEventListener("visibilitychange", wake);
  };
}
