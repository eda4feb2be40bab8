// What can be done in which status.

import type { OrderStatus } from "../shared/protocol";

export const CHANGEABLE: readonly OrderStatus[] = ["scheduled", "submitted", "ready_for_pickup"];

export const CANCELLABLE: readonly OrderStatus[] = [...CHANGEABLE, "assigned", "enroute_to_pickup", "arrived_at_pickup"];
