// Looking after orders: problems, chat, history, the tracking link, what is found again, and what goes on paper.

import { readFile } from "node:fs/promises";
import type { Order } from "../../shared/protocol";
import { work } from "../duty";
import { heard, listen } from "../ears";
import { holdsEverywhere } from "../probes";
import { expect, test } from "../test";

const PHOTO = new URL("../../../src/domain/photo/tests/door.jpg", import.meta.url);
const DROPOFF = { address: "2 Side Street", contact_name: "Kim", phone: "+49 30 555-030", lat: 52.53, lng: 13.41 };

test("a driver's problem comes up with what can be done, over nobody's typing, and is talked over and solved", async ({ town, open }) => {
  const page = await open(town.vendor);
  await listen(page);
  const ann = await work(town.ann, "mitte");
  const order = await town.vendor.api.submit("Ramen", { ready: true, dropoff: DROPOFF });
  await town.ann.api.give(order, "claim", "start");
  await page.getByRole("button", { name: "New order" }).click();
  const form = page.getByRole("dialog", { name: "New order" });
  await form.getByLabel("Item 1").fill("Half an or");
  await town.ann.api.give(order, ["problem", { reason: "Cannot find the shop", note: "at the fountain" }]);
  await expect(form).toContainText(`Problem with ${order.code}`);
  await expect(form.getByLabel("Item 1")).toBeFocused();
  await form.getByRole("button", { name: "Look" }).click();
  const popup = page.getByRole("dialog", { name: `Problem with ${order.code}` });
  await expect(popup).toContainText("Ann says");
  await expect(popup).toContainText("at the fountain");
  await expect(popup.getByRole("link", { name: "Call Ann" })).toBeVisible();
  await expect(popup.getByRole("link", { name: "Call Kim" })).toHaveAttribute("href", "tel:+4930555030");
  await expect(popup.getByRole("button", { name: "Cancel order" })).toBeVisible();
  await holdsEverywhere(page, "problem");
  await popup.getByRole("button", { name: "Message" }).click();
  const details = page.getByRole("dialog", { name: new RegExp(order.code) });
  await details.getByRole("button", { name: "Please call us" }).click();
  await expect(details.getByRole("region", { name: "Chat" })).toContainText("Please call us");
  await town.ann.api.give(order, ["message", { text: "Found it" }]);
  await expect(details.getByRole("region", { name: "Chat" })).toContainText("Found it");
  await details.getByRole("button", { name: "It is solved" }).click();
  await expect(page.getByText(`The problem with ${order.code} is solved`)).toBeVisible();
  expect((await town.vendor.api.get<Order>(`/orders/${order.id}`)).problem).toBeNull();

  // The shop's own trouble, the other way round.
  await details.getByRole("button", { name: "Report a problem" }).click();
  const report = page.getByRole("dialog", { name: `What is wrong with ${order.code}?` });
  await report.getByRole("radio", { name: "Delayed in the kitchen" }).check();
  await report.getByRole("button", { name: "Tell driver and dispatcher" }).click();
  await expect(report).toBeHidden();
  await expect(details).toContainText("Delayed in the kitchen");
  expect((await heard(page)).rings, "the problem rang").toBeGreaterThanOrEqual(1);
  ann.goHome();
});

test("an order's history, link and proof are shown, it is found again by phone, and goes into a table and on paper", async ({ town, open }) => {
  const page = await open(town.vendor, { permissions: ["clipboard-read", "clipboard-write"] });
  await listen(page);
  const [ann, bob] = await Promise.all([work(town.ann, "mitte"), work(town.bob, "mitte")]);
  const order = await town.vendor.api.submit("Ramen", { ready: true, zone: "mitte", dropoff: DROPOFF, notes: "No cutlery", cash_to_collect: { amount: 1250, currency: "EUR" } });
  await town.bob.api.give(order, ["decline", { reason: "Flat tyre" }]);
  await town.ann.api.give(order, "claim", "start", "arrive", "pick_up", "arrive");
  const photo = await fetch(`${town.base}/api/v1/orders/${order.id}/photos`, { method: "POST", headers: { Authorization: `Bearer ${town.ann.key}` }, body: await readFile(PHOTO) });
  const { id } = (await photo.json()) as { id: string };
  await town.ann.api.give(order, ["deliver", { proof: { name: "Neighbour Jo", note: "ground floor", photo: id } }]);
  await expect(page.getByRole("region", { name: "Done or problem" })).toContainText(order.code);

  await page.keyboard.press("/");
  await page.getByLabel("Code, phone or name").fill("030 555030");
  await expect(page.getByText("1 order found")).toBeVisible();
  await holdsEverywhere(page, "search");
  await page.getByRole("dialog").getByRole("button", { name: order.code }).click();
  const details = page.getByRole("dialog", { name: new RegExp(order.code) });
  await expect(details).toContainText("Taken by Neighbour Jo");
  const seen = details.getByRole("img", { name: "Photo of the delivery" });
  expect(await seen.evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth))).toBe(32);
  await details.getByText("Round 1: offered to 2").click();
  await expect(details.getByRole("listitem").filter({ hasText: "Bob" }).last()).toContainText(/declined \d\d:\d\d\s*“?Flat tyre/);
  await expect(details.getByRole("listitem").filter({ hasText: "Ann" }).last()).toContainText(/Delivered by Ann|took it/);
  await details.getByRole("button", { name: "Copy" }).click();
  await expect(page.getByText("The link is copied")).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(order.tracking_url);
  await details.getByRole("button", { name: "QR code" }).click();
  const qr = details.getByRole("img", { name: `QR code of the tracking link of ${order.code}` });
  await expect.poll(() => qr.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
  await holdsEverywhere(page, "details");
  await details.getByRole("button", { name: "Print slip" }).click();
  await expect.poll(async () => (await heard(page)).printed).toBe(1);
  await page.getByRole("button", { name: "Close" }).click();

  const [saved] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Today as a table" }).click()]);
  expect(saved.suggestedFilename()).toMatch(/^waypost-\d{4}-\d\d-\d\d\.csv$/);
  expect(await readFile(await saved.path(), "utf8")).toContain(`,${order.code},`);

  // What the printer would be given, as long as it is asked for.
  await page.evaluate(() => (window.print = () => Object.assign(window, { paper: document.querySelector<HTMLElement>(".paper")?.innerText })));
  await page.emulateMedia({ media: "print" });
  await page.getByRole("button", { name: "Print today’s list", includeHidden: true }).dispatchEvent("click");
  await expect.poll(() => page.evaluate(() => String((window as unknown as { paper?: string }).paper))).toMatch(new RegExp(`${order.code}[\\s\\S]*Kim, 2 Side Street[\\s\\S]*Delivered`));
  ann.goHome();
  bob.goHome();
});
