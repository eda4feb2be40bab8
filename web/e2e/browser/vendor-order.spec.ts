// A new order at the counter: by the keyboard alone, through a reload, without a network, and changed afterwards.

import type { Order } from "../../shared/protocol";
import type { Page as List } from "../../shared/rest";
import { holdsEverywhere } from "../probes";
import { cardOf, codeOf } from "../steps";
import { expect, type Page, PHONE, test, type Town } from "../test";

const OFFLINE = /ERR_INTERNET_DISCONNECTED|ERR_NETWORK_CHANGED|WebSocket connection/;

const orders = async (town: Town) => (await town.vendor.api.get<List<Order>>("/orders")).data;
const form = (page: Page) => page.getByRole("dialog", { name: "New order" });

async function type(page: Page, ...steps: string[]): Promise<void> {
  for (const step of steps) await (/^(Tab|Enter|Escape|Arrow\w+|Space|Control\+Enter)$/.test(step) ? page.keyboard.press(step) : page.keyboard.type(step));
}

test("an order is typed by the keyboard alone, survives a reload, and its recipient is known the next time", async ({ town, open }) => {
  const page = await open(town.vendor);
  await expect(page.getByText("No orders yet")).toBeVisible();
  const begun_ms = Date.now();
  await type(page, "n");
  await expect(form(page).getByLabel("Address")).toBeFocused();
  await type(page, "2 Side Street", "Enter", "+49 30 555 030", "Enter", "Kim");
  await page.reload();
  await expect(page.getByRole("button", { name: "New order" })).toBeVisible();
  await type(page, "n");
  await expect(form(page).getByLabel("Address")).toHaveValue("2 Side Street");
  await expect(form(page).getByLabel("Name", { exact: true })).toHaveValue("Kim");
  await form(page).getByLabel("Item 1").focus();
  await type(page, "Ramen", "Enter", "Gyoza");
  await expect(form(page).getByLabel("Item 2")).toBeFocused();
  await form(page).getByLabel("Cash to collect").focus();
  await type(page, "12,50", "Control+Enter");
  await expect(form(page)).toBeHidden();
  expect(Date.now() - begun_ms, "a counter has less than 20 s for it").toBeLessThan(20_000);
  const card = page.getByRole("article").filter({ hasText: "1 × Ramen, 1 × Gyoza" });
  const code = await codeOf(card);
  const [first] = await orders(town);
  expect(first).toMatchObject({ code, prep_minutes: 15, cash_to_collect: { amount: 1250, currency: "GBP" }, dropoff: { address: "2 Side Street", contact_name: "Kim", phone: "+49 30 555 030" } });

  // A regular: two letters and two keys, and a pin.
  await type(page, "n");
  await form(page).getByLabel("Name", { exact: true }).focus();
  await type(page, "ki");
  await expect(form(page).getByRole("option", { name: /Kim/ })).toBeVisible();
  await holdsEverywhere(page, "form");
  await type(page, "ArrowDown", "Enter");
  await expect(form(page).getByLabel("Address")).toHaveValue("2 Side Street");
  await form(page).getByText("Exact position").focus();
  await type(page, "Enter");
  const map = form(page).getByRole("application", { name: /Where it goes/ });
  await expect(form(page).getByRole("button", { name: "Pin at the cross" })).toBeVisible();
  const lat = form(page).getByLabel("Latitude");
  await map.click({ position: { x: 40, y: 40 } });
  await expect(lat).toHaveValue(/^52\./);
  const pressed = await lat.inputValue();
  await map.focus();
  await type(page, "ArrowRight", "Enter");
  await expect(lat, "the cross is south of where the finger was").not.toHaveValue(pressed);
  await expect(lat).toHaveValue(/^52\.5/);
  await form(page).getByLabel("Item 1").fill("Udon");
  await form(page).getByRole("radio", { name: "Large", exact: true }).check();
  await form(page).getByLabel("Driver must bring").fill("thermal bag");
  await form(page).getByRole("radio", { name: "For later" }).check();
  await form(page).getByLabel("Wanted at").fill("2031-01-05T18:30");
  await form(page).getByRole("switch", { name: "Offer it by itself when it is time" }).check();
  await page.setViewportSize(PHONE);
  await type(page, "Control+Enter");
  await expect(form(page)).toBeHidden();
  const later = (await orders(town)).find((order) => order.status === "scheduled");
  expect(later).toMatchObject({ size: "large", needs: ["thermal bag"], scheduled_for: "2031-01-05T17:30:00.000Z", auto_ready: true, dropoff: { contact_name: "Kim", lng: expect.closeTo(13.4, 1) } });

  await page.getByRole("button", { name: "Sound and display" }).click();
  await page.getByText("Remembered recipients (1)").click();
  await page.getByRole("button", { name: "Forget Kim" }).click();
  await expect(page.getByText("Remembered recipients (1)")).toBeHidden();
  expect(await page.evaluate(() => JSON.stringify({ ...localStorage }))).not.toContain("Kim");
});

