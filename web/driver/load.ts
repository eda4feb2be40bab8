// What there is to carry, in a line.

import { needWord } from "../shared/called";
import type { Order } from "../shared/protocol";
import { words } from "./words";

/** `2 packages, small, thermal bag` */
export function load(order: Order): string {
  const size = words.sizes[order.size] ?? order.size;
  return [words.packages(order.package_count), size, ...order.needs.map(needWord)].join(", ");
}
