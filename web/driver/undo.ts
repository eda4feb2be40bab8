// The last step, for as long as it can be taken back.

import { computed, signal } from "@preact/signals";
import type { Order, OrderStatus } from "../shared/protocol";
import { session } from "./state";

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

export const lastStep = signal<Undoable | null>(null);

/** The last step while it can still be undone. */
export const undoable = computed(() => (lastStep.value && session.now.value < lastStep.value.until_ms ? lastStep.value : null));

export const undoLeft_s = computed(() => (undoable.value ? Math.ceil((undoable.value.until_ms - session.now.value) / 1000) : 0));

/** A step was carried out, one that can be undone: it is the last one from now on. */
export function noteStep({ id, code }: Pick<Order, "id" | "code">, status: OrderStatus): void {
  lastStep.value = { id, code, status, until_ms: session.live().now() + UNDO_MS };
}
