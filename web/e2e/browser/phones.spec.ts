// What a dispatcher sees of drivers' phones: what they can do, who pauses, and the photos they send.

import { readFile } from "node:fs/promises";
import { ask, work } from "../duty";
import { cardOf, goTo, openOrder } from "../steps";
import { expect, test } from "../test";

const PHOTO = new URL("../../../src/domain/photo/tests/door.jpg", import.meta.url);

test("the dispatcher sees what a driver's phone can do, and until when the driver pauses", async ({ town, open }) => {
  const admin = await open(town.admin);
  const { socket, goHome } = await work(town.ann, "mitte");
  await goTo(admin, "Drivers");
  const row = admin.getByRole("listitem", { name: "Ann" });
  await ask(socket, "driver.device", { location: "granted", notifications: "denied", sound: "not_heard", installed: true });
  const phone = row.getByRole("list", { name: "Phone" });
  for (const fact of ["Location on", "Notices refused", "Alarm not heard", "On the home screen"]) await expect(phone).toContainText(fact);
  await ask(socket, "driver.device", { location: "granted", notifications: "granted", sound: "heard", installed: true });
  await expect(phone).toContainText("Alarm heard");
  await ask(socket, "driver.pause", { minutes: 30 });
  await expect(row).toContainText(/Paused until \d/);
  await ask(socket, "driver.resume");
  await expect(row).toContainText("Live");
  goHome();
});

test("who waits for a driver sees within a second that the phone is gone, and that it is back", async ({ town, open, forgive }) => {
  forgive(/ERR_INTERNET_DISCONNECTED|ERR_NETWORK_CHANGED|WebSocket connection/);
  const [vendor, admin] = await Promise.all([open(town.vendor), open(town.admin)]);
  await goTo(admin, "Drivers");
  const { goHome } = await work(town.ann, "mitte");
  const order = await town.vendor.api.submit("Ramen", { ready: true });
  await town.ann.api.give(order, "claim");
  const row = admin.getByRole("listitem", { name: "Ann" });
  await expect(cardOf(vendor, order.code)).toContainText("Connected");
  await expect(row).toContainText("Live");
  goHome();
  await expect(cardOf(vendor, order.code)).toContainText("No connection");
  await expect(row).toContainText("Not connected");

  // Also for who was away: no event says it.
  await vendor.context().setOffline(true);
  await expect(vendor.getByText("Offline, trying again").first()).toBeVisible();
  const back = await work(town.ann, "mitte");
  await expect(row).toContainText("Live");
  await vendor.context().setOffline(false);
  await expect(cardOf(vendor, order.code)).toContainText("Connected");
  back.goHome();
});

test("the history says when something was done that a phone told later", async ({ town, open }) => {
  const admin = await open(town.admin);
  const order = await town.vendor.api.submit("Ramen", { ready: true });
  await town.admin.api.give(order, ["assign", { driver_id: town.ann.id }]);
  const occurred_at = new Date(Date.now() - 20 * 60_000);
  await town.ann.api.give(order, ["start", { occurred_at }], "arrive");
  const panel = await openOrder(admin, order.code);
  const time = occurred_at.toLocaleTimeString("en-GB", { timeZone: "Europe/Berlin", hour: "2-digit", minute: "2-digit" });
  await expect(panel.getByRole("listitem").filter({ hasText: "told later" })).toHaveCount(1);
  await expect(panel).toContainText(`${time}, told later`);
});

test("the dispatcher sees the photo of a delivery", async ({ town, open }) => {
  const admin = await open(town.admin);
  const order = await town.vendor.api.submit("Ramen", { ready: true });
  await town.admin.api.give(order, ["assign", { driver_id: town.ann.id }]);
  await town.ann.api.give(order, "pick_up");
  const sent = await fetch(`${town.base}/api/v1/orders/${order.id}/photos`, {
    method: "POST",
    headers: { Authorization: `Bearer ${town.ann.key}` },
    body: await readFile(PHOTO),
  });
  const { id } = (await sent.json()) as { id: string };
  await town.ann.api.give(order, ["deliver", { proof: { name: "Kim", photo: id } }]);
  await admin.getByRole("radio", { name: /^Done/ }).check();
  const panel = await openOrder(admin, order.code);
  const photo = panel.getByRole("img", { name: "Photo of the delivery" });
  await expect(photo).toBeVisible();
  expect(await photo.evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth))).toBe(32);
  await expect(panel).toContainText("Kim");
});
