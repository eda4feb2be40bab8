// Notices while the page is not looked at: this phone's address for them, and what its worker asks of the page.

import { computed, effect } from "@preact/signals";
import type { Told } from "../sw/notice";
import type { DriversCommands } from "../shared/protocol";
import { readSettings } from "../shared/settings";
import { language } from "../shared/speak";
import { notifications } from "./device";
import { session, shelf, view } from "./state";
import { worker } from "./worker";

/** `off`: the hub has no key for it, or the driver is signing out; `not_asked`: the driver has not said yet whether he wants notices. */
export type Push = "subscribed" | "not_asked" | "denied" | "unsupported" | "off";

type Subscription = DriversCommands["push.subscribe"]["payload"];

/** Who signs out does not wait longer than this for the hub to hear of it. */
const FAREWELL_MS = 2_000;

/** One after the other: what a slow browser subscribes must not reach the hub after the driver has signed out. */
let underWay: Promise<unknown> = Promise.resolve();
let isLeaving = false;

// The worker cannot see what was chosen on the page.
effect(() => {
  if (!session.key.value) return;
  isLeaving = false;
  void shelf.put("kept", "language", language());
});

// Told to the hub on each connection: the browser may have changed the address meanwhile, and saying it again is harmless.
// And as soon as the driver has allowed notices, at the start of a shift or later.
const isLive = computed(() => session.link.value.state === "live");
effect(() => {
  if (notifications.value === "granted" && isLive.value) void subscribePush().catch(() => undefined);
});

// A key that the hub no longer takes is not to ring this phone any more.
let wasOpen = false;
effect(() => {
  const { open } = session.door.value;
  if (wasOpen && !open) void forgetSubscription();
  wasOpen = open;
});

/** Has the hub ring this phone while the page is closed, if the driver has allowed it. */
export function subscribePush(): Promise<Push> {
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
  await session.live().send("push.subscribe", subscription.toJSON() as Subscription);
  return "subscribed";
}

/** Before somebody signs out: afterwards there is no key to say it with. */
export async function unsubscribePush(): Promise<void> {
  isLeaving = true;
  const late = new Promise<void>((resolve) => setTimeout(resolve, FAREWELL_MS));
  await Promise.race([underWay.then(sayFarewell).catch(() => undefined), late]);
  await forgetSubscription();
}

async function sayFarewell(): Promise<void> {
  const subscription = await (await worker)?.pushManager?.getSubscription();
  if (!subscription || session.link.value.state === "offline") return;
  await session.live().send("push.unsubscribe", { endpoint: subscription.endpoint });
}

async function forgetSubscription(): Promise<void> {
  const registration = await worker;
  await (await registration?.pushManager?.getSubscription())?.unsubscribe();
  for (const notice of (await registration?.getNotifications?.()) ?? []) notice.close();
}

navigator.serviceWorker?.addEventListener("message", ({ data, ports }: MessageEvent<Told>) => {
  if (data.kind === "resubscribe") void subscribePush().catch(() => undefined);
  if (data.kind === "open") view.value = session.orders.value.get(data.order)?.driver ? data.order : "offers";
  if (data.kind === "push") ports[0]?.postMessage(takePush(data.push.kind, data.push.order));
});

/** A page that shows it rings by itself. One that does not has lost its connection without knowing. */
function takePush(kind: string, order: string): "shown" | "unknown" {
  const isLive = session.link.value.state === "live";
  if (isLive && (kind !== "offer" || session.orders.value.has(order))) return "shown";
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

function isMadeFor(subscription: PushSubscription, key: Uint8Array): boolean {
  const has = new Uint8Array(subscription.options.applicationServerKey ?? new ArrayBuffer(0));
  return has.length === key.length && has.every((byte, at) => byte === key[at]);
}

/** From base64url. */
function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}
