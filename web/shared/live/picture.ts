// What one client knows: the orders it may see, and how far it has heard. No timers, no sockets.
//
// Invariant: an order in the picture is never replaced by an older version of itself, except by a snapshot.

import type { Actor, Cursor, Event, Me, Order, OrderStatus, OrderStub, Sync } from "../protocol";

/** Why an order left a driver's screen. */
export type Why = "claimed" | "assigned" | "reassigned" | "released" | "withdrawn" | "cancelled" | "expired" | "failed" | "finished" | "away";

export interface Gone {
  order: Order;
  why: Why;
  /** The reason that was given, or what was refused in the reader's words. */
  detail: string | null;
  actor: Actor | null;
  at: string | null;
}

/** What a sync or an event changed, for the page to show. */
export interface Change {
  /** `gap` asks for a new connection, `old` was heard before. */
  verdict: "applied" | "old" | "gap";
  gone: Gone[];
  /** Orders that have newly come on offer to this driver. */
  offered: Order[];
}

/** A picture as it can be put away, to be shown and caught up from after the page was closed. */
export interface KeptPicture {
  cursor: Cursor;
  me: Me;
  zones: readonly string[];
  orders: readonly Order[];
  passed: readonly string[];
}

const CLOSED: readonly OrderStatus[] = ["delivered", "returned", "cancelled", "expired", "failed"];
const CLOSED_KEPT_MS = 24 * 60 * 60 * 1000;
const DROPPED_KEPT_MAX = 500;

export function isClosed(status: OrderStatus): boolean {
  return CLOSED.includes(status);
}

export function isFull(order: Order | OrderStub): order is Order {
  return "items" in order;
}

export class Picture {
  cursor: Cursor | null = null;
  me: Me | null = null;
  zones: readonly string[] = [];
  readonly orders = new Map<string, Order>();

  /** The last word on orders that were dropped, so that a late, older one does not bring them back. */
  private readonly dropped = new Map<string, Order | OrderStub>();
  /** Offers this driver declined or gave back; the hub does not ask him again. */
  private readonly passed = new Set<string>();
  private readonly joining = new Set<string>();

  /** Null before the first sync. */
  kept(): KeptPicture | null {
    if (!this.cursor || !this.me) return null;
    return { cursor: this.cursor, me: this.me, zones: this.zones, orders: [...this.orders.values()], passed: [...this.passed] };
  }

  /** Begins where another ended, before anything was heard, but for offers whose time has run out since. */
  restore({ cursor, me, zones, orders, passed }: KeptPicture, now_ms: number): void {
    this.cursor = cursor;
    this.me = me;
    this.zones = zones;
    for (const order of orders) if (!this.isOver(order, now_ms)) this.orders.set(order.id, order);
    for (const id of passed) this.passed.add(id);
  }

  /** Takes the first message of a connection. */
  takeSync(sync: Sync): Change {
    const before = new Map(this.orders);
    const gone: Gone[] = [];
    this.me = sync.me;
    this.takeZones(sync.zones);
    if (sync.mode === "snapshot") {
      this.orders.clear();
      this.dropped.clear();
      for (const order of sync.orders) if (this.keeps(order)) this.orders.set(order.id, order);
      for (const order of before.values()) {
        if (this.isDriver() && !this.orders.has(order.id)) gone.push({ order, why: "away", detail: null, actor: null, at: null });
      }
    } else {
      // Only what was on the screen can leave it: an offer that came and went unseen is not worth a notice.
      for (const event of sync.events) {
        const change = this.takeOrderOf(event);
        gone.push(...change.gone.filter((one) => before.has(one.order.id)));
      }
    }
    this.cursor = sync.cursor;
    this.forgetLongClosed(Date.parse(sync.server_time));
    const offered = [...this.orders.values()].filter((order) => this.isOffer(order) && !before.has(order.id));
    return { verdict: "applied", gone: gone.filter((one) => !this.orders.has(one.order.id)), offered };
  }

