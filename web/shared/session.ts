// One signed-in page: the live client's picture as signals, which views read.

import { batch, computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { forgetKey, keepKey, type PageRole, readKey, roleOf } from "./key";
import { type Ears, type Kept, type Link, type Live, type Namespace, openLive, Refused, sayRefusals } from "./live";
import type { AlertsByOrder } from "./live/alerts";
import { ownerOf } from "./outbox";
import type { Me, Order } from "./protocol";
import { openRest, type Rest } from "./rest";
import type { Shelf } from "./shelf";
import { speak } from "./speak";

/** Why the sign-in screen is up: nobody has signed in, the key was refused, or it is another page's key. */
export type Door = { open: true } | { open: false; because: "none" | "unauthorized" | "forbidden"; keyRole: PageRole | null };

export interface Session<N extends Namespace> {
  /** Whose session it is; null while nobody is signed in. */
  key: ReadonlySignal<string | null>;
  door: ReadonlySignal<Door>;
  link: ReadonlySignal<Link>;
  me: ReadonlySignal<Me | null>;
  zones: ReadonlySignal<readonly string[]>;
  orders: ReadonlySignal<ReadonlyMap<string, Order>>;
  /** What is the matter with orders, by their id. */
  alerts: ReadonlySignal<AlertsByOrder>;
  /** True once the first sync has come: until then an empty list means nothing. */
  ready: ReadonlySignal<boolean>;
  /** Unix milliseconds by the hub's clock, renewed each second. */
  now: ReadonlySignal<number>;
  live(): Live<N>;
  rest(): Rest;
  signIn(key: string): void;
  signOut(): void;
  /** A REST call was refused: shows the sign-in screen if the key is to blame, and says whether it did. */
  refused(error: unknown): boolean;
}

const TICK_MS = 1000;

/** What is known is put away at most this often, and when the page is left. */
const KEEP_EVERY_MS = 500;

/** On the shelf: a picture, and whose it is. */
type OwnedPicture = Kept & { owner: string };

interface Options extends Partial<Ears> {
  /** With it the page can be read without a network too, also after a reload. All of it goes when somebody signs out. */
  shelf?: Shelf;
}

/** Comes after the page itself: nothing is refused before something was asked. Without it the hub's own words stand. */
async function translateRefusals(): Promise<void> {
  try {
    await speak("refusals");
    sayRefusals((await import("./refusals")).inReadersWords);
  } catch {
    // The next page that is loaded tries again.
  }
}

export function openSession<N extends Namespace>(page: PageRole, namespace: N, { shelf, ...ears }: Options = {}): Session<N> {
  const signedIn = signal<string | null>(null);
  const door: Signal<Door> = signal({ open: false, because: "none", keyRole: null });
  const link = signal<Link>({ state: "connecting", heard_at_ms: null, code: null, stopping: false });
  const me = signal<Me | null>(null);
  const zones = signal<readonly string[]>([]);
  const orders = signal<ReadonlyMap<string, Order>>(new Map());
  const alerts = signal<AlertsByOrder>(new Map());
  const ready = signal(false);
  const now = signal(Date.now());
  void translateRefusals();
  let live: Live<N> | null = null;
  let rest: Rest | null = null;
  let starting: string | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  setInterval(() => {
    now.value = live?.now() ?? Date.now();
    live?.lapse();
  }, TICK_MS);

  function start(key: string): void {
    live?.close();
    live = null;
    link.value = { state: "connecting", heard_at_ms: null, code: null, stopping: false };
    batch(() => {
      door.value = { open: true };
      orders.value = new Map();
      alerts.value = new Map();
      ready.value = false;
      me.value = null;
    });
    rest = openRest(key);
    if (!shelf) return connect(key, null);
    void shelf.get<OwnedPicture>("kept", "picture").then(
      (kept) => connect(key, kept?.owner === ownerOf(key) ? kept : null),
      () => connect(key, null),
    );
    starting = key;
  }

  function connect(key: string, kept: Kept | null): void {
    // Another key was given while the shelf was read, or this one was taken away.
    if (shelf && starting !== key) return;
    const told: Partial<Ears> = {
      ...ears,
      link: (value) => {
        link.value = value;
        if (value.state === "refused") shut(value.code === "forbidden" ? "forbidden" : "unauthorized", key);
        ears.link?.(value);
      },
      me: (value) => {
        me.value = value;
        ears.me?.(value);
      },
      zones: (value) => {
        zones.value = value;
        ears.zones?.(value);
      },
      orders: (value) => {
        const fewer = value.size < orders.peek().size;
        orders.value = value;
        // A countdown that begins with this news begins at its whole length.
        now.value = live?.now() ?? Date.now();
        ears.orders?.(value);
        // An offer that was declined must not come back because the page was left right after it.
        if (fewer) keep();
        else keepSoon();
      },
      alerts: (value) => {
        alerts.value = value;
        ears.alerts?.(value);
      },
      synced: (mode) => {
        batch(() => {
          ready.value = true;
          now.value = live?.now() ?? Date.now();
        });
        ears.synced?.(mode);
      },
    };
    batch(() => {
      live = openLive(namespace, key, told, undefined, kept);
      ready.value = kept !== null;
      now.value = live.now();
      signedIn.value = key;
    });
  }

  function keepSoon(): void {
    if (shelf) timer ??= setTimeout(keep, KEEP_EVERY_MS);
  }

  function keep(): void {
    clearTimeout(timer);
    timer = undefined;
    const kept = live?.kept();
    const key = signedIn.peek();
    if (!shelf || !kept || !key) return;
    const picture: OwnedPicture = { ...kept, owner: ownerOf(key) };
    shelf.put("kept", "picture", picture).catch(() => undefined);
  }

  function shut(because: "none" | "unauthorized" | "forbidden", key: string | null): void {
    live?.close();
    forgetKey(page);
    starting = null;
    // Whoever holds the phone now may no longer read it.
    void shelf?.remove("kept", "picture");
    signedIn.value = null;
    door.value = { open: false, because, keyRole: key ? roleOf(key) : null };
  }

  const session: Session<N> = {
    key: signedIn,
    door,
    link,
    me,
    zones,
    orders,
    alerts,
    ready,
    now: computed(() => now.value),
    live: () => live ?? missing(),
    rest: () => rest ?? missing(),
    signIn: (key) => {
      keepKey(page, key);
      start(key);
    },
    signOut: () => {
      shut("none", null);
      void shelf?.wipe();
    },
    refused: (error) => {
      if (!(error instanceof Refused) || error.problem.status !== 401) return false;
      shut("unauthorized", null);
      return true;
    },
  };
  const key = readKey(page);
  if (key) start(key);
  if (shelf) document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && keep());
  // A sign-in link opened in the tab that already shows this page only changes the part after the `#`.
  window.addEventListener("hashchange", () => {
    const given = readKey(page);
    if (given) start(given);
  });
  return session;
}

function missing(): never {
  throw new Error("the session is used only behind the sign-in screen");
}
