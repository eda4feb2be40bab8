// The recipient's page: what they are shown and when, with and without a network, and who may see it.

import { ask, connect, next } from "../duty";
import { englishIn } from "../english";
import { both } from "../pictures";
import { holdsEverywhere, isReadable, isWorkedByKeys, reflows, saidOn } from "../probes";
import { expect, type Page, PHONE, test, type Town } from "../test";
import type { Order } from "../../shared/protocol";

const DROPOFF = { address: "2 Side Street", contact_name: "Kim", phone: "+49 30 555 030", lat: 52.53, lng: 13.41, instructions: "3rd floor, the bell says Kim" };
const ON_THE_WAY = { lat: 52.525, lng: 13.405 };

const submit = (town: Town, more: object = {}) => town.vendor.api.submit("Ramen", { dropoff: DROPOFF, ...more });

async function pickUp(town: Town, order: Order) {
  const ann = connect(town.ann, "/drivers");
  await next(ann, "sync");
  await town.admin.api.give(order, ["assign", { driver_id: town.ann.id }]);
  await town.ann.api.give(order, "start", "arrive", "pick_up");
  return ann;
}

const says = (page: Page, words: string) => expect(page.getByRole("status").filter({ hasText: words })).toBeVisible();

test("a recipient follows a delivery from the kitchen to the door", async ({ town, visit }) => {
  const order = await submit(town);
  const page = await visit(order.tracking_url ?? "", { viewport: PHONE });
  await expect(page.getByRole("heading", { name: "Your delivery from Ramen Bar" })).toBeVisible();
  await says(page, "Being prepared");
  await says(page, "Live");
  await expect(page.getByText(/updated (just now|\d+ s ago)/)).toBeVisible();
  await expect(page).toHaveTitle("Being prepared · Ramen Bar");
  await expect(page.getByRole("link", { name: "Call Ramen Bar" })).toHaveAttribute("href", "tel:+4930555010");
  await expect(page.getByText(order.code)).toBeHidden();
  await town.vendor.api.give(order, "ready");
  await says(page, "Ready, waiting for a driver");
  const ann = await pickUp(town, order);
  await says(page, "On the way to you");
  await expect(page.getByText("Ann, by bicycle")).toBeVisible();
  const map = page.getByRole("region", { name: "Where your delivery is" });
  await expect(map.locator(".is-dropoff")).toHaveText("You");
  await expect(page.getByText("Where Ann is right now is not known")).toBeVisible();
  await ask(ann, "driver.location", ON_THE_WAY);
  await expect(page.getByText("Ann is 700 yd away, in a straight line.")).toBeVisible();
  await expect(map.locator(".is-driver")).toHaveText("Ann");
  await ask(ann, "driver.location", { lat: 52.529, lng: 13.409 });
  await expect(page.getByText("Ann is 150 yd away, in a straight line.")).toBeVisible();
  await town.ann.api.give(order, "arrive");
  await says(page, "At your door");
  await town.ann.api.give(order, "deliver");
  await says(page, "Delivered");
  await expect(map).toBeHidden();
  const shown = await page.locator("body").innerText();
  for (const secret of ["Kim", "3rd floor", "Side Street", "555 030", "555 020", "Ramen\n"]) expect(shown).not.toContain(secret);
  ann.disconnect();
});

test("the page says when it is offline, and comes back by itself", async ({ town, visit, forgive }) => {
  forgive(/ERR_INTERNET_DISCONNECTED|ERR_NETWORK_CHANGED|ERR_INCOMPLETE_CHUNKED_ENCODING/);
  const order = await submit(town);
  const page = await visit(order.tracking_url ?? "", { viewport: PHONE });
  await says(page, "Live");
  await page.context().setOffline(true);
  await says(page, "You are offline. What you see is from before.");
  await town.vendor.api.give(order, "ready");
  await isReadable(page, "offline");
  await page.context().setOffline(false);
  await says(page, "Ready, waiting for a driver");
  await says(page, "Live");
});

test("the page comes back by itself to a hub that was restarted", async ({ hub, town, visit, forgive }) => {
  forgive(/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|503 \(Service Unavailable\)/);
  const order = await submit(town);
  const page = await visit(order.tracking_url ?? "");
  await says(page, "Live");
  await hub.restart();
  await town.vendor.api.give(order, "ready");
  await says(page, "Ready, waiting for a driver");
  await says(page, "Live");
});

test("the recipient's page is readable by everybody, on a small screen and enlarged", async ({ town, visit }) => {
  const order = await submit(town, { ready: true });
  const page = await visit(order.tracking_url ?? "", { viewport: PHONE });
  await says(page, "Ready, waiting for a driver");
  await holdsEverywhere(page, "waiting");
  const ann = await pickUp(town, order);
  await ask(ann, "driver.location", ON_THE_WAY);
  await expect(page.getByRole("button", { name: "Show everything" })).toBeVisible();
  await holdsEverywhere(page, "on the way");
  await isWorkedByKeys(page, "on the way");
  await page.evaluate(() => (document.documentElement.style.fontSize = "200%"));
  await reflows(page, "with letters of twice the size");
  ann.disconnect();
});

test("a link that leads nowhere says so, and the same whatever is wrong with it", async ({ hub, visit, forgive }) => {
  forgive(/404 \(Not Found\)/);
  const page = await visit(`${hub.base}/track/${"0".repeat(32)}`, { viewport: PHONE });
  await expect(page.getByRole("heading", { name: "This link leads to no delivery" })).toBeVisible();
  await holdsEverywhere(page, "no delivery");
  await both(page, "track-gone");
});

test("the recipient's page speaks their language", async ({ town, visit }) => {
  const order = await submit(town);
  const page = await visit(order.tracking_url ?? "", { locale: "de-DE" });
  await says(page, "In Zubereitung");
  await expect(page.getByRole("link", { name: "Ramen Bar anrufen" })).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("lang", "de");
  expect(englishIn(await saidOn(page))).toEqual([]);
});

test("pictures: the recipient", async ({ town, visit }) => {
  const order = await submit(town);
  const page = await visit(order.tracking_url ?? "", { viewport: PHONE });
  await says(page, "Being prepared");
  await both(page, "track-preparing");
  await town.vendor.api.give(order, "ready");
  const ann = await pickUp(town, order);
  await ask(ann, "driver.location", ON_THE_WAY);
  await expect(page.getByText("away, in a straight line")).toBeVisible();
  await expect(page.getByRole("button", { name: "Show everything" })).toBeVisible();
  await both(page, "track-on-the-way");
  await town.ann.api.give(order, "arrive", "deliver");
  await says(page, "Delivered");
  await both(page, "track-delivered");
  const sad = await submit(town, { scheduled_for: new Date(Date.now() + 7_200_000).toISOString() });
  await page.goto(sad.tracking_url ?? "");
  await says(page, "Planned");
  await both(page, "track-planned");
  await town.vendor.api.give(sad, ["cancel", { reason: "Out of stock" }]);
  await says(page, "Cancelled");
  await both(page, "track-cancelled");
  ann.disconnect();
});
