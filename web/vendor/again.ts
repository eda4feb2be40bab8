// The same order once more, after nobody took it.

import type { Order } from "../shared/protocol";
import { nameOf } from "./calls";
import { draftOf } from "./draft";
import { seenTo, typeInstead } from "./state";

/** Opens the form with the same contents, ready now, since it was ready then. */
export function sameAgain(order: Order): void {
  seenTo.put(nameOf(order, "expired"));
  typeInstead({ ...draftOf(order), when: "ready", scheduled: "", auto_ready: false });
}
