// A driver without a network: everything stays readable, what he does is kept, and nothing is lost or done twice.

import { isReadable } from "../probes";
import { goOnDuty, offerOf } from "../steps";
import { expect, type Page, test } from "../test";
import type { Event, Order } from "../../shared/protocol";

const OFFLINE = /ERR_INTERNET_DISCONNECTED|ERR_NETWORK_CHANGED|WebSocket connection|Failed to load resource/;

/** The page's worker has kept everything that the page is made of. */
async function isKept(page: Page): Promise<void> {
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller?.state)).toBe("activated");
}

async function keptFiles(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const caches_ = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
    const requests = await Promise.all(caches_.map((cache) => cache.keys()));
    return requests.flat().map(({ url }) => new URL(url).pathname);
  });
}

const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();

test("a driver works on without a network, over a reload, and everything is sent in order when it is back", async ({ town, open, forgive }) => {
  forgive(OFFLINE);
  const ann = await open(town.ann);
  await goOnDuty(ann, "Mitte");
  const carried = await town.vendor.api.submit("Ramen", { ready: true, dropoff: { address: "2 Side Street", contact_name: "Kim" } });
  const other = await town.vendor.api.submit("Gyoza", { ready: true });
  await offerOf(ann, carried.code).getByRole("button", { name: "Claim" }).click();
  await expect(ann.getByRole("button", { name: "Start to the pickup" })).toBeVisible();
  await town.vendor.api.give(carried, ["message", { text: "Second bell from the left" }]);
  await expect(ann.getByRole("button", { name: "Chat 1 new" })).toBeVisible();
  await isKept(ann);
  await expect.poll(() => keptFiles(ann)).toContain("/driver");
  expect((await keptFiles(ann)).filter((path) => path.startsWith("/api"))).toEqual([]);

  await ann.context().setOffline(true);
  const alert = ann.locator("[aria-live=assertive]").filter({ hasText: "No network." });
  await expect(alert).toContainText("New offers may not reach you");
  await press(ann, "Start to the pickup");
  await press(ann, "I am at the pickup");
  const waiting = ann.getByRole("region", { name: "Waiting to be sent" });
  await expect(waiting.getByRole("listitem")).toHaveText([/^Started to the pickup at/, /^At the pickup at/]);
  await isReadable(ann, "a job without a network");

  await ann.reload();
  await expect(ann.getByRole("button", { name: "Picked up", exact: true })).toBeVisible();
  await expect(ann.getByText("2 Side Street")).toBeVisible();
  await expect(waiting.getByRole("listitem")).toHaveCount(2);
  await press(ann, "Picked up");
  await waiting.getByRole("button", { name: "Take it back" }).click();
  await expect(waiting.getByRole("listitem")).toHaveCount(2);
  await press(ann, "Picked up");
  await ann.getByRole("button", { name: "Chat" }).click();
  const chat = ann.getByRole("dialog", { name: /^Chat/ });
  await chat.getByLabel("Message").fill("On my way");
  await chat.getByRole("button", { name: "Send" }).click();
  await expect(chat.getByText("Second bell from the left")).toBeVisible();
  await expect(chat.getByRole("listitem").filter({ hasText: "On my way" })).toContainText("Waiting to be sent");
  await ann.keyboard.press("Escape");
  await expect(waiting.getByRole("listitem").last()).toContainText("Message: On my way");
  await ann.getByRole("navigation").getByRole("button", { name: "Offers" }).click();
  await expect(offerOf(ann, other.code).getByRole("button", { name: "Cannot claim offline" })).toBeDisabled();
  await isReadable(ann, "offers without a network");

  await ann.context().setOffline(false);
  await expect(ann.getByText("Everything is sent")).toBeVisible();
  await expect(alert).toBeHidden();
  const { data } = await town.admin.api.get<{ data: Event[] }>(`/orders/${carried.id}/events?limit=200`);
  const told = data.filter((event) => "occurred_at" in event.data);
  expect(told.map((event) => event.type)).toEqual(["order.enroute_to_pickup", "order.arrived_at_pickup", "order.picked_up", "order.message"]);
  for (const { at, data } of told) expect(Date.parse(at)).toBeGreaterThan(Date.parse(String(data["occurred_at"])));
  await expect(offerOf(ann, other.code).getByRole("button", { name: "Claim" })).toBeEnabled();
});

