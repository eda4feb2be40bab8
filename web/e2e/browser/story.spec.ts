import { expect, test } from "../test";
import { cardOf, goOnDuty, offerOf, openOrder, rowOf, submitOrder, titleOf } from "../steps";

test("an order goes from the counter to the door, and everybody watches it happen", async ({ town, open }) => {
  const [vendor, ann, bob, admin] = await Promise.all([open(town.vendor), open(town.ann), open(town.bob), open(town.admin)]);
  await Promise.all([goOnDuty(ann, "Mitte"), goOnDuty(bob, "Mitte")]);

  const code = await submitOrder(vendor, "Two ramen");
  await expect(rowOf(admin, code)).toContainText("Preparing");
  await cardOf(vendor, code).getByRole("button", { name: "Ready" }).click();
  await expect(offerOf(ann, code)).toContainText("Ramen Bar");
  await expect(offerOf(bob, code)).toContainText("1 Main Street");
  await expect(offerOf(bob, code)).not.toContainText("Kim");
  await expect(rowOf(admin, code)).toContainText("2 of 2 saw it");

  await offerOf(ann, code).getByRole("button", { name: "Claim" }).click();
  await expect(ann.getByRole("article", { name: code })).toContainText("3rd floor, the bell says Kim");
  await expect(offerOf(bob, code)).toBeHidden();
  await expect(bob.getByRole("status", { name: "What changed" })).toContainText(`${code} went to another driver`);
  await expect(cardOf(vendor, code)).toContainText("Ann");
  await expect(rowOf(admin, code)).toContainText("Ann");

  const panel = await openOrder(admin, code);
  for (const [step, now] of [
    ["Start to the pickup", "Driver coming"],
    ["I am at the pickup", "At the counter"],
    ["Picked up", "On the way"],
    ["I am at the drop-off", "At the door"],
  ] as const) {
    await ann.getByRole("button", { name: step }).click();
    await expect(cardOf(vendor, code)).toContainText(now);
    await expect(titleOf(panel, code)).toContainText(now);
  }
  await ann.getByRole("button", { name: "Delivered" }).click();
  await expect(ann.getByText("Nothing on offer right now")).toBeVisible();
  await expect(vendor.getByRole("region", { name: "Done or problem" }).getByRole("article", { name: code })).toContainText("Delivered");
  await expect(titleOf(panel, code)).toContainText("Delivered");
  await expect(panel.getByRole("listitem").filter({ hasText: "Delivered by Ann" })).toBeVisible();
});

test("of two drivers who press Claim together one wins, and the other is told by how much", async ({ town, open }) => {
  const [ann, bob] = await Promise.all([open(town.ann), open(town.bob)]);
  await Promise.all([goOnDuty(ann, "Mitte"), goOnDuty(bob, "Mitte")]);
  const { code } = await town.vendor.api.submit("Gyoza", { ready: true });
  const claims = [ann, bob].map((page) => offerOf(page, code).getByRole("button", { name: "Claim" }));
  await Promise.all(claims.map((claim) => expect(claim).toBeVisible()));
  // Pressed inside the pages, so that neither press waits for the other page to settle.
  await Promise.all(claims.map((claim) => claim.evaluate((button: HTMLButtonElement) => button.click())));
  const start = (page: typeof ann) => page.getByRole("button", { name: "Start to the pickup" });
  const wins = async (page: typeof ann) => ((await start(page).isVisible()) ? 1 : 0);
  await expect.poll(async () => (await wins(ann)) + (await wins(bob))).toBe(1);
  const loser = (await wins(ann)) ? bob : ann;
  await expect(loser.getByRole("status", { name: "What changed" })).toContainText(code);
  await expect(loser.getByRole("status", { name: "What changed" })).toContainText(/Taken .* before you|another driver/);
  await expect(offerOf(loser, code)).toBeHidden();
  await expect(start(loser)).toBeHidden();
});

test("vendor, driver and dispatcher talk about an order", async ({ town, open }) => {
  const [vendor, ann, admin] = await Promise.all([open(town.vendor), open(town.ann), open(town.admin)]);
  await goOnDuty(ann, "Mitte");
  const code = await submitOrder(vendor, "Udon", { ready: true });
  await offerOf(ann, code).getByRole("button", { name: "Claim" }).click();
  await ann.getByRole("button", { name: "Chat" }).click();
  const say = async (page: typeof ann, text: string) => {
    await page.getByRole("textbox", { name: "Message" }).fill(text);
    await page.getByRole("button", { name: "Send" }).click();
  };
  await say(ann, "Five minutes away");
  await cardOf(vendor, code).getByRole("button", { name: "1 new message" }).click();
  await say(vendor, "It is on the left shelf");
  await openOrder(admin, code);
  await say(admin, "Thank you both");
  for (const page of [ann, vendor, admin]) {
    const lines = page.getByRole("region", { name: "Chat" }).getByRole("listitem");
    await expect(lines).toHaveCount(3);
    await expect(lines).toContainText(["Five minutes away", "It is on the left shelf", "Thank you both"]);
  }
  await expect(ann.getByRole("region", { name: "Chat" })).toContainText("Dispatcher");
});
