// What a counter has typed or pressed is not lost by one touch, nor by the network, nor by a second tab.

import type { Order } from "../../shared/protocol";
import type { Page as List } from "../../shared/rest";
import { holdsEverywhere } from "../probes";
import { cardOf } from "../steps";
import { expect, type Page, test, type Town } from "../test";

const OFFLINE = /ERR_INTERNET_DISCONNECTED|ERR_NETWORK_CHANGED|WebSocket connection/;

const orders = async (town: Town) => (await town.vendor.api.get<List<Order>>("/orders")).data;
const form = (page: Page) => page.getByRole("dialog", { name: "New order" });

async function goOffline(page: Page): Promise<void> {
  await page.context().setOffline(true);
  await expect(page.getByText("Offline, trying again")).toBeVisible();
}

async function begin(page: Page): Promise<void> {
  await page.getByRole("button", { name: "New order" }).click();
}

test("who signs out is told first what was not sent and what was begun, and can stay", async ({ town, open, forgive }) => {
  forgive(OFFLINE);
  const page = await open(town.vendor);
  const ready = await town.vendor.api.submit("Gyoza");
  await expect(cardOf(page, ready.code)).toBeVisible();
  await goOffline(page);
  await begin(page);
  await form(page).getByLabel("Item 1").fill("Ramen");
  await page.keyboard.press("Control+Enter");
  await expect(page.getByRole("article", { name: "Not sent yet" })).toContainText("Ramen");
  await cardOf(page, ready.code).getByRole("button", { name: "Ready" }).click();
  await begin(page);
  await form(page).getByLabel("Address").fill("7 Half Way");
  await page.keyboard.press("Escape");

  await page.getByRole("button", { name: "Sign out" }).click();
  const asked = page.getByRole("dialog", { name: "Sign out now?" });
  await expect(asked.getByRole("listitem")).toHaveText(["Not sent yet: 1 × Ramen", `Not sent yet: Ready ${ready.code}`, "Begun: 7 Half Way"]);
  await holdsEverywhere(page, "asked before signing out");
  await asked.getByRole("button", { name: "Close" }).click();
  await page.context().setOffline(false);
  await expect.poll(async () => (await orders(town)).map((order) => order.items[0]?.name).sort()).toEqual(["Gyoza", "Ramen"]);

  // Only the draft is left; without it nothing is asked.
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(asked.getByRole("listitem")).toHaveText(["Begun: 7 Half Way"]);
  await asked.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByRole("button", { name: "Sign in" })).toBeVisible();
  await page.goto(town.vendor.link);
  await expect(cardOf(page, ready.code)).toBeVisible();
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByRole("button", { name: "Sign in" })).toBeVisible();
});

test("what cannot be done without a network says so at once and keeps what was chosen; a message waits", async ({ town, open, forgive }) => {
  forgive(OFFLINE);
  const page = await open(town.vendor);
  const order = await town.vendor.api.submit("Ramen", { ready: true });
  await cardOf(page, order.code).getByRole("button", { name: "Details" }).click();
  const details = page.getByRole("dialog", { name: new RegExp(`^${order.code}`) });
  await page.context().setOffline(true);
  await expect(page.getByText("Offline, trying again")).toBeAttached();
  const said = page.getByText("No connection: that cannot be done now.");
  const choose = async (question: string, reason: string, button: string) => {
    const sheet = page.getByRole("dialog", { name: question });
    await sheet.getByRole("radio", { name: reason }).check();
    await sheet.getByRole("button", { name: button }).click();
    await expect(said).toBeVisible();
    await sheet.getByRole("button", { name: "Dismiss" }).click();
    await expect(sheet.getByRole("radio", { name: reason })).toBeChecked();
    await expect(sheet.getByRole("button", { name: button })).toBeEnabled();
    await sheet.getByRole("button", { name: "Close" }).click();
  };
  await details.getByRole("button", { name: "Report a problem" }).click();
  await choose(`What is wrong with ${order.code}?`, "Delayed in the kitchen", "Tell driver and dispatcher");
  await details.getByRole("button", { name: "Cancel order" }).click();
  await choose(`Cancel ${order.code}?`, "Out of stock", "Cancel this order");
  await details.getByRole("button", { name: "Take back, not ready yet" }).click();
  await expect(said).toBeVisible();

  const line = details.getByRole("textbox", { name: "Message" });
  await line.fill("Back door, please");
  await line.press("Enter");
  await expect(line).toHaveValue("");
  await expect(details.getByText("Back door, please: waits for the network")).toBeVisible();
  await page.context().setOffline(false);
  await expect(details.getByText("Back door, please: waits for the network")).toBeHidden();
  await expect(details.getByRole("region", { name: "Chat" }).getByRole("listitem")).toContainText(["Back door, please"]);
  const { data } = await town.vendor.api.get<{ data: { type: string; data: object }[] }>(`/orders/${order.id}/events`);
  expect(data.filter(({ type }) => type === "order.message").map(({ data: said }) => said)).toEqual([{ text: "Back door, please" }]);
  expect((await orders(town))[0]).toMatchObject({ status: "ready_for_pickup", problem: null });
});