test("the page can be put on a home screen, and a newer one is shown when the driver asks for it", async ({ town, open, hub }) => {
  const ann = await open(town.ann);
  await isKept(ann);
  const head = async (path: string) => (await ann.request.get(`${hub.base}${path}`)).headers();
  expect(await head("/sw.js")).toMatchObject({ "content-type": "text/javascript; charset=utf-8", "cache-control": "no-cache" });
  expect((await head("/sw.js"))["content-security-policy"]).toContain("default-src 'none'");
  const link = await ann.locator("link[rel=manifest]").getAttribute("href");
  const manifest = (await (await ann.request.get(`${hub.base}${link}`)).json()) as { start_url: string; scope: string; icons: { src: string; purpose?: string }[] };
  expect(manifest).toMatchObject({ start_url: "/driver", scope: "/driver", display: "standalone" });
  for (const { src } of manifest.icons) expect((await ann.request.get(`${hub.base}${src}`)).status(), src).toBe(200);
  expect(manifest.icons.some(({ purpose }) => purpose === "maskable")).toBe(true);

  // A worker at another address is a newer one to the browser, whatever is in it.
  await ann.evaluate(async () => void (await navigator.serviceWorker.register("/sw.js?newer", { scope: "/driver" })));
  await expect(ann.getByText("There is a new version of this page.")).toBeVisible();
  await isReadable(ann, "a newer page");
  await Promise.all([ann.waitForEvent("load"), press(ann, "Show it")]);
  await expect(ann.getByRole("switch", { name: "Mitte" })).toBeVisible();
  expect(await ann.evaluate(() => navigator.serviceWorker.controller?.scriptURL)).toBe(`${hub.base}/sw.js?newer`);
});

test("what was refused while a driver was away is explained until it is understood, and signing out leaves nothing behind", async ({ town, open, forgive }) => {
  forgive(OFFLINE);
  const ann = await open(town.ann);
  const order = await town.vendor.api.submit("Ramen", { ready: true });
  await town.admin.api.give(order, ["assign", { driver_id: town.ann.id }]);
  await expect(ann.getByRole("button", { name: "Start to the pickup" })).toBeVisible();
  await ann.context().setOffline(true);
  await expect(ann.getByText("No network.")).toBeVisible();
  await press(ann, "Start to the pickup");
  await expect(ann.getByRole("region", { name: "Waiting to be sent" })).toBeVisible();
  await town.admin.api.give(order, ["assign", { driver_id: town.bob.id }]);
  await ann.context().setOffline(false);

  const refused = ann.getByRole("region", { name: `${order.code}: not everything was accepted` });
  await expect(refused.getByRole("listitem")).toHaveText(/^Started to the pickup at/);
  await expect(refused).toContainText("The order is no longer yours.");
  await isReadable(ann, "a refusal");
  await ann.reload();
  await refused.getByRole("button", { name: "Understood" }).click();
  await expect(refused).toBeHidden();
  expect((await town.admin.api.get<Order>(`/orders/${order.id}`)).driver?.name).toBe("Bob");

  const mine = await town.vendor.api.submit("Udon", { ready: true });
  await town.admin.api.give(mine, ["assign", { driver_id: town.ann.id }]);
  await expect(ann.getByRole("button", { name: "Start to the pickup" })).toBeVisible();
  await ann.context().setOffline(true);
  await expect(ann.getByText("No network.")).toBeVisible();
  await press(ann, "Start to the pickup");
  await ann.getByRole("button", { name: "Menu" }).click();
  await press(ann, "Sign out");
  const leave = ann.getByRole("dialog", { name: "Sign out now?" });
  await expect(leave).toContainText("One thing you did is not sent yet");
  await leave.getByRole("button", { name: "Sign out" }).click();
  await expect(ann.getByRole("button", { name: "Sign in" })).toBeVisible();
  const left = await ann.evaluate(async () => {
    const database = await new Promise<IDBDatabase>((found) => {
      const request = indexedDB.open("waypost.driver");
      request.onsuccess = () => found(request.result);
    });
    const boxes = [...database.objectStoreNames];
    const reading = database.transaction(boxes);
    return Promise.all(boxes.map((box) => new Promise((found) => (reading.objectStore(box).count().onsuccess = (event) => found((event.target as IDBRequest).result)))));
  });
  expect(left).toEqual([0, 0, 0]);
});
