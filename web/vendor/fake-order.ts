// An order for the tests of this folder.

import type { Order } from "../shared/protocol";

/** Noon; everything in the tests is said in minutes from it. */
export const NOON = Date.parse("2026-01-05T12:00:00Z");

export function at(minutes: number): string {
  return new Date(NOON + minutes * 60_000).toISOString();
}

export function fakeOrder(more: Partial<Order> = {}): Order {
  return {
    id: "order-1",
    code: "K7Q4",
    external_id: null,
    version: 1,
    status: "submitted",
    zone: "mitte",
    vendor: { id: "vendor-1", name: "Ramen Bar", phone: null },
    pickup: { address: "1 Main Street", lat: 52.52, lng: 13.4 },
    dropoff: null,
    items: [{ name: "Ramen", quantity: 2, note: null }],
    package_count: 1,
    size: "small",
    needs: [],
    notes: null,
    auto_ready: false,
    pickup_code_required: false,
    cash_to_collect: null,
    driver_pay: null,
    prep_minutes: 15,
    driver: null,
    offer: null,
    problem: null,
    cancel_reason: null,
    proof: null,
    tracking_url: null,
    submitted_at: at(0),
    scheduled_for: null,
    ready_at: null,
    assigned_at: null,
    arrived_at_pickup_at: null,
    picked_up_at: null,
    arrived_at_dropoff_at: null,
    delivered_at: null,
    closed_at: null,
    ...more,
  };
}
