/** The hub's clock as seen from a phone whose own clock may be wrong. */
export interface ServerClock {
  /** Learns from a `server_time` that has just arrived. */
  hear(serverTime: string | null | undefined): void;
  /** Unix milliseconds by the hub's clock. */
  now(): number;
  /** How far the hub's clock is ahead of the local one, in milliseconds. */
  ahead_ms(): number;
}

/**
 * The offset is the largest of the last few: a message can only arrive late, never early, so the largest
 * one was delayed least and is nearest to the truth. `ahead_ms` is what was known when the page was last open.
 */
export function serverClock(localNow: () => number, ahead_ms = 0): ServerClock {
  const OFFSETS_KEPT_MAX = 8;
  let offsets: number[] = [];
  const ahead = () => (offsets.length ? Math.max(...offsets) : ahead_ms);
  return {
    hear(serverTime) {
      const at = serverTime ? Date.parse(serverTime) : NaN;
      if (!Number.isNaN(at)) offsets = [at - localNow(), ...offsets].slice(0, OFFSETS_KEPT_MAX);
    },
    now: () => localNow() + ahead(),
    ahead_ms: ahead,
  };
}
