import { expect, test } from "vitest";
import { changesOf, type Draft, draftFrom, draftOf, emptyDraft, isEmpty, localTime, newItem, payloadOf } from "./draft";
import { at, fakeOrder, NOON } from "./fake-order";

const draft = (more: Partial<Draft> = {}): Draft => ({ ...emptyDraft("EUR"), key: "k", items: [newItem("Ramen ", 2)], ...more });
const said = (more: Partial<Draft>) => {
  const { payload, errors } = payloadOf(draft(more));
  const { idempotency_key: key, items: _items, ...rest } = payload;
  expect(key).toBe("k");
  return errors.length ? errors.map((error) => error.field).join(" ") : JSON.stringify(rest);
};

test("what was left empty is left out, and what is no number, amount or time is said at its field", () => {
  const table: [typed: Partial<Draft>, said: string][] = [
    [{}, '{"prep_minutes":15}'],
    [{ when: "ready" }, '{"ready":true}'],
    [{ prep_minutes: 5, auto_ready: true }, '{"prep_minutes":5,"auto_ready":true}'],
    [{ when: "later", scheduled: localTime(NOON) }, '{"prep_minutes":15,"scheduled_for":"2026-01-05T12:00:00.000Z"}'],
    [{ when: "later" }, "scheduled_for"],
    [{ cash: "12,50", currency: "EUR" }, '{"cash_to_collect":{"amount":1250,"currency":"EUR"},"prep_minutes":15}'],
    [{ cash: "lots" }, "cash_to_collect"],
    [{ needs: "thermal bag; cool box,, thermal bag" }, '{"needs":["thermal bag","cool box"],"prep_minutes":15}'],
    [{ size: "large", packages: 3 }, '{"size":"large","package_count":3,"prep_minutes":15}'],
    [{ address: " 2 Side Street ", phone: "030", lat: "52,5", lng: "13.4" }, '{"dropoff":{"address":"2 Side Street","phone":"030","lat":52.5,"lng":13.4},"prep_minutes":15}'],
    [{ lat: "here" }, "dropoff.lat"],
    [{ items: [newItem()] }, "items"],
    [{ items: [newItem()], notes: "the usual" }, '{"notes":"the usual","prep_minutes":15}'],
  ];
  for (const [typed, expected] of table) expect(said(typed), JSON.stringify(typed)).toBe(expected);
});

test("an order becomes a draft that would submit the same order again", () => {
  const order = fakeOrder({
    dropoff: { address: "2 Side Street", contact_name: "Kim", phone: "030", instructions: "3rd floor", lat: 52.53, lng: 13.41 },
    items: [{ name: "Ramen", quantity: 2, note: "no egg" }],
    size: "medium",
    needs: ["thermal bag"],
    package_count: 2,
    notes: "No cutlery",
    cash_to_collect: { amount: 1250, currency: "SEK" },
    scheduled_for: at(60),
    auto_ready: true,
  });
  const { idempotency_key: _key, ...payload } = payloadOf(draftOf(order)).payload;
  const { dropoff, items, size, needs, package_count, notes, cash_to_collect, scheduled_for, auto_ready, prep_minutes } = order;
  expect(payload).toEqual({ dropoff, items, size, needs, package_count, notes, cash_to_collect, scheduled_for, auto_ready, prep_minutes });
});

test("a change says only what is different, and clears what was emptied", () => {
  const before = draftOf(fakeOrder({ notes: "No cutlery", size: "large", cash_to_collect: { amount: 500, currency: "EUR" }, dropoff: { address: "2 Side Street" } }));
  const change = (more: Partial<Draft>) => changesOf(before, { ...before, ...more }, 7);
  expect(change({})).toBeNull();
  expect(change({ notes: "" })).toEqual({ version: 7, notes: null });
  expect(change({ size: "small", cash: "" })).toEqual({ version: 7, size: "small", cash_to_collect: null });
  expect(change({ address: "" })).toEqual({ version: 7, dropoff: null });
  expect(change({ items: [newItem("Udon", 1)] })).toEqual({ version: 7, items: [{ name: "Udon", quantity: 1 }] });
});

test("a kept draft comes back as it was, and nonsense as an empty one", () => {
  const typed = draft({ address: "2 Side Street", when: "later", scheduled: "2026-01-05T18:30", cash: "5" });
  const again = draftFrom(JSON.parse(JSON.stringify(typed)));
  expect({ ...again, items: [] }).toEqual({ ...typed, items: [] });
  expect(again.items.map((item) => item.name)).toEqual(["Ramen "]);
  for (const nonsense of [undefined, null, 3, [], { items: "x", when: "never", size: "huge", prep_minutes: "x" }]) expect(isEmpty(draftFrom(nonsense))).toBe(true);
  expect(isEmpty(typed)).toBe(false);
});