test("two tabs submit two orders, be they different or alike", async ({ town, open }) => {
  const page = await open(town.vendor);
  const submit = async (where: Page, dish: string) => {
    await begin(where);
    await form(where).getByLabel("Item 1").fill(dish);
    await where.keyboard.press("Control+Enter");
    await expect(form(where)).toBeHidden();
  };
  const names = async () => (await orders(town)).map((order) => order.items[0]?.name).sort();
  await submit(page, "Ramen");
  const tab = await page.context().newPage();
  await tab.goto(`${town.base}/vendor`);
  await expect(tab.getByRole("article")).toContainText("Ramen");
  await submit(page, "Gyoza");
  await submit(tab, "Udon");
  await expect.poll(names).toEqual(["Gyoza", "Ramen", "Udon"]);

  // What is begun here is found in a new tab, and is another order there once it has been submitted here.
  await begin(page);
  await form(page).getByLabel("Item 1").fill("Soba");
  const late = await page.context().newPage();
  await late.goto(`${town.base}/vendor`);
  await late.getByRole("button", { name: "New order" }).click();
  await expect(form(late).getByLabel("Item 1")).toHaveValue("Soba");
  await page.keyboard.press("Control+Enter");
  await expect(form(page)).toBeHidden();
  await late.keyboard.press("Control+Enter");
  await expect(form(late)).toBeHidden();
  await expect.poll(names).toEqual(["Gyoza", "Ramen", "Soba", "Soba", "Udon"]);
  // Each tab has its own draft, also after a reload.
  await begin(page);
  await form(page).getByLabel("Item 1").fill("Miso");
  await begin(tab);
  await form(tab).getByLabel("Item 1").fill("Sake");
  await page.reload();
  await page.getByRole("button", { name: "New order" }).click();
  await expect(form(page).getByLabel("Item 1")).toHaveValue("Miso");
});

test("what was cleared or discarded comes back with one press", async ({ town, open, forgive }) => {
  forgive(OFFLINE);
  const page = await open(town.vendor);
  await begin(page);
  await form(page).getByLabel("Item 1").fill("Ramen");
  await form(page).getByRole("button", { name: "Clear" }).click();
  await expect(form(page).getByLabel("Item 1")).toHaveValue("");
  await form(page).getByRole("button", { name: "Undo" }).click();
  await expect(form(page).getByLabel("Item 1")).toHaveValue("Ramen");
  await goOffline(page);
  await form(page).getByRole("button", { name: "Submit order" }).click();
  const unsent = page.getByRole("article", { name: "Not sent yet" });
  await unsent.getByRole("button", { name: "Discard" }).click();
  await expect(unsent).toBeHidden();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(unsent).toContainText("Ramen");
  await page.context().setOffline(false);
  await expect.poll(async () => (await orders(town)).map((order) => order.items[0]?.name)).toEqual(["Ramen"]);
});

test("a time that has passed and a phone without digits are refused at their fields", async ({ town, open }) => {
  const page = await open(town.vendor);
  await begin(page);
  await form(page).getByLabel("Item 1").fill("Ramen");
  await form(page).getByLabel("Phone").fill("not a phone!!");
  await form(page).getByRole("radio", { name: "For later" }).check();
  await form(page).getByLabel("Wanted at").fill("2020-01-01T12:00");
  await page.keyboard.press("Control+Enter");
  await expect(form(page).getByLabel("Phone")).toHaveAccessibleDescription("needs digits");
  await expect(form(page).getByLabel("Wanted at")).toHaveAccessibleDescription("has passed");
  expect(await orders(town)).toEqual([]);
});
