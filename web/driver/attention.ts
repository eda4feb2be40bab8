// One ring and one shake, for what happens beside the offers.

import { ring } from "../shared/sound";

const SHAKE_MS = [200, 100, 200];

export function attend(): void {
  ring();
  navigator.vibrate?.(SHAKE_MS);
}
