// Notices while the page is not looked at: offers above all.

import { computed } from "@preact/signals";
import { openPush } from "../shared/push";
import { notifications } from "./device";
import { session, shelf, view } from "./state";
import { worker } from "./worker";

export const { unsubscribe: unsubscribePush } = openPush({
  session,
  shelf,
  worker,
  wanted: computed(() => notifications.value === "granted"),
  open: (order) => (view.value = session.orders.value.get(order)?.driver ? order : "offers"),
  shows: (kind, order) => kind !== "offer" || session.orders.value.has(order),
});
