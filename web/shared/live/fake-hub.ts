// A hub for tests: the other end of one client's wire, driven by hand.

import type { Cursor, Event, EventType, Me, Offer, Order, OrderStatus, OrderStub, Sync } from "../protocol";
import type { Dial, Wire } from "./connection";

type Listener = (...args: never[]) => void;
interface Sent {
  name: string;
  payload: Record<string, unknown>;
  /** Answers the command; `null` loses the answer. */
  answer(answer: object | null): void;
}

export class FakeHub {
  /** The `auth` of each connection, in order. */
  readonly connects: { token: string; cursor?: Cursor }[] = [];
  readonly sent: Sent[] = [];
  private readonly listeners = new Map<string, Listener[]>();
  private prev = 0;
  private connected = false;

  readonly dial: Dial = (_namespace, auth) => {
    const hub = this;
    const emit = (name: string, ...args: unknown[]) => hub.take(name, args);
    const wire: Wire = {
      get connected() {
        return hub.connected;
      },
      connect: () => hub.connects.push(auth()),
      disconnect: () => hub.drop("io client disconnect"),
      on: (name, listener) => hub.listeners.set(name, [...(hub.listeners.get(name) ?? []), listener]),
      emit,
      timeout: () => ({ emit }),
      volatile: { emit },
      onHeartbeat: () => undefined,
    };
    return wire;
  };

  /** Lets the client in with this sync. */
  accept(sync: Sync): void {
    this.connected = true;
    this.prev = sync.cursor.seq;
    this.say("connect");
    this.say("sync", sync);
  }

  refuse(code: string): void {
    this.say("connect_error", new Error(code));
  }

  drop(reason: string): void {
    const was = this.connected;
    this.connected = false;
    if (was) this.say("disconnect", reason);
  }

  /** Sends an event with the right `prev`, unless one is given. */
  tell(seq: number, type: EventType, order: Order | OrderStub | null, more: Partial<Event> = {}, acknowledge?: Listener): void {
    this.say(type, { ...event(seq, type, order), prev: this.prev, ...more }, acknowledge);
    this.prev = seq;
  }

  say(name: string, ...args: unknown[]): void {
    for (const listener of this.listeners.get(name) ?? []) (listener as (...all: unknown[]) => void)(...args);
  }

  /** The newest command of this name. */
  last(name: string): Sent {
    const found = this.sent.findLast((one) => one.name === name);
    if (!found) throw new Error(`${name} was not sent`);
    return found;
  }

  private take(name: string, args: unknown[]): void {
    const reply = args.at(-1);
    this.sent.push({
      name,
      payload: args[0] as Record<string, unknown>,
      answer: (answer) => {
        if (typeof reply === "function") reply(answer ? null : new Error("timeout"), answer ?? undefined);
      },
    });
  }
}

export const TIME = "2026-01-05T12:00:00.000Z";

export const ann: Me = { role: "driver", id: "ann", name: "Ann", key_id: "k" } as Me;
export const bar: Me = { role: "vendor", id: "bar", name: "Ramen Bar", key_id: "k" } as Me;

export function snapshot(seq: number, me: Me, orders: Order[], more: Partial<Sync> = {}): Sync {
  return { mode: "snapshot", reason: "no_cursor", cursor: { epoch: "e", seq }, me, zones: ["mitte"], orders, server_time: TIME, ...more } as Sync;
}

export function replay(seq: number, me: Me, events: Event[], more: Partial<Sync> = {}): Sync {
  return { mode: "replay", cursor: { epoch: "e", seq }, me, zones: ["mitte"], events, server_time: TIME, ...more } as Sync;
}

export function event(seq: number, type: EventType, order: Order | OrderStub | null, more: Partial<Event> = {}): Event {
  return { id: `event-${seq}`, seq, type, at: TIME, actor: null, order, data: {}, ...more } as Event;
}

export function order(id: string, version: number, status: OrderStatus, more: Partial<Order> = {}): Order {
  const offer: Offer = { round: 1, zones: ["mitte"], opened_at: TIME, expires_at: TIME };
  return {
    id,
    code: id.toUpperCase(),
    version,
    status,
    zone: "mitte",
    vendor: { id: "bar", name: "Ramen Bar" },
    pickup: {},
    items: [],
    needs: [],
    submitted_at: TIME,
    driver: null,
    offer: status === "ready_for_pickup" ? offer : null,
    ...more,
  } as unknown as Order;
}

export function held(id: string, version: number, status: OrderStatus): Order {
  return order(id, version, status, { driver: { id: "ann", name: "Ann" } } as Partial<Order>);
}

export function stub(id: string, version: number, status: OrderStatus): OrderStub {
  return { id, code: id.toUpperCase(), version, status, zone: "mitte" };
}
