// The counter's page as an app: it opens without a network, and its device tells what matters while it is closed.

import type { Order } from "../../shared/protocol";
import type { Page as List } from "../../shared/rest";
import { PUSH_ENV, PushService, stubPushManager } from "../push-service";
import { cardOf } from "../steps";
import { expect, test } from "../test";

const OFFLINE = /ERR_INTERNET_DISCONNECTED|ERR_NETWORK_CHANGED|WebSocket connection|ERR_FAILED|Failed to fetch/;
test.use({ hubEnv: PUSH_ENV });

/** What the page would begin with. */
function keptPicture(): Promise<string> {
  return new Promise((read) => {
    const opened = indexedDB.open("waypost.vendor");
    opened.onsuccess = () => {
      const found = opened.result.transaction("kept").objectStore("kept").get("picture");
      found.onsuccess = () => read(JSON.stringify(found.result ?? null));
      opened.result.close();
    };
  });
}

test("the vendor's page is an app that opens without a network and takes an order there", async ({ town, open, forgive }) => {
  forgive(OFFLINE);
  const page = await open(town.vendor);
  const order = await town.vendor.api.submit("Ramen");
  await expect(cardOf(page, order.code)).toBeVisible();
  const href = await page.locator("link[rel=manifest]").getAttribute("href");
  const manifest = await page.request.get(`${town.base}${href}`);
  expect(manifest.headers()["content-type"]).toBe("application/manifest+json");
  expect(await manifest.json()).toMatchObject({ id: "/vendor", start_url: "/vendor", scope: "/vendor", display: "standalone" });
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  await expect.poll(() => page.evaluate(() => !!navigator.serviceWorker.controller)).toBe(true);

  // What is known is put away twice a second.
  await expect.poll(() => page.evaluate(keptPicture)).toContain(order.code);
  await page.context().setOffline(true);
  await page.reload();
  await expect(cardOf(page, order.code)).toContainText("1 × Ramen");
  await page.getByRole("button", { name: "New order" }).click();
  const form = page.getByRole("dialog", { name: "New order" });
  await form.getByLabel("Item 1").fill("Gyoza");
  await form.getByRole("button", { name: "Submit order" }).click();
  await expect(page.getByRole("article", { name: "Not sent yet" })).toContainText("Gyoza");
  await page.context().setOffline(false);
  await expect.poll(async () => (await town.vendor.api.get<List<Order>>("/orders")).data.length).toBe(2);

  // The driver's page has a worker and files of its own, and neither takes the other's away.
  const driver = await page.context().newPage();
  await driver.goto(`${town.base}/driver`);
  await driver.evaluate(async () => void (await navigator.serviceWorker.ready));
  await expect.poll(() => driver.evaluate(async () => (await caches.keys()).map((name) => name.replace(/[0-9a-f]{12}$/, "")).sort())).toEqual(["waypost-driver-", "waypost-vendor-"]);
});

test("a counter that wants notices is told of a driver who is here while its page is closed, and no more after signing out", async ({ hub, town, open }) => {
  const service = await PushService.open(hub.base);
  const first = await open(town.vendor, { permissions: ["notifications"] });
  const context = first.context();
  await context.addInitScript(stubPushManager, service.browser("counter"));
  await first.reload();
  await first.getByRole("button", { name: "Sound and display" }).click();
  const wants = first.getByRole("switch", { name: "Notices while this page is closed" });
  await expect(wants).not.toBeChecked();
  await wants.check();
  const isSubscribed = () => first.evaluate(() => localStorage.getItem("test.push"));
  await expect.poll(isSubscribed).toBe("subscribed");
  await wants.uncheck();
  await expect.poll(isSubscribed).toBeNull();
  await wants.check();
  await expect.poll(isSubscribed).toBe("subscribed");
  const order = await town.vendor.api.submit("Ramen", { ready: true });
  await town.admin.api.give(order, ["assign", { driver_id: town.bob.id }]);
  await expect(cardOf(first, order.code)).toContainText("Bob");
  const idle = await context.newPage();
  await first.close();
  await expect.poll(async () => (await fetch(`${hub.base}/metrics`)).text()).toMatch(/waypost_connections\{namespace="\/orders"\} 0/);
  await town.bob.api.give(order, "start", "arrive");
  const { said } = await service.next("counter");
  expect(said).toMatchObject({ kind: "arrived", code: order.code, url: "/vendor" });

  await idle.goto(`${hub.base}/vendor`);
  await expect(cardOf(idle, order.code)).toBeVisible();
  await idle.getByRole("button", { name: "Sign out" }).click();
  await expect(idle.getByRole("button", { name: "Sign in" })).toBeVisible();
  expect(await idle.evaluate(() => localStorage.getItem("test.push"))).toBeNull();
  await service.close();
});
