// The order that is being typed, and how it becomes what the hub takes.

import { signal } from "@preact/signals";
import { randomId } from "../shared/id";
import type { FieldError, Place, SubmitOrder } from "../shared/protocol";
import { formWords } from "./words";

export interface DraftItem {
  /** Tells the rows apart while they are typed. */
  key: number;
  name: string;
  quantity: number;
}

export interface Draft {
  /** The idempotency key: the same for every try to submit this one order. */
  key: string;
  items: readonly DraftItem[];
  address: string;
  contact: string;
  phone: string;
  lat: string;
  lng: string;
  instructions: string;
  notes: string;
  prep_minutes: number;
  ready: boolean;
}

const PREP_MINUTES_USUAL = 15;
let items = 0;

export function newItem(): DraftItem {
  return { key: ++items, name: "", quantity: 1 };
}

export function emptyDraft(): Draft {
  return {
    key: randomId(),
    items: [newItem()],
    address: "",
    contact: "",
    phone: "",
    lat: "",
    lng: "",
    instructions: "",
    notes: "",
    prep_minutes: PREP_MINUTES_USUAL,
    ready: false,
  };
}

export const draft = signal<Draft>(emptyDraft());

/** Leaves out what was left empty; everything else is for the hub to judge, but for what is no number at all. */
export function payloadOf(now: Draft): { payload: SubmitOrder; errors: FieldError[] } {
  const errors: FieldError[] = [];
  const number = (field: string, text: string): number | undefined => {
    if (!text.trim()) return undefined;
    const value = Number(text.trim().replace(",", "."));
    if (Number.isNaN(value)) errors.push({ field, message: formWords.number });
    return value;
  };
  const place: Place = {
    address: textOf(now.address),
    contact_name: textOf(now.contact),
    phone: textOf(now.phone),
    instructions: textOf(now.instructions),
    lat: number("dropoff.lat", now.lat),
    lng: number("dropoff.lng", now.lng),
  };
  const named = now.items.filter((item) => item.name.trim());
  const notes = textOf(now.notes);
  if (!named.length && !notes) errors.push({ field: "items", message: formWords.needed });
  const payload: SubmitOrder = {
    idempotency_key: now.key,
    items: named.map(({ name, quantity }) => ({ name: name.trim(), quantity })),
    ...(Object.values(place).some((part) => part !== undefined) && { dropoff: place }),
    ...(notes && { notes }),
    ...(now.ready ? { ready: true } : { prep_minutes: now.prep_minutes }),
  };
  return { payload, errors };
}

function textOf(typed: string): string | undefined {
  return typed.trim() || undefined;
}
