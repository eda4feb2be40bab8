// Notices while a page is not looked at: this browser's address for them, and what its worker asks of the page.

import { computed, effect, type ReadonlySignal } from "@preact/signals";
import type { Told } from "../sw/notice";
import type { DriversCommands } from "./protocol";
import type { Session } from "./session";
import { readSettings } from "./settings";
import type { Shelf } from "./shelf";
import { language } from "./speak";

/** `off`: the hub has no key for it, or somebody is signing out; `not_asked`: nobody has said yet whether notices are wanted. */
export type Push = "subscribed" | "not_asked" | "denied" | "unsupported" | "off";

type Subscription = DriversCommands["push.subscribe"]["payload"];

export interface Ground {
  session: Session<"/drivers"> | Session<"/orders">;
  shelf: Shelf;
  worker: Promise<ServiceWorkerRegistration> | null;
  /** Whoever works here wants notices, and the browser may show them. */
  wanted: ReadonlySignal<boolean>;
  /** A notice was touched. */
  open(order: string): void;
  /** Whether the page shows by itself what this push says, as long as it is live. */
  shows(kind: string, order: string): boolean;
}

export interface Pushes {
  /** Has the hub ring this device while the page is closed, if that is allowed. */
  subscribe(): Promise<Push>;
  /** Before somebody signs out, since afterwards there is no key to say it with; or has had enough. */
  unsubscribe(): Promise<void>;
}

/** Who signs out does not wait longer than this for the hub to hear of it. */
const FAREWELL_MS = 2_000;

export function openPush({ session, shelf, worker, wanted, open, shows }: Ground): Pushes {
  // Both namespaces know these two commands alike.
  const { live } = session as Session<"/drivers">;

  /** One after the other: what a slow browser subscribes must not reach the hub after somebody has signed out. */
  let underWay: Promise<unknown> = Promise.resolve();
  let isLeaving = false;

  // The worker cannot see what was chosen on the page.
  effect(() => {
    if (!session.key.value) return;
    isLeaving = false;
    void shelf.put("kept", "language", language());
  });

  // Who switches it off and on again is not leaving.
  effect(() => {
    if (wanted.value) isLeaving = false;
  });

  // Told to the hub on each connection: the browser may have changed the address meanwhile, and saying it again is harmless.
  // And as soon as they are wanted and allowed.
  const isLive = computed(() => session.link.value.state === "live");
  effect(() => {
    if (wanted.value && isLive.value) void subscribePush().catch(() => undefined);
  });

  // A key that the hub no longer takes is not to ring this device any more.
  let wasOpen = false;
  effect(() => {
    const { open } = session.door.value;
    if (wasOpen && !open) void forgetSubscription();
    wasOpen = open;
  });

  function subscribePush(): Promise<Push> {
    const subscribed = underWay.then(subscribe);
    underWay = subscribed.catch(() => undefined);
    return subscribed;
  }

  async function subscribe(): Promise<Push> {
    if (!worker || !("PushManager" in globalThis) || !("Notification" in globalThis)) return "unsupported";
    if (isLeaving) return "off";
    if (Notification.permission === "denied") return "denied";
    if (Notification.permission === "default") return "not_asked";
    const { push_public_key } = await readSettings();
    if (!push_public_key) return "off";
    const { pushManager } = await worker;
    const wanted = bytesOf(push_public_key);
    let subscription = await pushManager.getSubscription();
    if (subscription && !isMadeFor(subscription, wanted)) {
      await subscription.unsubscribe();
      subscription = null;
    }
    subscription ??= await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: wanted });
    await live().send("push.subscribe", subscription.toJSON() as Subscription);
    return "subscribed";
  }

  async function unsubscribePush(): Promise<void> {
    isLeaving = true;
    const late = new Promise<void>((resolve) => setTimeout(resolve, FAREWELL_MS));
    await Promise.race([underWay.then(sayFarewell).catch(() => undefined), late]);
    await forgetSubscription();
  }

  async function sayFarewell(): Promise<void> {
    const subscription = await (await worker)?.pushManager?.getSubscription();
    if (!subscription || session.link.value.state === "offline") return;
    await live().send("push.unsubscribe", { endpoint: subscription.endpoint });
  }

  async function forgetSubscription(): Promise<void> {
    const registration = await worker;
    await (await registration?.pushManager?.getSubscription())?.unsubscribe();
    for (const notice of (await registration?.getNotifications?.()) ?? []) notice.close();
  }

  navigator.serviceWorker?.addEventListener("message", ({ data, ports }: MessageEvent<Told>) => {
    if (data.kind === "resubscribe") void subscribePush().catch(() => undefined);
    if (data.kind === "open") open(data.order);
    if (data.kind === "push") ports[0]?.postMessage(takePush(data.push.kind, data.push.order));
  });

  /** A page that shows it rings by itself. One that does not has lost its connection without knowing. */
  function takePush(kind: string, order: string): "shown" | "unknown" {
    if (isLive.peek() && shows(kind, order)) return "shown";
    if (session.key.value) session.live().restart();
    return "unknown";
  }

  // Who looks at the page has seen what the notices said.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible") return;
    void worker?.then(async (registration) => {
      for (const notice of await registration.getNotifications()) notice.close();
    });
  });

  return { subscribe: subscribePush, unsubscribe: unsubscribePush };
}

function isMadeFor(subscription: PushSubscription, key: Uint8Array): boolean {
  const has = new Uint8Array(subscription.options.applicationServerKey ?? new ArrayBuffer(0));
  return has.length === key.length && has.every((byte, at) => byte === key[at]);
}

/** From base64url. */
function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}
