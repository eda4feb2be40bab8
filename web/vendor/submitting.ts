// From the form to the hub: kept first, so that neither a reload nor a dead network loses an order, and never made twice.

import type { Entry } from "../shared/outbox";
import type { FieldError, Order } from "../shared/protocol";
import { toast } from "../shared/ui/toasts";
import { type Draft, draftFrom, payloadOf } from "./draft";
import { remember } from "./recipients";
import { arrived, chat, lastCurrency, recipients, remembers, session, waiting } from "./state";
import { formWords as words } from "./words";

/** The form waits so long for the hub's answer before it lets the order wait by itself. */
const ANSWER_WAIT_MS = 4_000;

export type Outcome =
  | { is: "in"; order: Order }
  /** It is kept, and goes out by itself. */
  | { is: "waiting" }
  | { is: "refused"; errors: readonly FieldError[]; detail: string };

const listeners = new Map<string, (outcome: Outcome) => void>();

/** @throws [`OutboxFull`] if nothing more can wait. */
export async function submit(draft: Draft): Promise<Outcome> {
  const { payload } = payloadOf(draft);
  const entry = await waiting.add({ name: "order.submit", payload: { ...payload }, more: { draft } });
  if (remembers.peek()) recipients.value = remember(recipients.peek(), recipientOf(draft));
  if (draft.cash.trim()) lastCurrency.value = draft.currency;
  if (session.link.peek().state !== "live") return { is: "waiting" };
  return new Promise((resolve) => {
    const settle = (outcome: Outcome) => {
      clearTimeout(timer);
      listeners.delete(entry.id);
      resolve(outcome);
    };
    const timer = setTimeout(() => settle({ is: "waiting" }), ANSWER_WAIT_MS);
    listeners.set(entry.id, settle);
  });
}

/** What waits was carried out. */
export function heardBack(entry: Entry, data: unknown): void {
  if (entry.name === "order.message") chat.said(entry.line, String(entry.payload["text"]), entry.at);
  if (entry.name !== "order.submit") return;
  const order = data as Order;
  toast(words.submitted(order.code));
  listeners.get(entry.id)?.({ is: "in", order });
}

/** It was refused: the form says so if it still waits for it, or else the card of the order that is not in. */
export function refusedLate(entry: Entry): void {
  const { errors = [], detail = "" } = entry.refusal ?? {};
  const listener = listeners.get(entry.id);
  if (!listener) return toast(entry.name === "order.submit" ? words.notIn : detail, "alarm");
  void waiting.dismiss(entry.id);
  listener({ is: "refused", errors, detail });
}

/** New orders that the hub does not have yet, oldest first. */
export function unsent(): readonly Entry[] {
  return waiting.entries.value.filter((entry) => entry.name === "order.submit" && !listeners.has(entry.id) && !arrived.value.has(entry.id));
}

/** A command about an order that waits for the network. */
export function waitingFor(order: Order): Entry | undefined {
  return waiting.entries.value.find((entry) => entry.payload["id"] === order.id && entry.state !== "refused" && entry.name !== "order.message");
}

/** Lines of its chat that wait for the network. */
export function linesFor(order: Order): readonly Entry[] {
  return waiting.entries.value.filter((entry) => entry.line === order.id && entry.state !== "refused" && entry.name === "order.message" && !arrived.value.has(entry.id));
}

/** What was typed for it. */
export function draftIn(entry: Entry): Draft {
  return draftFrom(entry.more["draft"]);
}

function recipientOf({ address, contact, phone, instructions, lat, lng }: Draft) {
  return { address: address.trim(), contact: contact.trim(), phone: phone.trim(), instructions: instructions.trim(), lat, lng };
}
