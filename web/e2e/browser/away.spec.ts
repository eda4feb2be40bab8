// Who was away misses nothing and keeps nothing that is gone.

import type { Order } from "../../shared/protocol";
import { cardOf, goOnDuty, offerOf, rowOf, submitOrder } from "../steps";
import { expect, test } from "../test";

const OFFLINE = /ERR_INTERNET_DISCONNECTED|ERR_NETWORK_CHANGED|WebSocket connection/;

test("a driver who was offline catches up and keeps no ghost card", async ({ town, open, forgive }) => {
  forgive(OFFLINE);
  const ann = await open(town.ann);
  await goOnDuty(ann, "Mitte");
  const gone = await town.vendor.api.submit("Ramen", { ready: true });
  const stays = await town.vendor.api.submit("Gyoza", { ready: true });
  await expect(offerOf(ann, gone.code)).toBeVisible();
  await expect(offerOf(ann, stays.code)).toBeVisible();

  await ann.context().setOffline(true);
  await expect(ann.getByText("Offline, trying again")).toBeVisible();
  await town.admin.api.give(gone, ["assign", { driver_id: town.bob.id }]);
  const fresh = await town.vendor.api.submit("Udon", { ready: true });
  await ann.context().setOffline(false);

  await expect(offerOf(ann, fresh.code)).toBeVisible();
  await expect(offerOf(ann, gone.code)).toBeHidden();
  await expect(offerOf(ann, stays.code)).toBeVisible();
  await expect(ann.getByRole("status", { name: "What changed" })).toContainText(gone.code);
  await expect(ann.getByText("Live", { exact: true })).toBeVisible();
});

test("what a driver declines on one screen leaves her other one, also when that was away", async ({ town, open, forgive }) => {
  forgive(OFFLINE);
  const ann = await open(town.ann);
  await goOnDuty(ann, "Mitte");
  const tablet = await open(town.ann);
  const [soon, later] = [await town.vendor.api.submit("Ramen", { ready: true }), await town.vendor.api.submit("Gyoza", { ready: true })];
  for (const screen of [ann, tablet]) for (const { code } of [soon, later]) await expect(offerOf(screen, code)).toBeVisible();
  const decline = ({ code }: Order) => offerOf(ann, code).getByRole("button", { name: "Decline" }).click();
  await decline(soon);
  await expect(offerOf(tablet, soon.code)).toBeHidden();
  await expect(offerOf(tablet, later.code)).toBeVisible();

  await tablet.context().setOffline(true);
  await expect(tablet.getByText("Offline, trying again")).toBeVisible();
  await decline(later);
  await expect(ann.getByText("Nothing on offer right now")).toBeVisible();
  await tablet.context().setOffline(false);
  await expect(tablet.getByText("Nothing on offer right now")).toBeVisible();
});

test("an offer cannot be claimed without a network, and can again when it is back", async ({ town, open, forgive }) => {
  forgive(OFFLINE);
  const ann = await open(town.ann);
  await goOnDuty(ann, "Mitte");
  const { code } = await town.vendor.api.submit("Ramen", { ready: true });
  await expect(offerOf(ann, code)).toBeVisible();
  await ann.context().setOffline(true);
  await expect(ann.getByText("Offline, trying again")).toBeVisible();
  await expect(offerOf(ann, code).getByRole("button", { name: "Cannot claim offline" })).toBeDisabled();
  await ann.context().setOffline(false);
  await offerOf(ann, code).getByRole("button", { name: /^Claim / }).click();
  await expect(ann.getByRole("button", { name: "Start to the pickup" })).toBeVisible();
});

test("a vendor who reloads finds everything as it was, and a second tab hears the first", async ({ town, open }) => {
  const page = await open(town.vendor);
  const tab = await page.context().newPage();
  await tab.goto(`${town.base}/vendor`);
  const code = await submitOrder(page, "Ramen");
  await expect(cardOf(tab, code)).toContainText("1 × Ramen");
  await cardOf(tab, code).getByRole("button", { name: "Ready" }).click();
  await expect(cardOf(page, code)).toContainText("Looking for a driver");
  await page.reload();
  await expect(cardOf(page, code)).toContainText("Looking for a driver");
  await expect(cardOf(page, code)).toContainText("2 Side Street");
});

test("a driver who reloads is still on duty and still has his job", async ({ town, open }) => {
  const ann = await open(town.ann);
  await goOnDuty(ann, "Mitte");
  const { code } = await town.vendor.api.submit("Ramen", { ready: true });
  await offerOf(ann, code).getByRole("button", { name: "Claim" }).click();
  await ann.getByRole("button", { name: "Start to the pickup" }).click();
  await ann.reload();
  await expect(ann.getByRole("button", { name: "I am at the pickup" })).toBeVisible();
  await ann.getByRole("button", { name: "Offers" }).click();
  await expect(ann.getByText("On duty in Mitte")).toBeVisible();
});

test("a dispatcher who was offline sees what happened", async ({ town, open, forgive }) => {
  forgive(OFFLINE);
  const admin = await open(town.admin);
  const first = await town.vendor.api.submit("Ramen");
  await expect(rowOf(admin, first.code)).toContainText("Preparing");
  await admin.context().setOffline(true);
  await expect(admin.getByText("Offline, trying again")).toBeVisible();
  await town.vendor.api.give(first, "ready");
  const second = await town.vendor.api.submit("Gyoza");
  await admin.context().setOffline(false);
  await expect(rowOf(admin, first.code)).toContainText("Looking for a driver");
  await expect(rowOf(admin, second.code)).toContainText("Preparing");
});

test("a hub that restarts is found again by every page, and nothing is lost", async ({ town, hub, open, forgive }) => {
  forgive(/ERR_CONNECTION_REFUSED|WebSocket connection|Failed to load resource/);
  const [vendor, ann, admin] = await Promise.all([open(town.vendor), open(town.ann), open(town.admin)]);
  await goOnDuty(ann, "Mitte");
  const code = await submitOrder(vendor, "Ramen");
  await hub.restart();
  await cardOf(vendor, code).getByRole("button", { name: "Ready" }).click();
  await expect(offerOf(ann, code)).toBeVisible();
  await offerOf(ann, code).getByRole("button", { name: "Claim" }).click();
  await expect(cardOf(vendor, code)).toContainText("Ann");
  await expect(rowOf(admin, code)).toContainText("Ann");
});