  /** Takes one live event, or says that one before it is missing. */
  takeEvent(event: Event): Change {
    if (!this.cursor || event.seq <= this.cursor.seq) return { verdict: "old", gone: [], offered: [] };
    if (event.prev != null && event.prev !== this.cursor.seq) return { verdict: "gap", gone: [], offered: [] };
    this.cursor = { epoch: this.cursor.epoch, seq: event.seq };
    const change = this.takeOrderOf(event);
    if (event.type === "driver.zones_changed") this.takeDuty(event);
    return change;
  }

  /** Takes an order from an acknowledgement. */
  takeOrder(order: Order | OrderStub): Gone[] {
    return this.merge(order, null).gone;
  }

  /** Takes the zones this driver now works, and drops the offers of the others. */
  takeZones(zones: readonly string[]): void {
    this.zones = zones;
    if (zones.length) this.takeDriver({ auto_paused_at: null, paused_until: null });
    for (const order of [...this.orders.values()]) {
      if (this.isOffer(order) && !this.isInZones(order)) this.orders.delete(order.id);
    }
  }

  /** He is off duty until then. */
  takePause(until: string): void {
    this.takeDriver({ paused_until: until });
    this.takeZones([]);
  }

  /** What the hub says of where this driver works, why he does not, and of how much he may carry. */
  private takeDuty(event: Event): void {
    const { max_active_orders: most, reason, until } = event.data as { max_active_orders?: unknown; reason?: unknown; until?: unknown };
    if (typeof most === "number") this.takeDriver({ max_active_orders: most });
    if (reason === "auto_paused") this.takeDriver({ auto_paused_at: event.at });
    if (reason === "paused" && typeof until === "string") this.takeDriver({ paused_until: until });
    this.takeZones(zonesOf(event) ?? this.zones);
    this.makeRoom();
  }

  private takeDriver(news: Partial<NonNullable<Me["driver"]>>): void {
    if (this.me?.driver) this.me = { ...this.me, driver: { ...this.me.driver, ...news } };
  }

  /** Whose hands are full is offered nothing; the hub asks again once there is room. */
  private makeRoom(): void {
    if (!this.handsAreFull()) return;
    for (const order of [...this.orders.values()]) if (this.isOffer(order)) this.orders.delete(order.id);
  }

  private handsAreFull(): boolean {
    const most = this.me?.driver?.max_active_orders;
    if (most === undefined) return false;
    let carried = 0;
    for (const order of this.orders.values()) if (this.isMine(order)) carried += 1;
    return carried >= most;
  }

  /** Offers of this zone may come before the answer that it is joined. */
  expectZone(zone: string, answer: "awaited" | "come"): void {
    if (answer === "awaited") this.joining.add(zone);
    else this.joining.delete(zone);
  }

  /** Drops an offer that this driver does not want, or a job he gave back. */
  pass(id: string): void {
    const order = this.orders.get(id);
    if (order && this.isOffer(order)) this.orders.delete(id);
    this.passed.add(id);
  }

  /** On another screen of his. */
  private takeDecline(event: Event): void {
    const { driver_id, order_id } = event.data as { driver_id?: unknown; order_id?: unknown };
    if (this.isDriver() && driver_id === (this.me?.driver?.id ?? this.me?.id) && typeof order_id === "string") this.pass(order_id);
  }

  /** Drops an order that a refusal has shown to be gone. */
  drop(id: string, why: Why, detail: string | null): Gone[] {
    const order = this.orders.get(id);
    if (!order) {
      const last = this.dropped.get(id);
      return last && isFull(last) ? [{ order: last, why, detail, actor: null, at: null }] : [];
    }
    this.orders.delete(id);
    this.bury(order);
    return [{ order, why, detail, actor: null, at: null }];
  }

  /** Drops the offers that ended before `now_ms`, for who cannot hear it from the hub. A further round brings one back. */
  lapse(now_ms: number): Gone[] {
    const over = [...this.orders.values()].filter((order) => this.isOver(order, now_ms));
    return over.flatMap((order) => this.drop(order.id, "expired", null));
  }

  /** The last that was heard of an order, even if it is no longer shown. */
  lastOf(id: string): Order | OrderStub | undefined {
    return this.orders.get(id) ?? this.dropped.get(id);
  }

