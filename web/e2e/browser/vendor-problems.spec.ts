// Problems come to a counter that is busy with something else: nothing that is done there is taken for an answer.

import type { Order } from "../../shared/protocol";
import { holdsEverywhere } from "../probes";
import { cardOf } from "../steps";
import { expect, type Page, test, type Town } from "../test";

/** An order that its driver is on the way to the counter for. */
async function coming(town: Town, dish: string): Promise<Order> {
  const order = await town.vendor.api.submit(dish, { ready: true, zone: "mitte" });
  await town.admin.api.give(order, ["assign", { driver_id: town.bob.id }]);
  return order;
}

const popUp = (page: Page, order: Order) => page.getByRole("dialog", { name: `Problem with ${order.code}` });
const details = (page: Page, order: Order) => page.getByRole("dialog", { name: new RegExp(`^${order.code}`) });

test("a problem takes the focus from nobody's typing, and is seen to only by who says so", async ({ town, open }) => {
  const page = await open(town.vendor);
  const [one, other] = [await coming(town, "Ramen"), await coming(town, "Gyoza")];
  await cardOf(page, one.code).getByRole("button", { name: "Details" }).click();
  const line = details(page, one).getByRole("textbox", { name: "Message" });
  await line.pressSequentially("The driver is on");
  await town.bob.api.give(other, ["problem", { reason: "Cannot find the shop" }]);
  await expect(details(page, one)).toContainText(`Problem with ${other.code}`);
  await expect(line).toBeFocused();
  await line.pressSequentially(" the way");
  await holdsEverywhere(page, "a problem while something else is done");
  await details(page, one).getByRole("button", { name: `Look ${other.code}` }).click();
  await expect(popUp(page, other)).toContainText("Cannot find the shop");
  // Enter, Escape and a press beside it are not an answer.
  await page.keyboard.press("Enter");
  await expect(popUp(page, other)).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(popUp(page, other)).toBeHidden();
  await expect(line).toHaveValue("The driver is on the way");
  await line.press("Enter");
  await expect(details(page, one).getByRole("listitem")).toContainText(["The driver is on the way"]);
  await details(page, one).getByRole("button", { name: "Close" }).click();

  // It waits on the board until somebody sees to it.
  await expect(page.getByRole("dialog")).toBeHidden();
  await page.getByRole("main").getByRole("button", { name: `Look ${other.code}` }).click();
  await page.mouse.click(5, 400);
  await expect(popUp(page, other)).toBeHidden();
  await page.getByRole("main").getByRole("button", { name: `Look ${other.code}` }).click();
  await popUp(page, other).getByRole("button", { name: "I see to it" }).click();
  await expect(popUp(page, other)).toBeHidden();
  await expect(page.getByRole("button", { name: "Look" })).toBeHidden();
});

test("Message leads to the chat, and a second problem does not lie in the way", async ({ town, open }) => {
  const page = await open(town.vendor);
  const [one, other] = [await coming(town, "Ramen"), await coming(town, "Gyoza")];
  for (const { code } of [one, other]) await expect(cardOf(page, code)).toContainText("Bob");
  for (const order of [one, other]) for (let lines = 0; lines < 6; lines++) await town.bob.api.give(order, ["message", { text: `Where are you? ${lines}` }]);
  await town.bob.api.give(one, ["problem", { reason: "Cannot find the shop" }]);
  await expect(popUp(page, one)).toBeVisible();
  await town.bob.api.give(other, ["problem", { reason: "Vehicle trouble" }]);
  await expect(page).toHaveTitle(/^\(2\)/);
  await popUp(page, one).getByRole("button", { name: "Message" }).click();
  await expect(details(page, one).getByRole("listitem").filter({ hasText: "Where are you? 5" })).toBeInViewport();
  await expect(details(page, one).getByRole("textbox", { name: "Message" })).toBeInViewport({ ratio: 0.9 });
  await expect(page.getByRole("dialog")).toHaveCount(1);
  await expect(details(page, one)).toContainText(`Problem with ${other.code}`);
  await details(page, one).getByRole("button", { name: "Close" }).click();

  await expect(popUp(page, other)).toBeVisible();
  await popUp(page, other).getByRole("button", { name: "I see to it" }).click();
  await cardOf(page, other.code).getByRole("button", { name: "6 new messages" }).click();
  await expect(details(page, other).getByRole("textbox", { name: "Message" })).toBeInViewport({ ratio: 0.9 });
});

test("a problem that came while the counter reported its own is not replaced unawares", async ({ town, open }) => {
  const page = await open(town.vendor);
  const order = await coming(town, "Ramen");
  const said = async () => (await town.vendor.api.get<Order>(`/orders/${order.id}`)).problem?.reason;
  const report = page.getByRole("dialog", { name: `What is wrong with ${order.code}?` });
  await cardOf(page, order.code).getByRole("button", { name: "Details" }).click();
  await details(page, order).getByRole("button", { name: "Report a problem" }).click();
  await report.getByRole("radio", { name: "Delayed in the kitchen" }).check();
  await town.bob.api.give(order, ["problem", { reason: "Vehicle trouble" }]);
  await expect(report).toContainText("Vehicle trouble");
  await expect(report.getByRole("button", { name: "Tell driver and dispatcher" })).toBeHidden();
  await holdsEverywhere(page, "two problems at once");
  await report.getByRole("button", { name: "Keep it, and write a message" }).click();
  await expect(report).toBeHidden();
  await expect(details(page, order).getByRole("textbox", { name: "Message" })).toBeInViewport({ ratio: 0.9 });
  expect(await said()).toBe("Vehicle trouble");
  await details(page, order).getByRole("button", { name: "It is solved" }).click();

  await details(page, order).getByRole("button", { name: "Report a problem" }).click();
  await report.getByRole("radio", { name: "Something is missing" }).check();
  await town.bob.api.give(order, ["problem", { reason: "Vehicle trouble" }]);
  await report.getByRole("button", { name: "Put mine in its place" }).click();
  await expect(report).toBeHidden();
  await expect.poll(said).toBe("Something is missing");
});
