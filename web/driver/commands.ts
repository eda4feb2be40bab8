// What a driver can do, each said once and answered in words.

import { signal } from "@preact/signals";
import { Refused } from "../shared/live";
import type { DriversCommands, FieldError, Order } from "../shared/protocol";
import { toast } from "../shared/ui/toasts";
import { OutboxFull, type Refusal } from "../shared/waiting";
import { commonWords } from "../shared/words";
import { draftOf } from "./drafts";
import { isLate, occurredAt, orRefused, say } from "./say";
import { aboutJob, session, spoken, view } from "./state";
import { forgetStep, noteStep, type Undoable } from "./undo";
import { offlineWords, shiftWords, words } from "./words";

/** Commands under way, as `order.claim <id>`: their buttons wait. */
export const busy = signal<ReadonlySet<string>>(new Set());

export interface Asked {
  id: string;
  what: "code" | "proof";
  said: string;
  /** All of them where it is empty. */
  fields: readonly string[];
  errors: readonly FieldError[];
}

/** What the hub wants to know before the step of this order: the pickup code, or a proof of delivery. */
export const asked = signal<Asked | null>(null);

/** Something was just pressed, and what lies under the thumb now is another thing: a wet glove taps more than once. */
export const resting = signal(false);

/** What became of it: carried out, kept until there is a network, or refused. */
type Given = "done" | "waits" | null;

/** Codes that [`asked`] answers, or that the notices already tell. */
const ASKING = ["proof_required", "wrong_code", "invalid"];
const SECOND_TAP_MS = 600;
let restTimer: ReturnType<typeof setTimeout> | undefined;
const STEPS = ["order.start", "order.arrive", "order.pick_up", "order.deliver"];
const NOTICED = ["already_claimed", "offer_closed", "not_found"];

export async function claim(order: Order): Promise<void> {
  if (resting.value) return rest();
  const won = await give("order.claim", { id: order.id }, NOTICED);
  if (!won) return;
  rest();
  view.value = order.id;
  toast(words.won(order.code), "done", aboutJob(order.id));
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

/** The one next step of a job. A proof that was begun goes with the delivery, whichever button is pressed. */
export async function step(order: Order, code?: string): Promise<void> {
  const { id, status } = order;
  if (resting.value || isStepping(id)) return rest();
  if (status === "arrived_at_pickup" && order.pickup_code_required && !code) {
    asked.value = { id, what: "code", said: words.codeAsk, fields: [], errors: [] };
    return;
  }
  // The step before this one is no longer the last.
  forgetStep();
  if (status === "assigned") await give("order.start", { id });
  else if (status === "enroute_to_pickup" || status === "picked_up") {
    const [place, next] = status === "picked_up" ? (["dropoff", "arrived_at_dropoff"] as const) : (["pickup", "arrived_at_pickup"] as const);
    if ((await give("order.arrive", { id, place })) === "done") noteStep(order, next);
  } else if (status === "arrived_at_pickup") {
    const done = await settle(order, "order.pick_up", { id, ...(code && { code }) });
    if (done === "done") noteStep(order, "picked_up");
  } else if (status === "arrived_at_dropoff") {
    const { photo, ...said } = draftOf(id);
    const proof = Object.fromEntries(Object.entries(said).flatMap(([field, value]) => (value.trim() ? [[field, value.trim()]] : [])));
    const done = await settle(order, "order.deliver", { id, ...(Object.keys(proof).length && { proof }) }, { ...(photo && { photo }) });
    if (done === "done") noteStep(order, "delivered");
  }
  rest();
}

export function isStepping(id: string): boolean {
  return STEPS.some((name) => busy.value.has(`${name} ${id}`));
}

/** Until nothing was tapped for a moment. */
function rest(): void {
  resting.value = true;
  clearTimeout(restTimer);
  restTimer = setTimeout(() => (resting.value = false), SECOND_TAP_MS);
}

/** A proof that nobody asked for: it goes with the delivery. */
export function showProof({ id }: Order): void {
  asked.value = { id, what: "proof", said: "", fields: [], errors: [] };
}

/** Asks for what the hub did not take. */
export function askAgain(id: string, name: string, { code, detail, errors }: Pick<Refusal, "code" | "detail" | "errors">): void {
  const isInvalid = code === "invalid";
  asked.value = {
    id,
    what: name === "order.pick_up" ? "code" : "proof",
    said: detail,
    fields: isInvalid ? [] : (errors ?? []).map(({ field }) => field),
    errors: isInvalid ? (errors ?? []) : [],
  };
}

/** Takes the last step back. */
export async function undo({ id, code, status }: Undoable): Promise<void> {
  if (!(await give("order.undo", { id, from: status, occurred_at: occurredAt() }))) return;
  forgetStep();
  rest();
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

async function settle<K extends "order.pick_up" | "order.deliver">(
  order: Order,
  name: K,
  payload: DriversCommands[K]["payload"],
  more: { photo?: boolean } = {},
): Promise<Given> {
  const refusal: { problem?: Refused["problem"] } = {};
  const done = await give(name, payload, ASKING, refusal, more);
  const { problem } = refusal;
  // What was refused for another reason is said in a toast, and what he wrote stays in front of him.
  if (done) asked.value = null;
  else if (problem && ASKING.includes(problem.code)) askAgain(order.id, name, problem);
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
    return done === "waits" ? "waits" : "done";
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
