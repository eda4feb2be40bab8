// Notices while the page is closed: who came, what went wrong, what was said. Whoever works here has switched them on.

import { computed, signal } from "@preact/signals";
import { openPush } from "../shared/push";
import { openWorker } from "../shared/worker";
import { kept } from "./kept";
import { open, orderOf, session, shelf } from "./state";

const isSupported = "PushManager" in globalThis && "Notification" in globalThis && "serviceWorker" in navigator;

/** What the browser lets the page show; `unsupported` where it cannot at all. */
export const permission = signal<NotificationPermission | "unsupported">(isSupported ? Notification.permission : "unsupported");
const isOn = kept("notices", (found) => found === true);
export const notices = computed(() => isOn.value && permission.value === "granted");

export const pushes = openPush({
  session,
  shelf,
  worker: openWorker("/vendor"),
  wanted: notices,
  open: (order) => {
    if (orderOf(order)) open.value = { what: "order", id: order };
  },
  // All that is told of is an order of the shop's own, and the page rings for it.
  shows: () => true,
});

// The right is given and taken in the browser's own settings, while the page is away.
document.addEventListener("visibilitychange", () => {
  if (isSupported) permission.value = Notification.permission;
});

/** To be called by a press: otherwise a browser does not ask. */
export async function setNotices(on: boolean): Promise<void> {
  if (on) permission.value = await Notification.requestPermission();
  isOn.value = on && permission.value === "granted";
  if (!on) await pushes.unsubscribe();
}
