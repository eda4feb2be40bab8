// English: what several pages say.

import type { Why } from "../../shared/live";
import type { EventType, OrderStatus } from "../../shared/protocol";

/** What drivers ride, by the hub's word for it. */
export const vehicleWords = {
  foot: "on foot",
  bicycle: "bicycle",
  cargo_bike: "cargo bike",
  moped: "moped",
  motorcycle: "motorcycle",
  car: "car",
  van: "van",
} as Record<string, string>;

/** What orders need and drivers bring, where it is usual. */
export const needWords = { hot_bag: "hot bag", cooler: "cooler", thermal_bag: "thermal bag", cool_bag: "cool bag", age_check: "check the age" } as Record<string, string>;

export const statusWords: Record<OrderStatus, string> = {
  scheduled: "Scheduled",
  submitted: "Preparing",
  ready_for_pickup: "Looking for a driver",
  assigned: "Driver found",
  enroute_to_pickup: "Driver coming",
  arrived_at_pickup: "At the counter",
  picked_up: "On the way",
  arrived_at_dropoff: "At the door",
  delivered: "Delivered",
  returning: "Coming back",
  returned: "Returned",
  cancelled: "Cancelled",
  expired: "No driver found",
  failed: "Failed",
};

export const linkWords = {
  live: "Live",
  connecting: "Connecting",
  offline: "Offline, trying again",
  refused: "Signed out",
  stopping: "Hub restarting",
  updated: (ago: string) => `updated ${ago}`,
};

export const timeWords = {
  now: "just now",
  seconds: (n: number) => `${n} s ago`,
  minutes: (n: number) => `${n} min ago`,
  hours: (n: number) => `${n} h ago`,
  days: (n: number) => (n === 1 ? "1 day ago" : `${n} days ago`),
  forMinutes: (n: number) => `${n} min`,
  forHours: (n: number, minutes: string) => `${n} h ${minutes}`,
  forDays: (n: number) => (n === 1 ? "1 day" : `${n} days`),
};

export const signInWords = {
  title: { vendor: "Vendor", driver: "Driver", admin: "Dispatcher" },
  ask: "Open the sign-in link you were given, or paste it here.",
  label: "Sign-in link or key",
  button: "Sign in",
  notAKey: "That does not look like a key. It begins with wp_ and is one long word.",
  unauthorized: "The hub did not accept this key. It may have been revoked or have expired. Ask your dispatcher for a new link.",
  forbidden: "This key is not for this page.",
  blocked: "You are blocked at the moment. Ask your dispatcher.",
  elsewhere: { vendor: "Open the vendor page", driver: "Open the driver page", admin: "Open the dispatcher page" },
};

export const whyWords: Record<Why, string> = {
  claimed: "went to another driver",
  assigned: "the dispatcher gave it to another driver",
  reassigned: "the dispatcher gave it to another driver",
  released: "the dispatcher took it off your list",
  withdrawn: "the vendor took it back",
  cancelled: "it was cancelled",
  expired: "the offer ended",
  failed: "the dispatcher gave it up",
  finished: "finished",
  away: "gone while you were away",
};

export const chatWords = {
  title: "Chat",
  label: "Message",
  placeholder: "Write a message",
  send: "Send",
  you: "You",
  empty: "No messages yet. What you write here, the vendor, the driver and the dispatcher can read.",
  earlierFailed: "Earlier messages could not be loaded.",
  waits: "Waiting to be sent",
  tryAgain: "Try again",
  roles: { vendor: "Vendor", driver: "Driver", admin: "Dispatcher", hub: "Hub" } as Record<string, string>,
};

export const commonWords = {
  newer: "There is a new version of this page.",
  newerButton: "Show it",
  close: "Close",
  cancel: "Back",
  loading: "Loading",
  reasonLabel: "Reason",
  otherReason: "Something else",
  uncertain: "The hub did not answer, so it is not certain that this was done. Check before you try again.",
  undo: "Undo",
  signOut: "Sign out",
  dismiss: "Dismiss",
  language: "Language",
};

/** What happened, as a line of an order's history. */
export const eventWords: Partial<Record<EventType, string>> = {
  "order.submitted": "Submitted",
  "order.updated": "Changed",
  "order.ready_for_pickup": "Ready, offered to drivers",
  "order.withdrawn": "Taken back by the vendor",
  "order.assigned": "Driver found",
  "order.released": "Given back by the driver",
  "order.enroute_to_pickup": "Driver on the way to the pickup",
  "order.arrived_at_pickup": "Driver at the counter",
  "order.picked_up": "Picked up",
  "order.arrived_at_dropoff": "Driver at the door",
  "order.delivered": "Delivered",
  "order.returning": "Coming back",
  "order.returned": "Back at the vendor",
  "order.failed": "Failed",
  "order.cancelled": "Cancelled",
  "order.expired": "No driver found",
  "order.reopened": "Opened again",
  "order.undone": "Last step undone",
  "order.problem": "Problem",
  "order.message": "Message",
};

export const timelineWords = {
  title: "History",
  by: (who: string) => `by ${who}`,
  doneAt: (time: string) => `done at ${time}, told later`,
  failed: "The history could not be loaded.",
};

export const preferenceWords = {
  open: "Sound and display",
  title: "Sound and display",
  sound: "Sound",
  soundHint: {
    bell: "A bell when a driver takes an order, comes near and arrives, and when something is wrong",
    alarm: "Rings until you have answered an offer",
  },
  volume: "Volume",
  test: "Test",
  played: "That was the sound. Heard nothing? Turn up the device itself, and see that it is not muted.",
  silent: "This browser does not let the page sound. Try another browser, or look in its settings.",
  touch: "Sound is off until you touch the page.",
  turnOn: "Turn sound on",
  text: "Text size",
  texts: { normal: "Normal", large: "Large", larger: "Larger" },
  theme: "Theme",
  themes: { system: "As the device", light: "Light", dark: "Dark" },
  contrast: "High contrast",
  left: "Left-handed",
  leftHint: "Buttons move to the side of your left thumb",
};

