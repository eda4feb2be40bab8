// From Ready to the hand-over: who was reached, who comes and how near, what is heard, and what if nobody comes.

import type { Order } from "../../shared/protocol";
import { betweenHubAnd } from "../between";
import { ask, work } from "../duty";
import { heard, listen } from "../ears";
import { holdsEverywhere } from "../probes";
import { cardOf, codeOf } from "../steps";
import { expect, PHONE, test } from "../test";

const PHONE_OF_DISPATCH = "+49 30 555 000";
test.use({ hubEnv: { WAYPOST_DISPATCH_PHONE: PHONE_OF_DISPATCH } });

test("Ready tells live who was reached; who takes it is seen coming, near and here, each with one bell", async ({ town, open }) => {
  await town.admin.api.patch(`/vendors/${town.vendor.id}`, { require_pickup_code: true });
  const page = await open(town.vendor);
  await listen(page);
  const [ann, bob] = await Promise.all([work(town.ann, "mitte"), work(town.bob, "mitte")]);
  const order = await town.vendor.api.submit("Ramen", { prep_minutes: 10 });
  const card = cardOf(page, order.code);
  await expect(page.getByRole("region", { name: "Preparing" })).toContainText(order.code);
  await expect(card).toContainText("on time");
  const sizes = await page.getByRole("button").evaluateAll((all) => all.map((one) => [one.getBoundingClientRect().height, one.textContent?.trim()] as const));
  expect(sizes.sort(([a], [b]) => b - a)[0]?.[1], "Ready is the largest button").toContain("Ready");

  await card.getByRole("button", { name: "Ready" }).click();
  await expect(page.getByRole("region", { name: "Ready, looking for a driver" })).toContainText(order.code);
  await expect(card).toContainText(/offered to 2, delivered to 2, seen by 0, round 1, 0:\d\d left/);
  await ask(ann.socket, "order.seen", { id: order.id });
  await expect(card).toContainText("seen by 1");
  await card.getByRole("button", { name: "Take back" }).click();
  await expect(page.getByRole("region", { name: "Preparing" })).toContainText(order.code);
  await card.getByRole("button", { name: "Ready" }).click();
  await expect(card).toContainText("offered to 2, delivered to 2");
  expect((await heard(page)).rings).toBe(0);

  await ask(bob.socket, "order.claim", { id: order.id });
  await expect(page.getByRole("region", { name: "Driver coming" })).toContainText(order.code);
  await expect(card).toContainText("Bob moped");
  await expect(card).toContainText("Connected");
  await expect(card.getByRole("link", { name: "Call Bob" })).toHaveAttribute("href", "tel:+4930555020");
  await expect.poll(async () => (await heard(page)).rings).toBe(1);
  await ask(bob.socket, "order.start", { id: order.id });
  await ask(bob.socket, "driver.location", { lat: 52.511, lng: 13.4 });
  await expect(card).toContainText(/1,100 yd|0\.6 mi from here/);
  await ask(bob.socket, "driver.location", { lat: 52.519, lng: 13.4 });
  await expect(card).toContainText("Nearly here");
  await expect(page).toHaveTitle(`(1) Bob is nearly here for ${order.code} · Waypost`);
  await expect.poll(() => heard(page)).toMatchObject({ rings: 2, badge: 1 });
  await ask(bob.socket, "driver.location", { lat: 52.5191, lng: 13.4 });

  await ask(bob.socket, "order.arrive", { id: order.id });
  await expect(page.getByRole("region", { name: "At the counter" })).toContainText(order.code);
  await expect(page).toHaveTitle(`(1) Bob is here for ${order.code} · Waypost`);
  await expect.poll(async () => (await heard(page)).rings).toBe(3);
  await expect(card).toContainText("Hand-over code");
  await holdsEverywhere(page, "board");
  await card.getByRole("button", { name: "Handed over" }).click();
  await expect(page.getByRole("region", { name: "On the way" })).toContainText(order.code);
  await expect(page).toHaveTitle("Vendor · Waypost");
  expect(await heard(page)).toMatchObject({ rings: 3, badge: 0 });
  ann.goHome();
  bob.goHome();
});

test("when nobody comes the counter is told, asks everybody again, calls the dispatcher, or gives the same order anew", async ({ town, open, hub }) => {
  const page = await open(town.vendor, { viewport: PHONE });
  const expire = await betweenHubAnd(page, hub.base);
  const ann = await work(town.ann, "mitte");
  const order = await town.vendor.api.submit("Ramen", { ready: true, zone: "mitte", dropoff: { address: "2 Side Street", contact_name: "Kim" } });
  const card = cardOf(page, order.code);
  await ask(ann.socket, "zone.leave", { zone: "mitte" });
  await expect(card).toContainText("No driver is on duty here right now. The dispatcher has been told.");
  await expect(card.getByRole("link", { name: "Call the dispatcher" })).toHaveAttribute("href", "tel:+4930555000");
  await holdsEverywhere(page, "nobody");
  await ask(ann.socket, "zone.join", { zone: "mitte" });
  await expect(card).not.toContainText("No driver is on duty");
  await ask(ann.socket, "zone.leave", { zone: "mitte" });
  await card.getByRole("button", { name: "Ask everybody again" }).click();
  await expect(page.getByText(`Everybody is asked again for ${order.code}`)).toBeVisible();
  const now = await town.vendor.api.get<Order>(`/orders/${order.id}`);
  expect([now.status, now.offer?.round]).toEqual(["ready_for_pickup", 1]);
  await card.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByRole("dialog", { name: `Cancel ${order.code}?` })).toBeVisible();
  await page.keyboard.press("Escape");

  // Three minutes are the least after which the hub gives up, so here the page is told so at once.
  expire(now);
  const popup = page.getByRole("dialog", { name: `No driver for ${order.code}` });
  await expect(popup).toContainText("No driver took it. The offer has ended.");
  await expect(popup.getByRole("link", { name: "Call the dispatcher" })).toBeVisible();
  await holdsEverywhere(page, "expired");
  await popup.getByRole("button", { name: "New order with the same contents" }).click();
  const form = page.getByRole("dialog", { name: "New order" });
  await expect(form.getByLabel("Item 1")).toHaveValue("Ramen");
  await expect(form.getByLabel("Address")).toHaveValue("2 Side Street");
  await expect(form.getByRole("radio", { name: "Ready now" })).toBeChecked();
  await form.getByRole("button", { name: "Submit and call a driver" }).click();
  await expect(form).toBeHidden();
  await expect.poll(async () => (await town.vendor.api.get<{ data: Order[] }>("/orders")).data.length).toBe(2);
  expect(await codeOf(page.getByRole("article").filter({ hasText: "Kim, 2 Side Street" }).first())).not.toBe("");
  ann.goHome();
});
