// Which way one place lies from another.

import type { Point } from "../shared/format";

const POINTS = 8;

/** Clockwise from north, 0 to 360: the way to set out in along a great circle. */
export function bearing_deg(from: Point, to: Point): number {
  const rad = Math.PI / 180;
  const [a, b, east] = [from.lat * rad, to.lat * rad, (to.lng - from.lng) * rad];
  const y = Math.sin(east) * Math.cos(b);
  const x = Math.cos(a) * Math.sin(b) - Math.sin(a) * Math.cos(b) * Math.cos(east);
  return ((Math.atan2(y, x) / rad) % 360 + 360) % 360;
}

/** The nearest of the eight points of the compass, clockwise from north: 0 to 7. */
export function compassPoint(bearing: number): number {
  return Math.round(bearing / (360 / POINTS)) % POINTS;
}
