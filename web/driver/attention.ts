// One ring and one shake, for what happens beside the offers.

import { ring } from "../shared/sound";

const SHAKE_MS = [200, 100, 200];

export function attend(): void {
  ring();
  // A browser that was not touched yet does not shake, and complains.
  if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(SHAKE_MS);
}
