// What a driver rides, in the language that is spoken.

import { vehicleWords } from "./words";

/** The hub's own word for it in the reader's; what somebody typed in words of their own stays as it is. */
export function vehicleWord(vehicle: string | null | undefined): string {
  return vehicle ? (vehicleWords[vehicle.replace(" ", "_")] ?? vehicle) : "";
}
