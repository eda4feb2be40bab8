import { expect, test } from "vitest";
import { melodies, samplesOf } from "./melody";

const RATE_HZ = 8_000;

test("each sound is loud, never clipped, and ends in silence so that a loop does not click", () => {
  for (const [name, notes] of Object.entries(melodies)) {
    const samples = samplesOf(notes, RATE_HZ);
    const peak = Math.max(...samples.map(Math.abs));
    expect(samples.length, name).toBe(notes.length_s * RATE_HZ);
    expect(peak, name).toBeGreaterThan(0.9);
    expect(peak, name).toBeLessThanOrEqual(1);
    expect(Math.abs(samples[0] ?? 1), name).toBeLessThan(0.01);
    expect(Math.abs(samples.at(-1) ?? 1), name).toBeLessThan(0.01);
  }
});
