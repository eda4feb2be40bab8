// One ring and one shake, for what happens beside the offers.

import { ring } from "../shared/sound";

const SHAKE_MS = [200, 100, 200];
/** As long as the bell sounds: what is heard of together rings once. */
const BELL_MS = 1_600;

let last_ms = -Infinity;

export function attend(): void {
  if (performance.now() - last_ms < BELL_MS) return;
  last_ms = performance.now();
  ring();
  // A browser that was not touched yet does not shake, and complains.
  if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(SHAKE_MS);
}
