// How an offer or a job ends before the door, and what those who had it are told.

import { cardOf, giveReason, goOnDuty, goTo, offerOf, openOrder, rowOf } from "../steps";
import { expect, type Page, test } from "../test";

const changes = (page: Page) => page.getByRole("status", { name: "What changed" });

test("an order that its driver gives back goes to another driver, and not to him again", async ({ town, open }) => {
  const [ann, bob, vendor] = await Promise.all([open(town.ann), open(town.bob), open(town.vendor)]);
  await Promise.all([goOnDuty(ann, "Mitte"), goOnDuty(bob, "Mitte")]);
  const { code } = await town.vendor.api.submit("Ramen", { ready: true });
  await offerOf(ann, code).getByRole("button", { name: "Claim" }).click();
  await expect(offerOf(bob, code)).toBeHidden();
  await ann.getByRole("button", { name: "Give back" }).click();
  await giveReason(ann, "Vehicle trouble", "Give it back");
  await expect(offerOf(bob, code)).toBeVisible();
  await expect(offerOf(ann, code)).toBeHidden();
  await expect(ann.getByText("Nothing on offer right now")).toBeVisible();
  await offerOf(bob, code).getByRole("button", { name: "Claim" }).click();
  await expect(cardOf(vendor, code)).toContainText("Bob");
  await cardOf(vendor, code).getByRole("button", { name: "Details" }).click();
  await expect(vendor.getByRole("dialog")).toContainText("Vehicle trouble");
});

test("a withdrawn offer leaves the drivers' screens with the reason in words", async ({ town, open }) => {
  const [ann, vendor] = await Promise.all([open(town.ann), open(town.vendor)]);
  await goOnDuty(ann, "Mitte");
  const { code } = await town.vendor.api.submit("Ramen", { ready: true });
  await expect(offerOf(ann, code)).toBeVisible();
  await cardOf(vendor, code).getByRole("button", { name: "Details" }).click();
  await vendor.getByRole("button", { name: "Take back, not ready yet" }).click();
  await expect(offerOf(ann, code)).toBeHidden();
  await expect(changes(ann)).toContainText(`${code} the vendor took it back`);
  await vendor.getByRole("button", { name: "Close" }).click();
  await expect(cardOf(vendor, code)).toContainText("Preparing");
});

test("a cancelled order leaves the screens of the driver who had it, with the reason", async ({ town, open }) => {
  const [ann, vendor] = await Promise.all([open(town.ann), open(town.vendor)]);
  await goOnDuty(ann, "Mitte");
  const { code } = await town.vendor.api.submit("Ramen", { ready: true });
  await offerOf(ann, code).getByRole("button", { name: "Claim" }).click();
  await expect(ann.getByRole("button", { name: "Start to the pickup" })).toBeVisible();
  await cardOf(vendor, code).getByRole("button", { name: "Details" }).click();
  await vendor.getByRole("button", { name: "Cancel order" }).click();
  await giveReason(vendor, "Out of stock", "Cancel this order");
  await expect(changes(ann)).toContainText(`${code} it was cancelled: Out of stock`);
  await expect(ann.getByRole("button", { name: "Start to the pickup" })).toBeHidden();
  await vendor.getByRole("button", { name: "Close" }).click();
  await expect(vendor.getByRole("region", { name: "Done or problem" })).toContainText(code);
});

test("a declined offer is gone for him who declined it and stays for the others", async ({ town, open }) => {
  const [ann, bob] = await Promise.all([open(town.ann), open(town.bob)]);
  await Promise.all([goOnDuty(ann, "Mitte"), goOnDuty(bob, "Mitte")]);
  const { code } = await town.vendor.api.submit("Ramen", { ready: true });
  await offerOf(ann, code).getByRole("button", { name: "Decline" }).click();
  await expect(offerOf(ann, code)).toBeHidden();
  await ann.reload();
  await expect(ann.getByText("Nothing on offer right now")).toBeVisible();
  await expect(offerOf(bob, code)).toBeVisible();
});

test("a driver who cannot deliver brings it back, and the vendor confirms it", async ({ town, open }) => {
  const [ann, vendor] = await Promise.all([open(town.ann), open(town.vendor)]);
  await goOnDuty(ann, "Mitte");
  const order = await town.vendor.api.submit("Ramen", { ready: true });
  await town.ann.api.give(order, "claim", "start", "arrive", "pick_up");
  await ann.getByRole("navigation").getByRole("button", { name: order.code }).click();
  await ann.getByRole("button", { name: "Cannot deliver" }).click();
  await giveReason(ann, "Nobody answers", "Bring it back");
  await expect(ann.getByText("Bring it back to Ramen Bar")).toBeVisible();
  await cardOf(vendor, order.code).getByRole("button", { name: "It is back" }).click();
  await expect(cardOf(vendor, order.code)).toContainText("Returned");
  await expect(ann.getByText("Nothing on offer right now")).toBeVisible();
});

test("an order that the dispatcher gives up leaves its driver with the reason, until it is understood", async ({ town, open }) => {
  const ann = await open(town.ann);
  await goOnDuty(ann, "Mitte");
  const order = await town.vendor.api.submit("Ramen", { ready: true });
  await town.ann.api.give(order, "claim", "pick_up");
  await expect(ann.getByRole("article", { name: order.code })).toBeVisible();
  await town.admin.api.give(order, ["fail", { reason: "Fell into the river" }]);
  await expect(ann.getByText(`${order.code} the dispatcher gave it up: Fell into the river`)).toBeVisible();
  await ann.reload();
  await ann.getByRole("button", { name: "Understood" }).click();
  await expect(ann.getByText("Fell into the river")).toBeHidden();
});

