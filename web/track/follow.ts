// Following a delivery over its stream of events. Knows no framework, and comes back by itself for as long as it takes.

import { backoff_ms } from "../shared/live/backoff";
import type { Track } from "../shared/protocol";

export type LinkState = "connecting" | "live" | "offline" | "again";

export interface Ears {
  track(track: Track): void;
  link(state: LinkState): void;
  /** The link leads nowhere any more. */
  gone(): void;
}

/** The hub says something every 15 s; after this much silence the connection is taken to be dead. */
const SILENCE_MS_MAX = 40_000;

/** Follows the delivery whose page is at `address`. */
export function follow(address: string, ears: Ears): void {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let tries = 0;
  let heard_at_ms = 0;
  let isOver = false;

  function open(): void {
    clearTimeout(timer);
    source?.close();
    const opened = new EventSource(`${address}/events`);
    source = opened;
    const heard = <T>(name: string, hear: (data: T) => void) =>
      opened.addEventListener(name, (event) => {
        if (opened !== source) return;
        tries = 0;
        hear(JSON.parse((event as MessageEvent<string>).data) as T);
      });
    heard<Track>("track", (track) => {
      watch();
      ears.track(track);
      ears.link("live");
    });
    heard("ended", end);
    heard<{ reconnect_after_ms: number }>("stopping", ({ reconnect_after_ms }) => again(reconnect_after_ms));
    // Browsers come back by themselves from some failures and not from others; this way there is one rule.
    opened.addEventListener("error", () => opened === source && void lookAgain());
    watch();
  }

  /** Waits for the next word, but not for ever. */
  function watch(): void {
    heard_at_ms = Date.now();
    clearTimeout(timer);
    timer = setTimeout(() => again(0), SILENCE_MS_MAX);
  }

  async function lookAgain(): Promise<void> {
    again(backoff_ms(++tries));
    if (!navigator.onLine) return;
    const answer = await fetch(address, { method: "HEAD", cache: "no-store" }).catch(() => null);
    if (answer?.status === 404) end();
  }

  function again(after_ms: number): void {
    if (isOver) return;
    source?.close();
    source = null;
    clearTimeout(timer);
    ears.link(navigator.onLine ? "again" : "offline");
    timer = setTimeout(open, after_ms);
  }

  function end(): void {
    isOver = true;
    source?.close();
    source = null;
    clearTimeout(timer);
    ears.gone();
  }

  addEventListener("offline", () => isOver || ears.link("offline"));
  addEventListener("online", () => isOver || open());
  // A phone that slept may have slept through the end of its connection.
  document.addEventListener("visibilitychange", () => {
    if (!isOver && document.visibilityState === "visible" && Date.now() - heard_at_ms > SILENCE_MS_MAX / 2) open();
  });
  ears.link("connecting");
  open();
}
