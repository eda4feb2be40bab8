// The hub's words for what has a name in the language that is spoken.

import { needWords, vehicleWords } from "./words";

/** What a driver rides; what somebody typed in words of their own stays as it is. */
export function vehicleWord(vehicle: string | null | undefined): string {
  return vehicle ? (vehicleWords[vehicle.replace(" ", "_")] ?? vehicle) : "";
}

/** What an order needs: what a shop calls a need is its own, what is usual is said in the reader's language. */
export function needWord(need: string): string {
  return needWords[need] ?? need.replace(/_/g, " ");
}