test("a vendor that asks for the pickup code gets it from the driver", async ({ town, open }) => {
  await town.admin.api.patch(`/vendors/${town.vendor.id}`, { require_pickup_code: true });
  const ann = await open(town.ann);
  await goOnDuty(ann, "Mitte");
  const order = await town.vendor.api.submit("Ramen", { ready: true });
  await offerOf(ann, order.code).getByRole("button", { name: "Claim" }).click();
  await ann.getByRole("button", { name: "Start to the pickup" }).click();
  await ann.getByRole("button", { name: "I am at the pickup" }).click();
  await ann.getByRole("button", { name: "Picked up" }).click();
  const asked = ann.getByRole("dialog", { name: "Pickup code" });
  await asked.getByLabel("Code").fill("0000");
  await asked.getByRole("button", { name: "Confirm" }).click();
  await expect(asked.getByRole("status").filter({ hasText: "code is not" })).toBeVisible();
  await asked.getByLabel("Code").fill(order.code);
  await asked.getByRole("button", { name: "Confirm" }).click();
  await expect(ann.getByRole("button", { name: "I am at the drop-off" })).toBeVisible();
});

test("where nobody is on duty the shop and the dispatcher know at once, until somebody comes", async ({ town, open }) => {
  const [ann, vendor, admin] = await Promise.all([open(town.ann), open(town.vendor), open(town.admin)]);
  const { code } = await town.vendor.api.submit("Ramen", { ready: true });
  const told = cardOf(vendor, code).getByText("No driver is on duty here right now. The dispatcher has been told.");
  await expect(told).toBeVisible();
  await expect(rowOf(admin, code)).toContainText("Nobody on duty");
  const panel = await openOrder(admin, code);
  await expect(panel).toContainText("no driver is on duty in Mitte");
  await panel.getByRole("button", { name: "I see to it" }).click();
  await expect(panel).toContainText(/sees to it/);
  await vendor.reload();
  await expect(told).toBeVisible();
  await goOnDuty(ann, "Mitte");
  await expect(told).toBeHidden();
  await expect(panel).not.toContainText("no driver is on duty");
});

test("a driver who sees an offer and does not answer is told loudly that he is paused, and goes on with one touch", async ({ town, open }) => {
  const rules = { offer_round_s: 10, auto_pause_after: 1 };
  await town.admin.api.put(`/zones/${town.zone.id}`, { name: town.zone.name, rules });
  const [ann, admin] = await Promise.all([open(town.ann), open(town.admin)]);
  await goOnDuty(ann, "Mitte");
  const { code } = await town.vendor.api.submit("Ramen", { zone: town.zone.id, ready: true });
  await expect(offerOf(ann, code)).toBeVisible();
  const paused = ann.getByRole("alert");
  await expect(paused).toContainText("You are paused", { timeout: 20_000 });
  await expect(offerOf(ann, code)).toBeHidden();
  await goTo(admin, "Drivers");
  await expect(admin.getByText("Paused: did not answer")).toBeVisible();
  // From here on he may take his time.
  await town.admin.api.put(`/zones/${town.zone.id}`, { name: town.zone.name, rules: { auto_pause_after: 0 } });
  await paused.getByRole("button", { name: "Go on in Mitte" }).click();
  await expect(paused).not.toContainText("You are paused");
  await expect(offerOf(ann, code)).toBeVisible();
});

test("an offer that goes the same way as a job says so", async ({ town, open }) => {
  await town.admin.api.put(`/zones/${town.zone.id}`, { name: town.zone.name, rules: { same_trip: true } });
  const [ann, bob] = await Promise.all([open(town.ann), open(town.bob)]);
  await Promise.all([goOnDuty(ann, "Mitte"), goOnDuty(bob, "Mitte")]);
  const dropoff = { address: "2 Side Street", lat: 52.53, lng: 13.41 };
  const first = await town.vendor.api.submit("Ramen", { zone: town.zone.id, ready: true, dropoff });
  await offerOf(ann, first.code).getByRole("button", { name: "Claim" }).click();
  await expect(ann.getByRole("button", { name: "Start to the pickup" })).toBeVisible();
  const second = await town.vendor.api.submit("Gyoza", { zone: town.zone.id, ready: true, dropoff });
  await ann.getByRole("navigation").getByRole("button", { name: "Offers" }).click();
  await expect(offerOf(ann, second.code)).toContainText(`Same way as ${first.code}`);
  await expect(offerOf(bob, second.code)).toBeHidden();
  // After ten seconds everybody is asked.
  await expect(offerOf(bob, second.code)).toBeVisible({ timeout: 20_000 });
});

test("a loser is told whether another driver was first, or the dispatcher decided", async ({ town, open }) => {
  const ann = await open(town.ann);
  await goOnDuty(ann, "Mitte");
  const order = await town.vendor.api.submit("Ramen", { ready: true });
  await expect(offerOf(ann, order.code)).toBeVisible();
  await town.admin.api.post(`/orders/${order.id}/assign`, { driver_id: town.bob.id });
  await expect(ann.getByRole("status", { name: "What changed" })).toContainText("the dispatcher gave it to another driver");
});
