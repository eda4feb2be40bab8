// Who pressed a button waits a moment for what became of it. Imports nothing of the page, so that everything may import it.

import { signal } from "@preact/signals";
import type { Refusal } from "../shared/waiting";

/** `waits`: it is kept, and said to the hub when that is possible. */
export type Outcome = "done" | "waits" | Refusal;

/** Tickets that somebody still holds: what they stand for is not shown as waiting yet. */
export const held = signal<ReadonlySet<unknown>>(new Set());

const open = new Map<string, (outcome: Outcome) => void>();

/** Resolves to what becomes of this ticket, or to `waits` after `patience_ms`. */
export function hold(ticket: string, patience_ms: number): Promise<Outcome> {
  return new Promise((resolve) => {
    const end = (outcome: Outcome) => {
      clearTimeout(timer);
      open.delete(ticket);
      held.value = new Set(open.keys());
      resolve(outcome);
    };
    const timer = setTimeout(() => end("waits"), patience_ms);
    open.set(ticket, end);
    held.value = new Set(open.keys());
  });
}

/** Says it to who holds the ticket; false if nobody does any more. */
export function settle(ticket: unknown, outcome: Outcome): boolean {
  const end = typeof ticket === "string" ? open.get(ticket) : undefined;
  end?.(outcome);
  return end !== undefined;
}

/** The network is gone: nobody needs to wait any longer. */
export function letGo(): void {
  for (const end of [...open.values()]) end("waits");
}
