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

test("who signs out is told first what was not sent and what was begun, and can stay", async ({ town, open, forgive }) => {
  forgive(OFFLINE);
  const page = await open(town.vendor);
  const ready = await town.vendor.api.submit("Gyoza");
  await expect(cardOf(page, ready.code)).toBeVisible();
  await goOffline(page);
  await page.keyboard.press("n");
  await form(page).getByLabel("Item 1").fill("Ramen");
  await page.keyboard.press("Control+Enter");
  await expect(page.getByRole("article", { name: "Not sent yet" })).toContainText("Ramen");
  await cardOf(page, ready.code).getByRole("button", { name: "Ready" }).click();
  await page.keyboard.press("n");
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
