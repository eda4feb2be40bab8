// What a driver can do, each said once and answered in words.

import { signal } from "@preact/signals";
import { Refused } from "../shared/live";
import type { DriversCommands, Order } from "../shared/protocol";
import { toast } from "../shared/ui/toasts";
import { OutboxFull } from "../shared/waiting";
import { commonWords } from "../shared/words";
import { isLate, occurredAt, orRefused, say } from "./say";
import { session, spoken, view } from "./state";
import { lastStep, noteStep, type Undoable } from "./undo";
import { offlineWords, shiftWords, words } from "./words";

/** Commands under way, as `order.claim <id>`: their buttons wait. */
export const busy = signal<ReadonlySet<string>>(new Set());

/** What the hub wants to know before the step of this order: the pickup code, or a proof of delivery. */
export const asked = signal<{ id: string; what: "code" | "proof"; said: string; fields: readonly string[] } | null>(null);

/** What became of it: carried out, kept until there is a network, or refused. */
type Given = "done" | "waits" | null;

/** Codes that [`asked`] answers, or that the notices already tell. */
const ASKING = ["proof_required", "wrong_code"];
const SECOND_TAP_MS = 600;
const NOTICED = ["already_claimed", "offer_closed", "not_found"];

export async function claim(order: Order): Promise<void> {
  const won = await give("order.claim", { id: order.id }, NOTICED);
  if (!won) return;
  view.value = order.id;
  toast(words.won(order.code));
}

export async function decline(order: Order): Promise<void> {
  await give("order.decline", { id: order.id, reason: words.declineReason });
}

export async function setZone(zone: string, joined: "in" | "out"): Promise<void> {
  if (joined === "in") await give("zone.join", { zone });
  else await give("zone.leave", { zone });
}

/** Off duty for so many minutes; the hub brings him back by itself. */
export async function pause(minutes: number): Promise<void> {
  if (await give("driver.pause", { minutes })) spoken.value = shiftWords.pause.started(minutes);
}

export async function resume(): Promise<void> {
  if (await give("driver.resume", {})) spoken.value = shiftWords.pause.over;
}

/** Off duty for good, out of a break: the hub knows no other way to forget that he comes back. */
export async function endShift(): Promise<void> {
  if (!(await give("driver.resume", {}))) return;
  for (const zone of session.zones.value) await setZone(zone, "out");
}

/** The one next step of a job. */
export async function step(order: Order, given: { code?: string; proof?: Proof; photo?: boolean } = {}): Promise<void> {
  const { id, status } = order;
  if (status === "arrived_at_pickup" && order.pickup_code_required && !given.code) {
    asked.value = { id, what: "code", said: words.codeAsk, fields: [] };
    return;
  }
  // The step before this one is no longer the last.
  lastStep.value = null;
  if (status === "assigned") await give("order.start", { id });
  else if (status === "enroute_to_pickup" || status === "picked_up") {
    const [place, next] = status === "picked_up" ? (["dropoff", "arrived_at_dropoff"] as const) : (["pickup", "arrived_at_pickup"] as const);
    if ((await give("order.arrive", { id, place })) === "done") noteStep(order, next);
  } else if (status === "arrived_at_pickup") {
    const done = await settle(order, "order.pick_up", { id, ...(given.code && { code: given.code }) });
    if (done === "done") noteStep(order, "picked_up");
  } else if (status === "arrived_at_dropoff") {
    const { proof, photo } = given;
    const done = await settle(order, "order.deliver", { id, ...(proof && { proof }) }, { ...(photo && { photo }) });
    if (done === "done") noteStep(order, "delivered");
  }
}

/** A proof that nobody asked for: it goes with the delivery. */
export function showProof({ id }: Order): void {
  asked.value = { id, what: "proof", said: "", fields: ["photo", "name", "note"] };
}

/** Takes the last step back. */
export async function undo({ id, code }: Undoable): Promise<void> {
  if (!(await give("order.undo", { id, occurred_at: occurredAt() }))) return;
  lastStep.value = null;
  view.value = id;
  toast(words.undone(code), "move");
}

export async function reportProblem(order: Order, reason: string, note: string): Promise<void> {
  await must(give("order.problem", { id: order.id, reason, ...(note && { note }) }));
  spoken.value = words.problemReported(order.code);
}

export async function solveProblem(order: Order): Promise<void> {
  if (await give("order.problem", { id: order.id, resolved: true })) toast(words.problemOver(order.code));
}

export async function release(order: Order, reason: string): Promise<void> {
  const given = await must(give("order.release", { id: order.id, reason }));
  if (given === "done") toast(words.released(order.code), "move");
}

export async function bringBack(order: Order, reason: string): Promise<void> {
  await must(give("order.return", { id: order.id, reason }));
}

type Proof = NonNullable<DriversCommands["order.deliver"]["payload"]["proof"]>;

async function settle<K extends "order.pick_up" | "order.deliver">(
  order: Order,
  name: K,
  payload: DriversCommands[K]["payload"],
  more: { photo?: boolean } = {},
): Promise<Given> {
  const refusal: { problem?: Refused["problem"] } = {};
  const done = await give(name, payload, ASKING, refusal, more);
  const { problem } = refusal;
  asked.value =
    problem && ASKING.includes(problem.code)
      ? {
          id: order.id,
          what: name === "order.pick_up" ? "code" : "proof",
          said: problem.detail,
          fields: (problem.errors ?? []).map((error) => error.field),
        }
      : null;
  return done;
}

/** Gives a command, or keeps it if it is worth saying late. A refusal is said in a toast unless `quiet` names its code. */
async function give<K extends keyof DriversCommands>(
  name: K,
  payload: DriversCommands[K]["payload"],
  quiet: readonly string[] = [],
  refusal: { problem?: Refused["problem"] } = {},
  more: { photo?: boolean } = {},
): Promise<Given> {
  const key = `${name} ${"id" in payload ? payload.id : "zone" in payload ? payload.zone : ""}`;
  if (busy.value.has(key)) return null;
  busy.value = new Set(busy.value).add(key);
  const free = () => (busy.value = new Set([...busy.value].filter((one) => one !== key)));
  try {
    const done = isLate(name) ? await orRefused(say(name, payload as never, more)) : await session.live().send(name, payload as never);
    if (done !== "waits") return "done";
    // What is only kept is kept at once: a second tap of a wet glove is not the next step.
    await new Promise((resolve) => setTimeout(resolve, SECOND_TAP_MS));
    return "waits";
  } catch (error) {
    if (error instanceof OutboxFull) toast(offlineWords.full, "alarm");
    if (error instanceof OutboxFull) return null;
    if (!(error instanceof Refused)) throw error;
    refusal.problem = error.problem;
    if (!quiet.includes(error.code)) toast(error.uncertain ? commonWords.uncertain : error.message, "alarm");
    return null;
  } finally {
    free();
  }
}

async function must(given: Promise<Given>): Promise<"done" | "waits"> {
  const found = await given;
  if (!found) throw new Error("the command was not carried out");
  return found;
}
