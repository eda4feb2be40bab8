// When the hub is to be told where the driver is. Pure: the clock and the places are given.

import { distance_m, type Point } from "../shared/format";

/** `off`: his position is nobody's business. */
export type Work = "off" | "waiting" | "carrying";

export interface Fix extends Point {
  /** Unix milliseconds. */
  at_ms: number;
}

/** On a job and moving: the vendor and the recipient watch him come, and 5 s at 25 km/h are 35 m. */
export const MOVING_EVERY_MS = 5_000;
/** Standing, or waiting for an offer: enough for finding who is nearest, and kind to the battery. */
export const IDLE_EVERY_MS = 30_000;
/** Less than this is a phone's own error. */
export const MOVED_M_MIN = 15;

/** From when on `here` is to be told, in Unix milliseconds; null for never. `told` is what the hub has heard last. */
export function toTell_ms(work: Work, told: Fix | null, here: Point): number | null {
  if (work === "off") return null;
  if (!told) return 0;
  const moves = work === "carrying" && distance_m(told, here) >= MOVED_M_MIN;
  return told.at_ms + (moves ? MOVING_EVERY_MS : IDLE_EVERY_MS);
}
