// What the hub refuses, in the reader's language. The hub says it in English, in sentences that are part of no contract: where
// one is not known here, its code still says what it means, and where that is not known either, the hub's own words stand.

import { number } from "./format";
import type { FieldError, OrderStatus, Problem } from "./protocol";
import { spoken } from "./speak";
import { statusWords } from "./words";

const { fieldWords, refusalWords } = spoken<typeof import("../words/en/refusals")>("refusals");

/** The same refusal with a `detail` and field errors to be shown. */
export function inReadersWords(problem: Problem): Problem {
  const errors = problem.errors?.map((error) => ({ ...error, message: fieldMessage(error.message) }));
  return { ...problem, ...(errors && { errors }), detail: detailOf(problem, errors ?? []) };
}

function detailOf(problem: Problem, errors: readonly FieldError[]): string {
  const known = sentenceOf(SENTENCES, problem.detail);
  if (known) return known;
  if (errors.length) return errors.map(({ field, message }) => [WHOLE.includes(field) ? "" : field, message].join(" ").trim()).join("; ");
  return refusalWords.codes[problem.code]?.(problem.detail, problem.retry_after_s ?? null) ?? problem.detail;
}

/** What is wrong with a field, to be read after its name. */
export function fieldMessage(message: string): string {
  return sentenceOf(FIELD_SENTENCES, message) ?? message;
}

/** Fields that nobody fills in: what is said of them is said of the whole thing. */
const WHOLE = ["id", "ready", "auto_ready"];

type Known = readonly [pattern: RegExp, say: (...found: string[]) => string];

function sentenceOf(known: readonly Known[], text: string): string | null {
  for (const [pattern, say] of known) {
    const found = pattern.exec(text);
    if (found) return say(...found.slice(1));
  }
  return null;
}

const said = refusalWords.sentences;
const SENTENCES: readonly Known[] = [
  [/^another driver claimed this order (.+) before you$/, (before) => said.claimedBefore(figure(before))],
  [/^\S+ is not possible while the order is (\w+)$/, (status) => said.notWhile(statusWords[status as OrderStatus] ?? status)],
  [/^the offer has ended: nobody claimed it in time$/, () => said.offerExpired],
  [/^the offer has ended: the order was withdrawn$/, () => said.offerWithdrawn],
  [/^the offer has ended: the order was cancelled$/, () => said.offerCancelled],
  [/^the offer has ended: you left the zone it is offered in$/, () => said.offerLeft],
  [/^this driver already carries (\d+) of (\d+) orders$/, (carries, allowed) => said.carries(Number(carries), Number(allowed))],
  [/^the owner of this key is blocked$/, () => said.blocked],
  [/^you may not work in zone (.+)$/, (zone) => said.zoneForbidden(zone)],
  [/^your vehicle does not hold this order$/, () => said.tooLarge],
  [/^a driver may undo a step for (\d+) s/, (seconds) => said.undoOver(Number(seconds))],
  [/^\S+ is for the driver who has the order$/, () => said.notYours],
  [/^no such order$/, () => said.noOrder],
  [/^no such driver$/, () => said.noDriver],
  [/^no such zone$/, () => said.noZone],
  [/^this vendor hands over only for the order's code/, () => said.codeFirst],
  [/^the hub did not answer/, () => said.noAnswer],
  [/^the hub is stopping$/, () => said.stopping],
];

const field = fieldWords;
const FIELD_SENTENCES: readonly Known[] = [
  [/^is required/, () => field.required],
  [/^must not be blank$/, () => field.required],
  [/^is unknown$/, () => field.unknown],
  [/^is already taken$/, () => field.taken],
  [/^must be a number\b/, () => field.number],
  [/^must be a whole number\b/, () => field.whole],
  [/^must be text\b/, () => field.text],
  [/^must be at least (-?[\d.]+)$/, (least) => field.atLeast(figure(least))],
  [/^must be at most (-?[\d.]+)$/, (most) => field.atMost(figure(most))],
  [/^must not be longer than (\d+)$/, (most) => field.notLonger(figure(most))],
  [/^must not be shorter than (\d+)$/, (least) => field.notShorter(figure(least))],
  [/^must be a colour such as (#\w+)$/, (colour) => field.colour(colour)],
  [/^must have both lat and lng, or neither$/, () => field.bothDegrees],
  [/^is required with (?:lat|lng)$/, () => field.bothDegrees],
  [/^names zone `(.+)`, which does not exist$/, (zone) => field.noneSuch(zone)],
  [/^`(.+)` does not exist$/, (name) => field.noneSuch(name)],
  [/^still has (\d+) open orders?$/, (open) => field.stillOpen(Number(open))],
  [/^or notes must say what the order is$/, () => field.nothingOrdered],
  [/^cannot change while the order is on offer/, () => field.onOffer],
  [/^has passed$/, () => field.passed],
  [/^is a blocked driver's$/, () => field.blockedDriver],
  [/^a zone id is 1 to 40 of/, () => field.zoneId],
  [/^must be a GeoJSON Polygon/, () => field.noArea],
  [/^must be a Polygon or a MultiPolygon, not a (\w+)$/, (kind) => field.noAreaBut(kind)],
  [/^has a ring that is not closed/, () => field.notClosed],
  [/^has a position off the globe: \[(.+)\]/, (position) => field.offGlobe(position)],
  [/^crosses the antimeridian/, () => field.antimeridian],
  [/^is not a valid area/, () => field.invalidArea],
  [/^has (\d+) positions, more than (\d+)$/, (has, most) => field.tooManyPositions(figure(has), figure(most))],
];

/** `0.4 s` with the region's own mark before the fraction. */
function figure(text: string): string {
  return text.replace(/^-?\d+(\.\d+)?/, (digits) => number(Number(digits), 6));
}
