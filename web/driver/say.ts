// Says to the hub what the driver did: now, or as soon as there is a network. Nothing here runs before `state.ts` is there.

import { randomId } from "../shared/id";
import { Refused } from "../shared/live";
import type { DriversCommands } from "../shared/protocol";
import type { Entry } from "../shared/waiting";
import { chat, outbox, session } from "./state";
import { hold, type Outcome, settle } from "./tickets";

/** What a driver does that is worth doing late. A claim is not: an offer is live or it is not. */
const LATE = [
  "order.start",
  "order.arrive",
  "order.pick_up",
  "order.deliver",
  "order.return",
  "order.release",
  "order.problem",
  "order.message",
] as const;
export type Late = (typeof LATE)[number];

export function isLate(name: string): name is Late {
  return LATE.some((one) => one === name);
}

/** A driver with a network sees the answer, and not that it has to come first. */
const PATIENCE_MS = 4_000;

/** Now, by the hub's clock. */
export function occurredAt(): string {
  return new Date(session.live().now()).toISOString();
}

/**
 * Resolves once it was carried out or refused, or once it is clear that it has to wait. A refusal that comes later is kept in
 * the outbox and explained on the page.
 */
export async function say<K extends Late>(name: K, payload: DriversCommands[K]["payload"], more: { photo?: boolean } = {}): Promise<Outcome> {
  const at = occurredAt();
  const ticket = randomId();
  const outcome = session.link.peek().state === "live" ? hold(ticket, PATIENCE_MS) : ("waits" as const);
  const { code } = session.orders.peek().get(payload.id) ?? {};
  try {
    await outbox.add({ name, payload: { ...payload, occurred_at: at }, at, more: { ...more, ticket, code } });
  } catch (error) {
    settle(ticket, "waits");
    throw error;
  }
  return outcome;
}

/** For who knows only of what was carried out, and of refusals. */
export async function orRefused(outcome: Promise<Outcome>): Promise<"done" | "waits"> {
  const end = await outcome;
  if (typeof end === "string") return end;
  throw new Refused(end as Refused["problem"]);
}

export function takeDone({ name, payload, line, at, more }: Entry): void {
  const isAwaited = settle(more["ticket"], "done");
  if (name === "order.message" && !isAwaited) chat.said(line, String(payload["text"]), at);
}

/** Who pressed the button is told at once; who is told later finds it on the page. */
export function takeRefusal({ id, refusal, more }: Entry): void {
  if (refusal && settle(more["ticket"], refusal)) void outbox.dismiss(id);
}
