const FIRST_MS = 300;
const LONGEST_MS = 12_000;

/** How long to wait before try `tries + 1`: doubling, at most 12 s, spread by half so that phones do not come in step. */
export function backoff_ms(tries: number): number {
  const whole = Math.min(LONGEST_MS, FIRST_MS * 2 ** tries);
  return whole * (0.5 + Math.random() / 2);
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
