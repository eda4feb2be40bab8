import { expect, test } from "vitest";
import type { Order } from "../shared/protocol";
import { at, fakeOrder, NOON } from "./fake-order";
import { paceOf } from "./pace";

test("an order is late when its promise is broken, or when what comes next takes too long", () => {
  const table: [what: Partial<Order>, minute: number, said: string][] = [
    [{ prep_minutes: 15 }, 0, "fine for 0 left 15"],
    [{ prep_minutes: 15 }, 12, "fine for 12 left 3"],
    [{ prep_minutes: 15 }, 13, "soon for 13 left 2"],
    [{ prep_minutes: 15 }, 15, "soon for 15 left 0"],
    [{ prep_minutes: 15 }, 16, "late for 16 left -1"],
    [{ prep_minutes: null }, 90, "fine for 90"],
    [{ status: "scheduled", scheduled_for: at(60) }, 0, "fine for 0 left 60"],
    [{ status: "submitted", scheduled_for: at(60), prep_minutes: 15 }, 59, "soon for 59 left 1"],
    [{ status: "ready_for_pickup", ready_at: at(10) }, 12, "fine for 2"],
    [{ status: "ready_for_pickup", ready_at: at(10) }, 13, "soon for 3"],
    [{ status: "ready_for_pickup", ready_at: at(10) }, 18, "late for 8"],
    [{ status: "assigned", assigned_at: at(10) }, 19, "fine for 9"],
    [{ status: "enroute_to_pickup", assigned_at: at(10) }, 20, "soon for 10"],
    [{ status: "enroute_to_pickup", assigned_at: at(10) }, 30, "late for 20"],
    [{ status: "arrived_at_pickup", arrived_at_pickup_at: at(10) }, 12, "fine for 2"],
    [{ status: "arrived_at_pickup", arrived_at_pickup_at: at(10) }, 13, "soon for 3"],
    [{ status: "arrived_at_pickup", arrived_at_pickup_at: at(10) }, 16, "late for 6"],
    [{ status: "picked_up", picked_up_at: at(10) }, 39, "fine for 29"],
    [{ status: "arrived_at_dropoff", picked_up_at: at(10) }, 40, "soon for 30"],
    [{ status: "returning", picked_up_at: at(10) }, 50, "late for 40"],
    [{ status: "delivered", delivered_at: at(10) }, 500, "none"],
    [{ status: "cancelled" }, 500, "none"],
    [{ status: "expired", ready_at: at(1) }, 500, "none"],
    [{ submitted_at: null }, 3, "none"],
  ];
  const said = (what: Partial<Order>, minute: number) => {
    const pace = paceOf(fakeOrder(what), NOON + minute * 60_000);
    if (!pace) return "none";
    return `${pace.grade} for ${pace.for_ms / 60_000}${pace.left_ms === null ? "" : ` left ${pace.left_ms / 60_000}`}`;
  };
  for (const [what, minute, expected] of table) expect(said(what, minute), `${JSON.stringify(what)} after ${minute} min`).toBe(expected);
});
