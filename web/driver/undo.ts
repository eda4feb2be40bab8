// The last step, for as long as it can be taken back: after a reload too, and in every tab of this browser.

import { computed, signal } from "@preact/signals";
import type { Order, OrderStatus } from "../shared/protocol";
import { session, shelf } from "./state";

export interface Undoable {
  id: string;
  code: string;
  /** Where the step has led to. */
  status: OrderStatus;
  /** Unix milliseconds by the hub's clock. */
  until_ms: number;
}

/** The hub counts ten seconds from when it heard of the step; a part of the last one is the way there. */
const UNDO_MS = 9_700;

const lastStep = signal<Undoable | null>(null);

const tabs = "BroadcastChannel" in globalThis ? new BroadcastChannel("waypost.driver.step") : null;
if (tabs) tabs.onmessage = ({ data }: MessageEvent<Undoable | null>) => void (lastStep.value = data);

/** The last step while it can still be undone. Where the order has moved on, another step would be taken back instead. */
export const undoable = computed(() => {
  const step = lastStep.value;
  if (!step || session.now.value >= step.until_ms) return null;
  const now = session.orders.value.get(step.id)?.status;
  return now === (step.status === "delivered" ? undefined : step.status) ? step : null;
});

export const undoLeft_s = computed(() => (undoable.value ? Math.ceil((undoable.value.until_ms - session.now.value) / 1000) : 0));

/** A step was carried out, one that can be undone: it is the last one from now on. */
export function noteStep({ id, code }: Pick<Order, "id" | "code">, status: OrderStatus): void {
  take({ id, code, status, until_ms: session.live().now() + UNDO_MS });
}

/** Another step is under way, or was just taken back. */
export function forgetStep(): void {
  take(null);
}

export async function restoreStep(): Promise<void> {
  lastStep.value ??= (await shelf.get<Undoable | null>("kept", "step").catch(() => null)) ?? null;
}

function take(step: Undoable | null): void {
  lastStep.value = step;
  tabs?.postMessage(step);
  void shelf.put("kept", "step", step).catch(() => undefined);
}
