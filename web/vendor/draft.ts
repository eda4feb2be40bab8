// The order that is being typed, and how it becomes what the hub takes. Pure, but for chance.

import { locale } from "../shared/format";
import { randomId } from "../shared/id";
import type { FieldError, Order, OrderSize, Place, SubmitOrder, UpdateOrder } from "../shared/protocol";
import { currencyOf, minorUnits, typedAmount } from "./amount";
import type { Recipient } from "./recipients";
import { formWords } from "./words";

export interface DraftItem {
  /** Tells the rows apart while they are typed. */
  key: number;
  name: string;
  quantity: number;
  note: string;
}

export const SIZES: readonly OrderSize[] = ["small", "medium", "large", "xlarge"];
export const WHENS = ["prepare", "ready", "later"] as const;

export interface Draft extends Recipient {
  /** The idempotency key: the same for every try to submit this one order. */
  key: string;
  items: readonly DraftItem[];
  notes: string;
  size: OrderSize;
  /** What the driver must bring, with commas between. */
  needs: string;
  packages: number;
  cash: string;
  currency: string;
  /** It is being prepared, it is ready now, or it is wanted later. */
  when: (typeof WHENS)[number];
  prep_minutes: number;
  /** Local, as `2026-01-05T18:30`. */
  scheduled: string;
  auto_ready: boolean;
}

const PREP_MINUTES_USUAL = 15;
let items = 0;

export function newItem(name = "", quantity = 1, note = ""): DraftItem {
  return { key: ++items, name, quantity, note };
}

export function emptyDraft(currency = currencyOf(locale())): Draft {
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
    size: "small",
    needs: "",
    packages: 1,
    cash: "",
    currency,
    when: "prepare",
    prep_minutes: PREP_MINUTES_USUAL,
    scheduled: "",
    auto_ready: false,
  };
}

/** A draft that was kept, as far as it is one. */
export function draftFrom(found: unknown): Draft {
  const empty = emptyDraft();
  if (typeof found !== "object" || found === null) return empty;
  const parts = found as Partial<Record<keyof Draft, unknown>>;
  const same = Object.entries(empty).filter(([name, usual]) => name !== "items" && typeof parts[name as keyof Draft] === typeof usual);
  const rows = Array.isArray(parts.items) ? parts.items.flatMap(itemFrom) : [];
  const draft = { ...empty, ...Object.fromEntries(same.map(([name]) => [name, parts[name as keyof Draft]])) } as Draft;
  return {
    ...draft,
    items: rows.length ? rows : empty.items,
    size: SIZES.includes(draft.size) ? draft.size : empty.size,
    when: WHENS.includes(draft.when) ? draft.when : empty.when,
    // Where nothing was typed, other tabs begin as well, each with another order.
    ...(isEmpty(draft) && { key: empty.key }),
  };
}

function itemFrom(found: unknown): DraftItem[] {
  const { name, quantity, note } = (found ?? {}) as Partial<DraftItem>;
  return typeof name === "string" && typeof quantity === "number" ? [newItem(name, quantity, typeof note === "string" ? note : "")] : [];
}

/** Nothing has been typed yet. */
export function isEmpty(draft: Draft): boolean {
  const { key: _key, currency: _currency, items: rows, ...rest } = draft;
  const { key: _k, currency: _c, items: _i, ...usual } = emptyDraft();
  return rows.every((row) => !row.name && !row.note) && JSON.stringify(rest) === JSON.stringify(usual);
}

/** What it is, in a line; where nothing is said of that yet, where it goes. */
export function contentsOf({ items: rows, notes, contact, address }: Draft): string {
  const named = rows.filter((row) => row.name.trim()).map((row) => `${row.quantity} × ${row.name.trim()}`);
  return named.join(", ") || notes || [contact, address].filter(Boolean).join(", ");
}

/** An order as it would be typed: to change it, or to have the same once more. */
export function draftOf(order: Order): Draft {
  const { dropoff: place, cash_to_collect: cash } = order;
  const rows = order.items.map((item) => newItem(item.name, item.quantity ?? 1, item.note ?? ""));
  return {
    ...emptyDraft(cash?.currency),
    items: rows.length ? rows : [newItem()],
    address: place?.address ?? "",
    contact: place?.contact_name ?? "",
    phone: place?.phone ?? "",
    lat: place?.lat == null ? "" : String(place.lat),
    lng: place?.lng == null ? "" : String(place.lng),
    instructions: place?.instructions ?? "",
    notes: order.notes ?? "",
    size: order.size,
    needs: order.needs.join(", "),
    packages: order.package_count,
    cash: cash ? typedAmount(cash.amount, cash.currency) : "",
    when: order.scheduled_for ? "later" : "prepare",
    prep_minutes: order.prep_minutes ?? PREP_MINUTES_USUAL,
    scheduled: order.scheduled_for ? localTime(Date.parse(order.scheduled_for)) : "",
    auto_ready: order.auto_ready,
  };
}

