// The alarm of the offers: it rings and shakes until each is handled or gone.

import { computed, effect, signal } from "@preact/signals";
import type { Order } from "../shared/protocol";
import { startAlarm, stopAlarm } from "../shared/sound";
import { offers } from "./state";

/** Rounds of offers that this driver has handled or silenced, as `<order> <round>`. */
const quiet = signal<ReadonlySet<string>>(new Set());

/** Other tabs of this browser are the same driver, and the same pair of ears. */
const tabs = "BroadcastChannel" in globalThis ? new BroadcastChannel("waypost.driver.quiet") : null;
if (tabs) tabs.onmessage = ({ data }: MessageEvent<string[]>) => mute(data);

export const ringing = computed(() => offers.value.some((order) => !quiet.value.has(roundOf(order))));

effect(() => {
  if (ringing.value) startAlarm();
  else stopAlarm();
});

/** These offers ring no more, here and in other tabs. A new round of one rings again. */
export function silence(orders: readonly Order[]): void {
  const rounds = orders.map(roundOf);
  mute(rounds);
  tabs?.postMessage(rounds);
}

function mute(rounds: readonly string[]): void {
  quiet.value = new Set([...quiet.value, ...rounds]);
}

function roundOf(order: Order): string {
  return `${order.id} ${order.offer?.round ?? 0}`;
}
