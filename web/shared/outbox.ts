// Commands that outlive the network, the page and the phone's battery: kept first, sent in order, explained if refused.
//
// Knows no framework and no page. Invariants: a command is on the shelf before anybody is told that it waits; of one
// order's commands the next is sent only after the one before it was answered; what is sent again is sent word for word,
// so that the hub knows it; and nothing is sent under a key that did not make it.

import { backoff_ms } from "./live/backoff";
import { Refused } from "./live/commands";
import type { Problem } from "./protocol";
import { randomId } from "./id";
import type { Shelf } from "./shelf";

export interface Entry {
  id: string;
  /** Rises from entry to entry. */
  nr: number;
  /** Who made it: see [`ownerOf`]. */
  owner: string;
  name: string;
  /** Sent word for word, however often. */
  payload: Readonly<Record<string, unknown>>;
  /** Entries of one line go one after the other: the order they are about, or an entry's own id. */
  line: string;
  /** When it was done, in RFC 3339, by the device's clock as the hub has set it. */
  at: string;
  state: "waiting" | "sending" | "refused";
  /** It went out at least once, and nobody knows what became of it. */
  tried: boolean;
  /** Why it was not carried out. Kept until it is dismissed. */
  refusal: Refusal | null;
  /** What belongs to it and is not said to the hub with it, a photo's place for example. */
  more: Readonly<Record<string, unknown>>;
}

/** What the hub said, or `too_old`: it was never sent. */
export type Refusal = Omit<Problem, "code"> & { code: Problem["code"] | "too_old" };

export interface Wish {
  name: string;
  payload: Record<string, unknown>;
  /** The payload's `id` if it is not given; without both it is a line of its own. */
  line?: string;
  /** Now, if it is not given. */
  at?: string;
  more?: Record<string, unknown>;
}

export interface Outbox {
  /** What has not been carried out, oldest first: waiting, on its way, or refused and not yet dismissed. */
  entries(): readonly Entry[];
  /** Resolves once it is kept. @throws [`OutboxFull`] beyond the limits. */
  add(wish: Wish): Promise<Entry>;
  /** The live path is there, or gone. */
  live(is: "there" | "gone"): void;
  /** Takes back the last of its line, if it never went out; says whether it did. */
  takeBack(id: string): Promise<boolean>;
  /** Forgets a refusal that was read. */
  dismiss(id: string): Promise<void>;
  /** Sends a refused one once more, at the end of its line. */
  again(id: string): Promise<void>;
  /** Resolves once what was kept before is known. */
  loaded: Promise<void>;
  close(): void;
}

export interface Ground {
  shelf: Shelf;
  /** From [`ownerOf`]. */
  owner: string;
  /** Gives the command to the hub; rejects with [`Refused`]. */
  send(entry: Entry): Promise<unknown>;
  /** Unix milliseconds by the hub's clock. */
  now(): number;
  changed?(entries: readonly Entry[]): void;
  done?(entry: Entry, data: unknown): void;
  refused?(entry: Entry): void;
}

export class OutboxFull extends Error {}

/** Entries of one owner. A long shift offline is about 100: five steps for each of twenty orders. */
export const ENTRIES_MAX = 200;
/** A socket takes 64 KiB, and the packet around the payload needs some of it. */
export const PAYLOAD_CHARS_MAX = 60_000;
/** Older than this the hub does not take it, and nobody would still want it done. */
export const AGE_MS_MAX = 24 * 60 * 60 * 1000;

/** What of a key may be kept beside its commands: whose it is, without its secret. */
export function ownerOf(key: string): string {
  return /^wp_[a-z]+_[^_]+/.exec(key)?.[0] ?? "given";
}

