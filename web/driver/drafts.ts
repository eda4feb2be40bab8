// What a driver has put together as a proof, by order: kept until the delivery is done and can no longer be taken back.

import { signal } from "@preact/signals";
import { shelf } from "./state";

/** The photo itself lies on the shelf: see `photo.ts`. */
export interface Draft {
  photo: boolean;
  pin: string;
  name: string;
  note: string;
}

type Drafts = ReadonlyMap<string, Draft>;

const NONE: Draft = { photo: false, pin: "", name: "", note: "" };

const drafts = signal<Drafts>(new Map());
let isRestored = false;

export function draftOf(order: string): Draft {
  return drafts.value.get(order) ?? NONE;
}

export function draft(order: string, change: Partial<Draft>): void {
  keep(new Map(drafts.value).set(order, { ...draftOf(order), ...change }));
}

/** A phone may close the page for its camera. */
export async function restoreDrafts(): Promise<void> {
  if (isRestored) return;
  const [kept, photos] = await Promise.all([shelf.get<Drafts>("kept", "proofs"), shelf.keys("photos")]).catch(() => [undefined, []] as const);
  const found = new Map(kept);
  for (const order of photos) found.set(order, { ...NONE, ...found.get(order), photo: true });
  isRestored = true;
  drafts.value = new Map([...found, ...drafts.value]);
}

/** All but those of these orders. */
export function dropDrafts(wanted: readonly string[]): void {
  if (!isRestored) return;
  const old = [...drafts.value.keys()].filter((order) => !wanted.includes(order));
  for (const order of old) void shelf.remove("photos", order);
  if (old.length) keep(new Map([...drafts.value].filter(([order]) => wanted.includes(order))));
}

function keep(now: Drafts): void {
  drafts.value = now;
  void shelf.put("kept", "proofs", now).catch(() => undefined);
}
