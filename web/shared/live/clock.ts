/** The hub's clock as seen from a phone whose own clock may be wrong. */
export interface ServerClock {
  /** Learns from a `server_time` that has just arrived. */
  hear(serverTime: string | null | undefined): void;
  /** Unix milliseconds by the hub's clock. */
  now(): number;
}

/**
 * The offset is the largest of the last few: a message can only arrive late, never early, so the largest
 * one was delayed least and is nearest to the truth.
 */
export function serverClock(localNow: () => number): ServerClock {
  const OFFSETS_KEPT_MAX = 8;
  let offsets: number[] = [];
  return {
    hear(serverTime) {
      const at = serverTime ? Date.parse(serverTime) : NaN;
      if (!Number.isNaN(at)) offsets = [at - localNow(), ...offsets].slice(0, OFFSETS_KEPT_MAX);
    },
    now: () => localNow() + (offsets.length ? Math.max(...offsets) : 0),
  };
}
