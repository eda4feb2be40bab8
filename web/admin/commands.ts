// What a dispatcher does, by REST, each said once and answered in words.

import { signal } from "@preact/signals";
import { Refused } from "../shared/live";
import type { MadeKey, Order } from "../shared/protocol";
import { toast } from "../shared/ui/toasts";
import { commonWords } from "../shared/words";
import { lists, session, shown } from "./state";
import { keyWords, peopleWords, words, zoneWords } from "./words";

/** What is under way, as `cancel <id>`: its buttons wait. */
export const busy = signal<ReadonlySet<string>>(new Set());

export type OrderCommand = keyof typeof words.done;

/** Gives a command about an order; true if it was carried out. */
export async function give(command: OrderCommand, order: Order, payload: object = {}): Promise<boolean> {
  const done = await during(`${command} ${order.id}`, () => session.rest().post(`/orders/${order.id}/${command}`, payload));
  if (done) toast(`${order.code} ${words.done[command]}`);
  return !!done;
}

/** The same for a panel that stays open when it was refused. */
export async function must(done: Promise<boolean>): Promise<void> {
  if (!(await done)) throw new Error("the command was not carried out");
}

export async function block(kind: "drivers" | "vendors", person: { id: string; name: string; blocked: boolean }): Promise<boolean> {
  const blocked = !person.blocked;
  const done = await during(`block ${person.id}`, () => session.rest().patch(`/${kind}/${person.id}`, { blocked }));
  if (!done) return false;
  await lists[kind].load();
  toast(blocked ? peopleWords.blocked(person.name) : peopleWords.unblocked(person.name));
  return true;
}

/** Says that a dispatcher sees to what an alert is about. */
export async function acknowledge(id: string): Promise<boolean> {
  return !!(await during(`acknowledge ${id}`, () => session.rest().post(`/alerts/${id}/acknowledge`, {})));
}

/** Makes a key and shows its link, once. */
export async function invite(to: { role: "admin" | "vendor" | "driver"; id?: string; who: string }): Promise<boolean> {
  const owner = to.role === "admin" ? {} : { [`${to.role}_id`]: to.id };
  const made = await during(`invite ${to.id ?? ""}`, () => session.rest().post<MadeKey>("/keys", { role: to.role, name: to.who, ...owner }));
  if (!made) return false;
  shown.value = { key: made, who: to.who };
  lists.keys.soon();
  return true;
}

export async function revoke(id: string, name: string): Promise<boolean> {
  return remove(`/keys/${id}`, "keys", keyWords.revoked(name));
}

export async function removeZone(id: string, name: string): Promise<boolean> {
  return remove(`/zones/${encodeURIComponent(id)}`, "zones", zoneWords.removed(name));
}

async function remove(path: string, list: "keys" | "zones", said: string): Promise<boolean> {
  const done = await during(`remove ${path}`, async () => {
    await session.rest().remove(path);
    return true;
  });
  if (!done) return false;
  await lists[list].load();
  toast(said);
  return true;
}

async function during<T>(key: string, ask: () => Promise<T>): Promise<T | null> {
  if (busy.value.has(key)) return null;
  busy.value = new Set(busy.value).add(key);
  try {
    return await ask();
  } catch (error) {
    if (session.refused(error)) return null;
    if (!(error instanceof Refused)) throw error;
    toast(error.uncertain ? commonWords.uncertain : error.message, "alarm");
    return null;
  } finally {
    busy.value = new Set([...busy.value].filter((one) => one !== key));
  }
}
