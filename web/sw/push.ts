// Pushes: says to the hub that they came, shows what the page itself does not show, and takes it away when it is over.

import { openShelf } from "../shared/shelf";
import { PAGE } from "./files";
import { type About, isOver, noticeOf, type Push, type Told, type Words } from "./notice";

declare const self: ServiceWorkerGlobalScope;

/** A page that is looked at answers at once, or it is not looked at. */
const ANSWER_WAIT_MS = 1_000;
const RECEIPT_TRIES = 3;
const RECEIPT_WAIT_MS = 2_000;

/** Safari takes the permission away from who gets pushes and shows nothing. */
const MUST_SHOW = /AppleWebKit/.test(navigator.userAgent) && !/Chrom/.test(navigator.userAgent);

const languages = import.meta.glob<{ pushWords: Words }>("../words/*/worker.ts", { eager: true });
const shelf = openShelf(PAGE.slice(1));

export async function takePush(push: Push): Promise<void> {
  await Promise.all([acknowledge(push.receipt), show(push)]);
}

export async function takeClick(notification: Notification): Promise<void> {
  notification.close();
  const about = notification.data as About | null;
  const url = about?.url ?? PAGE;
  const [open] = await pagesAt(url);
  if (!open) return void (await self.clients.openWindow(url));
  if (about) open.postMessage({ kind: "open", order: about.order } satisfies Told);
  await open.focus();
}

/** The browser has another address for pushes: only a page can tell the hub, since only a page has the key. */
export async function takeRenewal(): Promise<void> {
  const pages = await pagesAt(PAGE);
  for (const page of pages) page.postMessage({ kind: "resubscribe" } satisfies Told);
  if (pages.length) return;
  const { words, language } = await speech();
  await self.registration.showNotification(words.renewTitle, { body: words.renewTexts[PAGE], tag: "renew", lang: language, icon: "/icons/192.png" });
}

/** Takes away what is over. */
export async function tidy(): Promise<void> {
  const now_ms = await hubTime_ms();
  for (const notice of await self.registration.getNotifications()) {
    if (isOver(notice.data as About | null, now_ms)) notice.close();
  }
}

async function show(push: Push): Promise<void> {
  await tidy();
  if (push.kind === "offer_ended") return end(push);
  if (isOver({ expires_at: push.expires_at ?? null }, await hubTime_ms())) return;
  const isShown = await isOnAPage(push);
  if (isShown && !MUST_SHOW) return;
  const { words, language } = await speech();
  const { title, options } = noticeOf(push, words, language, isShown ? "silent" : "loud");
  await self.registration.showNotification(title, options);
}

async function end({ tag, code }: Push): Promise<void> {
  const ofOffer = async () => {
    const notices = await self.registration.getNotifications({ tag });
    return notices.filter((notice) => (notice.data as About | null)?.kind !== "message");
  };
  const open = await ofOffer();
  if (MUST_SHOW && !open.length) {
    const { words } = await speech();
    await self.registration.showNotification(words.ended(code), { tag, silent: true });
  }
  for (const notice of MUST_SHOW ? await ofOffer() : open) notice.close();
}

/** Whether somebody looks at a page that knows of it: that one rings by itself. */
async function isOnAPage(push: Push): Promise<boolean> {
  const pages = (await pagesAt(push.url)).filter((page) => page.visibilityState === "visible");
  const answers = await Promise.all(pages.map((page) => ask(page, push)));
  return answers.includes(true);
}

function ask(page: WindowClient, push: Push): Promise<boolean> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    const timer = setTimeout(() => resolve(false), ANSWER_WAIT_MS);
    port1.onmessage = ({ data }) => {
      clearTimeout(timer);
      resolve(data === "shown");
    };
    page.postMessage({ kind: "push", push } satisfies Told, [port2]);
  });
}

async function pagesAt(path: string): Promise<readonly WindowClient[]> {
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  return pages.filter((page) => new URL(page.url).pathname === path);
}

/** The vendor sees this as delivered. The receipt itself is the proof, so no key is needed. */
async function acknowledge(receipt: string | undefined): Promise<void> {
  if (!receipt) return;
  const body = JSON.stringify({ receipt, what: "delivered" });
  for (let tries = 0; tries < RECEIPT_TRIES; tries++) {
    const request = fetch("/api/v1/push/receipts", { method: "POST", headers: { "Content-Type": "application/json" }, body });
    const response = await request.catch(() => null);
    if (response && response.status < 500) return;
    await new Promise((resolve) => setTimeout(resolve, RECEIPT_WAIT_MS));
  }
}

/** The page leaves its language here, since a worker cannot see what was chosen in it. */
async function speech(): Promise<{ words: Words; language: string }> {
  const chosen = await shelf.get<string>("kept", "language").catch(() => undefined);
  const wanted = [chosen, ...navigator.languages].map((tag) => tag?.toLowerCase().split("-")[0]);
  const known = new Map(Object.entries(languages).map(([path, { pushWords }]) => [path.split("/").at(-2), pushWords]));
  const language = wanted.find((code) => known.has(code)) ?? "en";
  const words = known.get(language);
  if (!words) throw new Error("the worker was built without its words");
  return { words, language };
}

/** The phone's clock, as the hub had set it when the page was last open. */
async function hubTime_ms(): Promise<number> {
  const kept = await shelf.get<{ clock_ahead_ms?: number }>("kept", "picture").catch(() => undefined);
  return Date.now() + (kept?.clock_ahead_ms ?? 0);
}