/** What a field for a local day and time takes. */
export function localTime(at_ms: number): string {
  const there = new Date(at_ms);
  return new Date(at_ms - there.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/**
 * Leaves out what was left empty; everything else is for the hub to judge, but for what is no number, amount or
 * time at all, and for a time that had passed at `now_ms`.
 */
export function payloadOf(now: Draft, now_ms = 0): { payload: SubmitOrder; errors: FieldError[] } {
  const errors: FieldError[] = [];
  const wrong = (field: string, message: string) => void errors.push({ field, message });
  const place = placeOf(now, wrong);
  const named = now.items.filter((item) => item.name.trim());
  const notes = textOf(now.notes);
  if (!named.length && !notes) wrong("items", formWords.needed);
  const needs = [...new Set(now.needs.split(/[,;\n]/).map((need) => need.trim()).filter(Boolean))];
  const cash = now.cash.trim() ? minorUnits(now.cash, now.currency, locale()) : 0;
  if (cash === null) wrong("cash_to_collect", formWords.amount);
  const payload: SubmitOrder = {
    idempotency_key: now.key,
    items: named.map(({ name, quantity, note }) => ({ name: name.trim(), quantity, ...(note.trim() && { note: note.trim() }) })),
    ...(Object.values(place).some((part) => part !== undefined) && { dropoff: place }),
    ...(notes && { notes }),
    ...(now.size !== "small" && { size: now.size }),
    ...(needs.length && { needs }),
    ...(now.packages !== 1 && { package_count: now.packages }),
    ...(cash && { cash_to_collect: { amount: cash, currency: now.currency } }),
    ...timeOf(now, now_ms, wrong),
  };
  return { payload, errors };
}

/** The shortest numbers that anybody answers have three, such as those within a house. */
const DIGITS_MIN = 3;

type Wrong = (field: string, message: string) => void;

function placeOf(now: Draft, wrong: Wrong): Place {
  const number = (field: string, text: string): number | undefined => {
    if (!text.trim()) return undefined;
    const value = Number(text.trim().replace(",", "."));
    if (Number.isNaN(value)) wrong(field, formWords.number);
    return value;
  };
  if (now.phone.trim() && now.phone.replace(/\D/g, "").length < DIGITS_MIN) wrong("dropoff.phone", formWords.digits);
  return {
    address: textOf(now.address),
    contact_name: textOf(now.contact),
    phone: textOf(now.phone),
    instructions: textOf(now.instructions),
    lat: number("dropoff.lat", now.lat),
    lng: number("dropoff.lng", now.lng),
  };
}

function timeOf(now: Draft, now_ms: number, wrong: Wrong): Partial<SubmitOrder> {
  if (now.when === "ready") return { ready: true };
  const auto = now.auto_ready && { auto_ready: true };
  if (now.when === "prepare") return { prep_minutes: now.prep_minutes, ...auto };
  const at = Date.parse(now.scheduled);
  if (Number.isNaN(at)) wrong("scheduled_for", formWords.time);
  else if (at <= now_ms) wrong("scheduled_for", formWords.passed);
  return { prep_minutes: now.prep_minutes, ...(!Number.isNaN(at) && { scheduled_for: new Date(at).toISOString() }), ...auto };
}

const CHANGEABLE = ["items", "dropoff", "notes", "size", "needs", "package_count", "cash_to_collect", "prep_minutes", "scheduled_for", "auto_ready"] as const;
/** What the hub takes for something that a submission leaves out. */
const LEFT_OUT: Partial<Record<(typeof CHANGEABLE)[number], unknown>> = { size: "small", needs: [], package_count: 1, auto_ready: false };

/** What is to be different about an order; null if nothing is. */
export function changesOf(before: Draft, after: Draft, version: number): UpdateOrder | null {
  const [old, now] = [payloadOf(before).payload, payloadOf(after).payload];
  const different = CHANGEABLE.filter((part) => JSON.stringify(old[part]) !== JSON.stringify(now[part]));
  if (!different.length) return null;
  const parts = different.map((part) => [part, now[part] ?? LEFT_OUT[part] ?? null]);
  return { version, ...(Object.fromEntries(parts) as Partial<UpdateOrder>) };
}

function textOf(typed: string): string | undefined {
  return typed.trim() || undefined;
}
