import { expect, test } from "vitest";
import { fakeOrder } from "./fake-order";
import { matches } from "./matches";

test("an order is found by its code, a part of the name or address, and the digits of the phone", () => {
  const order = fakeOrder({ external_id: "A-17", dropoff: { contact_name: "Zoë Müller", address: "2 Side Street", phone: "+49 (30) 555-030" } });
  const table: [typed: string, is: boolean][] = [
    ["k7q4", true],
    ["K7", false],
    ["a-17", true],
    ["zoe", true],
    ["müller", true],
    ["side st", true],
    ["030 555", true],
    ["555030", true],
    ["49 30", true],
    ["30", false],
    ["777", false],
    ["", false],
  ];
  for (const [typed, is] of table) expect(matches(order, typed), typed).toBe(is);
  expect(matches(fakeOrder(), "kim")).toBe(false);
});
