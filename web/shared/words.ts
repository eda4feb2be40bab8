// The words that several pages share, in the language that is spoken, and the tones that go with them.

import type { OrderStatus } from "./protocol";
import { spoken } from "./speak";

export const {
  vehicleWords,
  needWords,
  statusWords,
  linkWords,
  timeWords,
  signInWords,
  whyWords,
  chatWords,
  commonWords,
  eventWords,
  timelineWords,
  preferenceWords,
} = spoken<typeof import("../words/en/shared")>("shared");

export type Tone = "wait" | "move" | "done" | "alarm";

export const statusTones: Record<OrderStatus, Tone> = {
  scheduled: "wait",
  submitted: "wait",
  ready_for_pickup: "wait",
  assigned: "move",
  enroute_to_pickup: "move",
  arrived_at_pickup: "move",
  picked_up: "move",
  arrived_at_dropoff: "move",
  delivered: "done",
  returning: "alarm",
  returned: "done",
  cancelled: "alarm",
  expired: "alarm",
  failed: "alarm",
};
