// What the hub refuses, and why. It comes after the page itself: nothing is refused before something was asked.

import type { ErrorCode } from "../../shared/protocol";

/** Says a kind of refusal; `detail` is what the hub itself says, in English. */
type Say = (detail: string, retry_after_s: number | null) => string;

/** Why the hub says no. */
export const refusalWords = {
  sentences: {
    claimedBefore: (time: string) => `another driver claimed this order ${time} before you`,
    notWhile: (status: string) => `that is not possible any more: the order is at “${status}”`,
    offerExpired: "the offer has ended: nobody claimed it in time",
    offerWithdrawn: "the offer has ended: the order was withdrawn",
    offerCancelled: "the offer has ended: the order was cancelled",
    offerLeft: "the offer has ended: you left the zone it is offered in",
    carries: (carries: number, allowed: number) => `this driver already carries ${carries} of ${allowed} orders`,
    blocked: "you are blocked at the moment: ask your dispatcher",
    zoneForbidden: (zone: string) => `you may not work in zone ${zone}`,
    tooLarge: "your vehicle does not hold this order",
    undoOver: (seconds: number) => `a step can be undone for ${seconds} s; the dispatcher can still do it`,
    notYours: "that is for the driver who has the order",
    noOrder: "there is no such order any more",
    noDriver: "there is no such driver any more",
    noZone: "there is no such zone any more",
    codeFirst: "this vendor hands over only for the order's code",
    noAnswer: "the hub did not answer",
    stopping: "the hub is stopping; try again in a moment",
  },
  codes: {
    malformed: (detail) => detail,
    unauthorized: () => "the hub did not accept your key: sign in again",
    forbidden: (detail) => detail,
    not_found: (detail) => detail,
    method_not_allowed: (detail) => detail,
    already_claimed: (detail) => detail,
    invalid_transition: (detail) => detail,
    version_conflict: () => "somebody has changed the order meanwhile: look at it again",
    idempotency_key_reused: (detail) => detail,
    duplicate: (detail) => detail,
    offer_closed: (detail) => detail,
    cursor_expired: (detail) => detail,
    payload_too_large: () => "that is too large to be sent",
    invalid: (detail) => detail,
    outside_service_area: () => "no zone holds the pickup, and none was named",
    at_capacity: (detail) => detail,
    proof_required: (detail) => detail,
    wrong_code: () => "the code is not the one of this order",
    rate_limited: (_, s) => `that was too much at once: try again${s ? ` in ${s} s` : ""}`,
    unavailable: (detail) => detail,
    internal: () => "the hub failed; what went wrong is in its log",
  } as Record<ErrorCode, Say>,
};

/** What is wrong with a field, to be read after its name. */
export const fieldWords = {
  required: "is required",
  unknown: "is unknown",
  taken: "is already taken",
  number: "must be a number",
  whole: "must be a whole number",
  text: "must be text",
  atLeast: (least: string) => `must be at least ${least}`,
  atMost: (most: string) => `must be at most ${most}`,
  notLonger: (most: string) => `must not be longer than ${most} characters`,
  notShorter: (least: string) => `must not be shorter than ${least}`,
  zoneId: "a short name is 1 to 40 of a-z, 0-9 and -, and does not begin with -",
  colour: (example: string) => `must be a colour such as ${example}`,
  bothDegrees: "is needed with the other: latitude and longitude go together",
  noneSuch: (name: string) => `“${name}” does not exist`,
  stillOpen: (open: number) => (open === 1 ? "still has 1 open order" : `still has ${open} open orders`),
  nothingOrdered: "or notes must say what the order is",
  onOffer: "cannot change while the order is on offer: withdraw it first",
  passed: "has passed",
  blockedDriver: "is a blocked driver's",
  noArea: "must be a GeoJSON Polygon or MultiPolygon",
  noAreaBut: (kind: string) => `must be a Polygon or a MultiPolygon, not a ${kind}`,
  notClosed: "has a ring that is not closed: its last position must equal the first",
  offGlobe: (position: string) => `has a position off the globe: ${position} (GeoJSON puts longitude first)`,
  antimeridian: "crosses the antimeridian: cut it there into a MultiPolygon",
  invalidArea: "is not a valid area: its rings cross, or lie outside one another",
  tooManyPositions: (has: string, most: string) => `has ${has} positions, more than ${most}`,
};