export function openOutbox(ground: Ground): Outbox {
  const { shelf, owner, now } = ground;
  const running = new Set<string>();
  const wakes = new Set<() => void>();
  let entries: readonly Entry[] = [];
  let isLive = false;
  let closed = false;
  const channel = "BroadcastChannel" in globalThis ? new BroadcastChannel(`waypost.outbox.${owner}`) : null;
  if (channel) channel.onmessage = () => void load();

  const loaded = load().then(pump);

  async function load(): Promise<void> {
    const all = await shelf.all<Entry>("outbox");
    await Promise.all(all.filter(isForgotten).map((entry) => shelf.remove("outbox", entry.id)));
    const sending = new Set(entries.filter((entry) => entry.state === "sending").map((entry) => entry.id));
    show(
      all
        .filter((entry) => entry.owner === owner)
        .sort((a, b) => a.nr - b.nr)
        .map((entry) => (sending.has(entry.id) ? { ...entry, state: "sending" as const } : entry)),
    );
  }

  /** Somebody else's, and too old to be sent by anybody. */
  function isForgotten(entry: Entry): boolean {
    return entry.owner !== owner && isTooOld(entry);
  }

  function isTooOld(entry: Entry): boolean {
    return now() - Date.parse(entry.at) > AGE_MS_MAX;
  }

  function show(next: readonly Entry[]): void {
    entries = next;
    if (!closed) ground.changed?.(entries);
  }

  function put(entry: Entry): void {
    show([...entries.filter((one) => one.id !== entry.id), entry].sort((a, b) => a.nr - b.nr));
  }

  async function keep(entry: Entry): Promise<void> {
    await shelf.put("outbox", entry.id, entry);
    put(entry);
    channel?.postMessage("changed");
  }

  async function forget(id: string): Promise<void> {
    await shelf.remove("outbox", id);
    show(entries.filter((one) => one.id !== id));
    channel?.postMessage("changed");
  }

  function find(id: string): Entry | undefined {
    return entries.find((entry) => entry.id === id);
  }

  function next(line: string): Entry | undefined {
    return entries.find((entry) => entry.line === line && entry.state !== "refused");
  }

  function pump(): void {
    for (const { line, state } of entries) if (state !== "refused") void run(line);
  }

  /** Sends what waits in one line, one after the other, as long as the live path is there. */
  async function run(line: string): Promise<void> {
    if (running.has(line)) return;
    running.add(line);
    try {
      for (let tries = 0; isLive && !closed && next(line); ) {
        const wait_ms = await alone(`waypost.outbox.${owner}.${line}`, () => sendFirst(line, tries));
        tries = wait_ms === null ? 0 : tries + 1;
        if (wait_ms !== null) await pause(wait_ms);
      }
    } finally {
      running.delete(line);
    }
  }

  /** Null if it was answered; else how long to wait before it is given again, in milliseconds. */
  async function sendFirst(line: string, tries: number): Promise<number | null> {
    // Another tab may have sent it while this one waited for its turn.
    await load();
    const first = next(line);
    if (!first || !isLive || closed) return null;
    if (isTooOld(first)) {
      await refuse(first, TOO_OLD);
      return null;
    }
    const entry: Entry = { ...first, tried: true };
    // Shown first, so that nobody takes it back from here on. A page that dies meanwhile finds it waiting, and tried.
    put({ ...entry, state: "sending" });
    await shelf.put("outbox", entry.id, entry);
    const answer = await ground.send(entry).then(
      (data) => ({ data }),
      (error: unknown) => ({ error }),
    );
    if (!("error" in answer)) {
      await forget(entry.id);
      ground.done?.(entry, answer.data);
      return null;
    }
    return takeError(entry, answer.error, tries);
  }

  async function takeError(entry: Entry, error: unknown, tries: number): Promise<number | null> {
    // Who signed out meanwhile has wiped the shelf; who comes back finds it waiting.
    if (closed) return null;
    if (!(error instanceof Refused)) {
      await refuse(entry, { ...TOO_OLD, title: "Bug", status: 500, code: "internal", detail: String(error) });
      throw error;
    }
    const { problem } = error;
    // Whether the key is good again is for the sign-in to find out; what waits is still the same person's.
    if (!problem.retryable && problem.code !== "unauthorized") {
      await refuse(entry, problem);
      return null;
    }
    await keep(entry);
    return (problem.retry_after_s ?? 0) * 1000 || backoff_ms(tries);
  }

  async function refuse(entry: Entry, refusal: Refusal): Promise<void> {
    const refused: Entry = { ...entry, state: "refused", refusal };
    await keep(refused);
    ground.refused?.(refused);
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        wakes.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      wakes.add(wake);
    });
  }

  return {
    entries: () => entries,
    loaded,
    add: async ({ name, payload, line, at, more }) => {
      await loaded;
      if (entries.length >= ENTRIES_MAX) throw new OutboxFull(`more than ${ENTRIES_MAX} commands wait`);
      if (JSON.stringify(payload).length > PAYLOAD_CHARS_MAX) throw new OutboxFull(`${name} is longer than ${PAYLOAD_CHARS_MAX} characters`);
      const id = randomId();
      const order = typeof payload["id"] === "string" ? payload["id"] : id;
      const entry: Entry = {
        id,
        nr: Math.max(Date.now(), (entries.at(-1)?.nr ?? 0) + 1),
        owner,
        name,
        payload: structuredClone(payload),
        line: line ?? order,
        at: at ?? new Date(now()).toISOString(),
        state: "waiting",
        tried: false,
        refusal: null,
        more: more ?? {},
      };
      await keep(entry);
      pump();
      return entry;
    },
    live: (is) => {
      isLive = is === "there";
      for (const wake of [...wakes]) wake();
      if (isLive) pump();
    },
    takeBack: async (id) => {
      await load();
      const entry = find(id);
      const later = entry && entries.some((one) => one.line === entry.line && one.nr > entry.nr && one.state !== "refused");
      if (!entry || entry.tried || entry.state !== "waiting" || later) return false;
      await forget(id);
      return true;
    },
    dismiss: async (id) => {
      if (find(id)?.state === "refused") await forget(id);
    },
    again: async (id) => {
      const entry = find(id);
      if (entry?.state !== "refused") return;
      await keep({ ...entry, state: "waiting", refusal: null, nr: Math.max(Date.now(), (entries.at(-1)?.nr ?? 0) + 1) });
      pump();
    },
    close: () => {
      closed = true;
      for (const wake of [...wakes]) wake();
      channel?.close();
    },
  };
}

/** Only one tab of this browser at a time, where the browser can tell. */
function alone<T>(name: string, deed: () => Promise<T>): Promise<T> {
  const { locks } = globalThis.navigator ?? {};
  return locks ? (locks.request(name, deed) as Promise<T>) : deed();
}

const TOO_OLD: Refusal = {
  type: "about:blank",
  title: "Gone",
  status: 410,
  code: "too_old",
  detail: "it waited for more than 24 hours and was not sent",
  retryable: false,
};
