import { expect, test } from "vitest";
import { type Fix, toTell_ms, type Work } from "./telling";

const TOLD: Fix = { lat: 52.52, lng: 13.4, at_ms: 1_000_000 };
const STEP_AWAY = { lat: 52.52005, lng: 13.4 };
const STREET_AWAY = { lat: 52.5215, lng: 13.4 };

test.each<[Work, Fix | null, typeof STEP_AWAY, number | null]>([
  ["off", null, STEP_AWAY, null],
  ["off", TOLD, STREET_AWAY, null],
  ["waiting", null, STEP_AWAY, 0],
  ["waiting", TOLD, STEP_AWAY, 30_000],
  ["waiting", TOLD, STREET_AWAY, 30_000],
  ["carrying", null, STEP_AWAY, 0],
  ["carrying", TOLD, STEP_AWAY, 30_000],
  ["carrying", TOLD, STREET_AWAY, 5_000],
])("%s, last told %o, now at %o: due after %s ms", (work, told, here, after_ms) => {
  const due = toTell_ms(work, told, here);
  expect(due === null || !told ? due : due - told.at_ms).toBe(after_ms);
});
