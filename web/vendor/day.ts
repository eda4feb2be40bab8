// The orders of today: as a table for the books, or on paper.

import type { Order } from "../shared/protocol";
import { toast } from "../shared/ui/toasts";
import { printDay } from "./print";
import { session } from "./state";
import { toolWords as words } from "./words";

/** Orders of one day; a shop with more than this has a till that asks the hub itself. */
const PAGES_MAX = 10;

/** Since midnight, by the clock on the wall. */
function ofToday(): string {
  const midnight = new Date(session.now.peek());
  midnight.setHours(0, 0, 0, 0);
  return `/orders?limit=200&from=${encodeURIComponent(midnight.toISOString())}`;
}

/** Saves today's orders as a file. The key goes with the request, so it is no plain link. */
export async function saveDay(): Promise<void> {
  await orSay(async () => {
    const table = await session.rest().blob(ofToday(), "text/csv");
    const link = document.createElement("a");
    link.href = URL.createObjectURL(table);
    link.download = `waypost-${new Date(session.now.peek()).toLocaleDateString("sv")}.csv`;
    link.click();
    // Not before the browser has taken it.
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  });
}

/** Prints today's orders, oldest first. */
export async function printToday(): Promise<void> {
  await orSay(async () => printDay((await session.rest().all<Order>(ofToday(), PAGES_MAX)).reverse()));
}

async function orSay(deed: () => Promise<void>): Promise<void> {
  try {
    await deed();
  } catch (error) {
    if (!session.refused(error)) toast(words.csvFailed, "alarm");
  }
}
