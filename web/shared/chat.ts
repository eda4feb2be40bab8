// The chat of each order: earlier lines over REST, new ones as events.

import { type ReadonlySignal, signal } from "@preact/signals";
import type { Event, Me } from "./protocol";
import type { Rest } from "./rest";

export interface ChatLine {
  key: string;
  mine: boolean;
  role: string;
  name: string;
  text: string;
  at: string;
}

export interface Chat {
  lines: ReadonlySignal<ReadonlyMap<string, readonly ChatLine[]>>;
  /** Lines that came while nobody looked, by order. */
  unread: ReadonlySignal<ReadonlyMap<string, number>>;
  /** The orders whose earlier lines could not be loaded. */
  failed: ReadonlySignal<ReadonlySet<string>>;
  hear(event: Event): void;
  /** The chat of this order is on the screen now, or of none. */
  look(order: string | null): void;
  load(order: string): Promise<void>;
  send(order: string, text: string): Promise<void>;
  /** A line of this person's own went out: at once, or after it had waited for a network. */
  said(order: string, text: string, at: string): void;
  /** Lines from an earlier time, to be read where there is no network. */
  restore(lines: ReadonlyMap<string, readonly ChatLine[]>): void;
  /** Everything may have changed while the page was away. */
  refresh(): void;
}

interface Ground {
  me(): Me | null;
  now(): number;
  rest(): Rest;
  /** Resolves to `waits` if it is only kept for now. */
  send(order: string, text: string): Promise<unknown>;
  /** A command by REST has no socket that sent it, so what was said comes back to this one too. */
  echo?: "as an event";
}

const OWN = "own-";

export function openChat({ me, now, rest, send, echo }: Ground): Chat {
  const lines = signal<ReadonlyMap<string, readonly ChatLine[]>>(new Map());
  const unread = signal<ReadonlyMap<string, number>>(new Map());
  const failed = signal<ReadonlySet<string>>(new Set());
  let looking: string | null = null;
  let sent = 0;

  function put(order: string, change: (known: readonly ChatLine[]) => readonly ChatLine[]): void {
    lines.value = new Map(lines.value).set(order, change(lines.value.get(order) ?? []));
  }

  function hear(event: Event): void {
    const order = event.order?.id;
    const line = lineOf(event, me());
    if (!order || !line) return;
    const known = lines.value.get(order) ?? [];
    if (known.some((one) => one.key === line.key)) return;
    // A line of ours comes back in a replay: it is the one already shown.
    const own = line.mine ? known.find((one) => one.key.startsWith(OWN) && one.text === line.text) : undefined;
    put(order, (all) => (own ? all.map((one) => (one === own ? line : one)) : [...all, line]));
    if (!line.mine && order !== looking) unread.value = new Map(unread.value).set(order, (unread.value.get(order) ?? 0) + 1);
  }

  async function load(order: string): Promise<void> {
    try {
      const events = await rest().all<Event>(`/orders/${order}/events?limit=200`);
      const earlier = events.flatMap((event) => lineOf(event, me()) ?? []);
      const keys = new Set(earlier.map((line) => line.key));
      const said = new Set(earlier.filter((line) => line.mine).map((line) => line.text));
      put(order, (known) => [...earlier, ...known.filter((one) => !keys.has(one.key) && !(one.key.startsWith(OWN) && said.has(one.text)))]);
      failed.value = new Set([...failed.value].filter((id) => id !== order));
    } catch {
      failed.value = new Set(failed.value).add(order);
    }
  }

  function said(order: string, text: string, at: string): void {
    const own = { key: `${OWN}${++sent}`, mine: true, role: me()?.role ?? "", name: me()?.name ?? "", text, at };
    put(order, (known) => [...known, own]);
  }

  return {
    lines,
    unread,
    failed,
    hear,
    load,
    look: (order) => {
      looking = order;
      if (order && unread.value.has(order)) unread.value = new Map([...unread.value].filter(([id]) => id !== order));
    },
    send: async (order, text) => {
      const outcome = await send(order, text);
      if (!echo && outcome !== "waits") said(order, text, new Date(now()).toISOString());
    },
    said,
    restore: (earlier) => {
      for (const [order, all] of earlier) if (!lines.value.has(order)) put(order, () => all);
    },
    refresh: () => {
      if (looking) void load(looking);
    },
  };
}

function lineOf(event: Event, me: Me | null): ChatLine | null {
  const { text } = event.data as { text?: unknown };
  if (event.type !== "order.message" || typeof text !== "string") return null;
  const { role = "hub", id, name } = event.actor ?? {};
  const owners = [me?.id, me?.vendor?.id, me?.driver?.id];
  // The dispatcher's key from the hub's environment has no id.
  const mine = role === me?.role && (id == null ? me.id == null : owners.includes(id));
  return { key: event.id, mine, role, name: name ?? "", text, at: event.at };
}
