import { lasted, moment } from "../shared/format";
import type { Order } from "../shared/protocol";
import { since } from "./board";
import { session } from "./state";

/** How long the order has been where it is: the column that tells a calm evening from a bad one. */
export function Since({ order }: { order: Order }) {
  const at = since(order);
  if (!at) return null;
  return (
    <time dateTime={at} title={moment(at, session.now.peek())}>
      {order.status === "scheduled" ? moment(at, session.now.value) : lasted(session.now.value - Date.parse(at))}
    </time>
  );
}