  private takeOrderOf(event: Event): Change {
    const change: Change = { verdict: "applied", gone: [], offered: [] };
    if (event.type === "driver.declined") this.takeDecline(event);
    if (!event.order) return change;
    if (event.type === "order.released" && this.isMine(this.orders.get(event.order.id))) this.passed.add(event.order.id);
    const isNew = !this.orders.has(event.order.id);
    const { gone } = this.merge(event.order, event);
    const held = this.orders.get(event.order.id);
    if (held && isNew && this.isOffer(held)) change.offered.push(held);
    change.gone = gone;
    return change;
  }

  private merge(order: Order | OrderStub, event: Event | null): { gone: Gone[] } {
    const held = this.orders.get(order.id);
    const known = this.lastOf(order.id);
    if (known && known.version > order.version) return { gone: [] };
    if (this.keeps(order)) {
      this.dropped.delete(order.id);
      this.orders.set(order.id, order);
      this.makeRoom();
      return { gone: [] };
    }
    this.orders.delete(order.id);
    this.bury(isFull(order) ? order : held ? { ...held, ...order } : order);
    if (!held) return { gone: [] };
    const given = event?.type === "order.assigned" && event.data.ended_by === "assigned";
    const why = event?.type === "order.released" ? "released" : given ? "assigned" : this.reason(held, order);
    return { gone: [{ order: held, why, detail: reasonOf(event, order), actor: event?.actor ?? null, at: event?.at ?? null }] };
  }

  private keeps(order: Order | OrderStub): order is Order {
    if (!isFull(order)) return false;
    return !this.isDriver() || (this.isOffer(order) && this.isInZones(order) && !this.handsAreFull()) || this.isMine(order);
  }

  private isOffer(order: Order): boolean {
    return order.status === "ready_for_pickup" && this.isDriver() && !this.passed.has(order.id);
  }

  private isOver(order: Order, now_ms: number): boolean {
    return this.isOffer(order) && !!order.offer && Date.parse(order.offer.expires_at) < now_ms;
  }

  /** An offer of a zone that was left may still be heard of, until it ends. */
  private isInZones(order: Order): boolean {
    return (order.offer?.zones ?? [order.zone]).some((zone) => this.zones.includes(zone) || this.joining.has(zone));
  }

  private isMine(order: Order | undefined): boolean {
    const id = this.me?.driver?.id ?? this.me?.id;
    return !!order?.driver && order.driver.id === id && !isClosed(order.status) && order.status !== "ready_for_pickup";
  }

  private isDriver(): boolean {
    return this.me?.role === "driver";
  }

  private reason(held: Order, now: Order | OrderStub): Why {
    switch (now.status) {
      case "scheduled":
      case "submitted":
        return "withdrawn";
      case "ready_for_pickup":
        return "released";
      case "cancelled":
        return "cancelled";
      case "expired":
        return "expired";
      case "failed":
        return this.isMine(held) ? "failed" : "claimed";
      case "delivered":
      case "returned":
        return this.isMine(held) ? "finished" : "claimed";
      default:
        return this.isMine(held) ? "reassigned" : "claimed";
    }
  }

  private bury(order: Order | OrderStub): void {
    this.dropped.delete(order.id);
    this.dropped.set(order.id, order);
    const oldest = this.dropped.keys().next().value;
    if (this.dropped.size > DROPPED_KEPT_MAX && oldest !== undefined) this.dropped.delete(oldest);
  }

  private forgetLongClosed(now: number): void {
    for (const order of this.orders.values()) {
      if (order.closed_at && Date.parse(order.closed_at) < now - CLOSED_KEPT_MS) this.orders.delete(order.id);
    }
  }
}

function zonesOf(event: Event): string[] | null {
  const { zones } = event.data as { zones?: unknown };
  return Array.isArray(zones) ? zones.filter((zone) => typeof zone === "string") : null;
}

function reasonOf(event: Event | null, order: Order | OrderStub): string | null {
  const { reason } = (event?.data ?? {}) as { reason?: unknown };
  if (typeof reason === "string" && reason) return reason;
  return isFull(order) ? (order.cancel_reason ?? null) : null;
}
