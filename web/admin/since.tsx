import { clockTime } from "../shared/format";
import type { Order } from "../shared/protocol";
import { since } from "./board";
import { session } from "./state";
import { words } from "./words";

/** How long the order has been where it is: the column that tells a calm evening from a bad one. */
export function Since({ order }: { order: Order }) {
  const at = since(order);
  if (!at) return null;
  return (
    <time dateTime={at} title={clockTime(at)}>
      {order.status === "scheduled" ? clockTime(at) : lasted(session.now.value - Date.parse(at))}
    </time>
  );
}

function lasted(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / 60_000));
  if (minutes < 60) return words.minutes(minutes);
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? words.hours(hours, minutes % 60) : words.days(Math.floor(hours / 24));
}
