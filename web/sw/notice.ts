// A push as a notice on the screen, in the phone's language. Pure: shows nothing by itself.

import { distance, money } from "../shared/figures";
import type { Money } from "../shared/protocol";

export type Words = typeof import("../words/en/worker").pushWords;

/** What the hub encrypts for this browser: see `PushPayload` in the hub's documentation. Another kind may come from a newer hub. */
export interface Push {
  kind: string;
  order: string;
  code: string;
  /** In English, for a kind that this worker does not know. */
  title: string;
  body: string;
  tag: string;
  expires_at?: string | null;
  receipt?: string;
  /** The page to open. */
  url: string;
  words: Partial<{
    vendor: string;
    address: string;
    distance_m: number;
    package_count: number;
    pay: Money;
    from: string;
    text: string;
    reason: string;
    note: string;
    driver: string;
  }>;
}

/** What a worker says to its pages. */
export type Told = { kind: "push"; push: Push } | { kind: "open"; order: string } | { kind: "resubscribe" };

/** What goes with a notice until it is touched or closed. */
export interface About {
  kind: string;
  order: string;
  url: string;
  expires_at: string | null;
}

/** More than the type library knows of. */
export type Options = NotificationOptions & { renotify?: boolean; vibrate?: number[]; actions?: { action: string; title: string }[]; data: About };

const SHAKE_MS = [400, 150, 400, 150, 400];

export function noticeOf(push: Push, words: Words, language: string, how: "loud" | "silent" = "loud"): { title: string; options: Options } {
  const { kind, order, url, tag, expires_at = null } = push;
  const [title, body] = said(push, words);
  const isOffer = kind === "offer";
  const isLoud = how === "loud";
  return {
    title,
    options: {
      body,
      tag,
      lang: language,
      icon: "/icons/192.png",
      badge: "/icons/badge.png",
      renotify: isLoud,
      silent: !isLoud,
      // It stays until it is looked at or over: a driver with wet gloves does not look at once.
      requireInteraction: isOffer,
      ...(isOffer && isLoud && { vibrate: SHAKE_MS }),
      actions: [{ action: "open", title: words.open }],
      data: { kind, order, url, expires_at },
    },
  };
}

/** Whether it is of no use any more, by the hub's clock. */
export function isOver(about: Pick<About, "expires_at"> | null | undefined, now_ms: number): boolean {
  return !!about?.expires_at && Date.parse(about.expires_at) <= now_ms;
}

function said(push: Push, words: Words): [title: string, body: string] {
  const { code } = push;
  const { vendor = "", address, from = "", text = "", driver = "", reason, note } = push.words;
  switch (push.kind) {
    case "offer":
      return [words.offer(vendor), offered(push, words)];
    case "assigned":
      return [words.assigned(code, vendor), address ?? ""];
    case "unassigned":
      return [words.unassigned(code, vendor), reason ?? ""];
    case "message":
      return [words.message(from, code), text];
    case "arrived":
      return [words.arrived(driver, code), ""];
    case "problem":
      return [words.problem(code), [reason, note].filter(Boolean).join(": ")];
    case "expired":
      return [words.expired(code), words.expiredText];
    default:
      return [push.title, push.body];
  }
}

function offered({ words: { address, distance_m, package_count = 1, pay } }: Push, words: Words): string {
  const parts = [address, distance_m != null && words.away(distance(distance_m)), package_count > 1 && words.packages(package_count), pay && money(pay)];
  return parts.filter(Boolean).join(" · ");
}