test("an order given without a network waits in plain sight, may be changed, and goes out once", async ({ town, open, forgive }) => {
  forgive(OFFLINE);
  const page = await open(town.vendor);
  const ready = await town.vendor.api.submit("Gyoza");
  await expect(cardOf(page, ready.code)).toBeVisible();
  await page.context().setOffline(true);
  await expect(page.getByText("Offline, trying again")).toBeVisible();
  await type(page, "n");
  await expect(form(page).getByText("No connection: the order waits on this device")).toBeVisible();
  await form(page).getByLabel("Address").fill("2 Side Street");
  await form(page).getByLabel("Item 1").fill("Ramen");
  await type(page, "Control+Enter");
  const unsent = page.getByRole("article", { name: "Not sent yet" });
  await expect(unsent).toContainText("Waits for the network");
  await unsent.getByRole("button", { name: "Change" }).click();
  await expect(form(page).getByLabel("Item 1")).toHaveValue("Ramen");
  await form(page).getByLabel("Item 1").fill("Two ramen");
  await type(page, "Control+Enter");
  await expect(unsent).toContainText("Two ramen");
  await cardOf(page, ready.code).getByRole("button", { name: "Ready" }).click();
  await expect(cardOf(page, ready.code)).toContainText("Ready: waits for the network");
  await expect(page.getByText(/No live connection for \d+ s/)).toBeVisible();
  await holdsEverywhere(page, "offline");
  expect((await orders(town)).map((order) => order.status)).toEqual(["submitted"]);

  await page.context().setOffline(false);
  await expect(unsent).toBeHidden();
  await expect(page.getByRole("article").filter({ hasText: "1 × Two ramen" })).toHaveAccessibleName(/^[A-Z2-9]{4,6}$/);
  await expect(cardOf(page, ready.code)).toContainText("Looking for a driver");
  await expect(page.getByText(/No live connection/)).toBeHidden();
  expect((await orders(town)).map((order) => order.items[0]?.name).sort()).toEqual(["Gyoza", "Two ramen"]);
});

test("an order that no driver has yet is changed, and not by two at once", async ({ town, open }) => {
  const page = await open(town.vendor);
  const order = await town.vendor.api.submit("Ramen", { dropoff: { address: "2 Side Street" } });
  const change = page.getByRole("dialog", { name: `Change ${order.code}` });
  const begin = async () => {
    await cardOf(page, order.code).getByRole("button", { name: "Details" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Change" }).click();
  };
  await begin();
  await change.getByLabel("Item 1").fill("Udon");
  await change.getByLabel("Address").fill("9 Park Lane");
  await change.getByRole("button", { name: "Save changes" }).click();
  await expect(change).toBeHidden();
  await page.getByRole("button", { name: "Close" }).click();
  await expect(cardOf(page, order.code)).toContainText("1 × Udon");
  await expect(cardOf(page, order.code)).toContainText("9 Park Lane");

  await begin();
  await change.getByLabel("Item 1").fill("Soba");
  const { version } = await town.vendor.api.get<Order>(`/orders/${order.id}`);
  await town.vendor.api.patch(`/orders/${order.id}`, { version, notes: "No cutlery" });
  await change.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByText("The order has changed meanwhile.")).toBeVisible();
  await expect(page.getByRole("dialog")).toContainText("No cutlery");
  await town.vendor.api.give(order, "ready");
  await page.getByRole("dialog").getByRole("button", { name: "Change" }).click();
  await expect(change.getByRole("radio", { name: "Large", exact: true })).toBeDisabled();
});
