// A busy evening at the counter: many orders, on whatever screen there is, and fingers that are quicker than eyes.

import type { Order } from "../../shared/protocol";
import { holdsEverywhere, isWorkedByKeys } from "../probes";
import { cardOf } from "../steps";
import { expect, type Page, PHONE, test, type Town } from "../test";

async function evening(town: Town): Promise<Order> {
  for (let n = 1; n <= 20; n++) await town.vendor.api.submit(`Dish ${n}`, { dropoff: { address: `${n} Side Street` } });
  for (let n = 1; n <= 3; n++) await town.vendor.api.submit(`Waiting dish ${n}`, { ready: true });
  const here = await town.vendor.api.submit("Ramen", { ready: true });
  await town.admin.api.give(here, ["assign", { driver_id: town.bob.id }]);
  return town.bob.api.give(here, "start", "arrive");
}

const handOver = (page: Page, order: Order) => cardOf(page, order.code).getByRole("button", { name: "Handed over" });

test("with twenty in the kitchen the order at the counter is in sight, or one press away", async ({ town, open }) => {
  const here = await evening(town);
  const page = await open(town.vendor, { viewport: { width: 768, height: 1024 } });
  await expect(handOver(page, here)).toBeInViewport();
  await holdsEverywhere(page, "a busy upright tablet");
  await page.setViewportSize({ width: 1280, height: 800 });
  const kitchen = page.getByRole("region", { name: "Preparing" });
  await expect(kitchen.getByRole("button", { name: "Ready" }).nth(1)).toBeInViewport({ ratio: 1 });
  await page.mouse.wheel(0, 2_000);
  await expect(kitchen.getByRole("heading")).toBeInViewport();
  await expect(kitchen.getByRole("article").first()).not.toBeInViewport();

  await page.setViewportSize(PHONE);
  await page.evaluate(() => scrollTo(0, 0));
  await expect(handOver(page, here)).not.toBeInViewport();
  const jumps = page.getByRole("navigation", { name: "Columns" });
  await expect(jumps.getByRole("button")).toHaveText([/^At the counter 1/, /^Preparing 20/, /^Looking 3/]);
  await jumps.getByRole("button", { name: "At the counter" }).click();
  await expect(handOver(page, here)).toBeInViewport({ ratio: 1 });
  await expect(jumps).toBeInViewport();
  await holdsEverywhere(page, "a busy phone");
  await isWorkedByKeys(page, "a busy phone");
});

test("two quick taps on one spot make one order ready", async ({ town, open }) => {
  const page = await open(town.vendor);
  const [first, second] = [await town.vendor.api.submit("Ramen"), await town.vendor.api.submit("Gyoza")];
  await expect(cardOf(page, second.code)).toBeVisible();
  // The line about the sound goes with the first touch, and all moves up.
  await page.getByRole("heading", { name: "Ramen Bar" }).click();
  await expect(page.getByText("Sound is off until you touch the page.")).toBeHidden();
  const box = await cardOf(page, first.code).getByRole("button", { name: "Ready" }).boundingBox();
  const [x, y] = [(box?.x ?? 0) + (box?.width ?? 0) / 2, (box?.y ?? 0) + (box?.height ?? 0) / 2];
  // The card below slides to where the finger is as the first one leaves, and is pressed in the same moment.
  const pressed = page.evaluate(
    ([left, top]) =>
      new Promise<string>((told) => {
        const before = document.elementFromPoint(left, top)?.closest("article")?.ariaLabel;
        const watch = new MutationObserver(() => {
          const now = document.elementFromPoint(left, top)?.closest("button");
          const order = now?.closest("article")?.ariaLabel;
          if (!now || !order || order === before) return;
          watch.disconnect();
          now.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, detail: 1, clientX: left, clientY: top }));
          told(order);
        });
        watch.observe(document.body, { childList: true, subtree: true, attributes: true });
      }),
    [x, y] as const,
  );
  await page.mouse.click(x, y);
  expect(await pressed).toBe(second.code);
  await expect(page.getByRole("region", { name: "Ready, looking for a driver" })).toContainText(first.code);
  await expect(cardOf(page, second.code).getByRole("button", { name: "Ready" })).toBeEnabled();
  expect((await town.vendor.api.get<Order>(`/orders/${second.id}`)).status).toBe("submitted");
  // A key is no finger: it presses what has the focus.
  await cardOf(page, second.code).getByRole("button", { name: "Ready" }).press("Enter");
  await expect(page.getByRole("region", { name: "Ready, looking for a driver" })).toContainText(second.code);
});

test("on a phone what is said lies over no button of an order", async ({ town, open }) => {
  const page = await open(town.vendor, { viewport: PHONE });
  const orders = [await town.vendor.api.submit("Ramen"), await town.vendor.api.submit("Gyoza")];
  await town.vendor.api.give(orders[1]!, "ready");
  await cardOf(page, orders[1]!.code).getByRole("button", { name: "Take back" }).click();
  await town.vendor.api.give(orders[1]!, "ready");
  await town.admin.api.give(orders[1]!, ["assign", { driver_id: town.bob.id }]);
  const said = page.locator(".toast").first();
  await expect(said).toBeVisible();
  const [toast, bar] = await Promise.all([said.boundingBox(), page.getByRole("banner").boundingBox()]);
  expect((toast?.y ?? 0) + (toast?.height ?? 0), "it ends with the top bar").toBeLessThanOrEqual((bar?.y ?? 0) + (bar?.height ?? 0) + 8);
});
