// The picture of the README: one order on three screens at the same moment.

import { goOnDuty, offerOf, openOrder, submitOrder } from "../steps";
import { busyEvening } from "../evening";
import { expect, type Page, test } from "../test";

const CAPTIONS = [
  ["The vendor presses Ready", "and sees who comes"],
  ["One driver wins it", "every other one is told"],
  ["The dispatcher sees it all", "and steps in where it is needed"],
];

test("the picture of the flow", async ({ town, open, browser }) => {
  const vendor = await open(town.vendor, { viewport: { width: 1240, height: 760 } });
  const ann = await open(town.ann, { viewport: { width: 360, height: 726 }, deviceScaleFactor: 2 });
  const admin = await open(town.admin, { viewport: { width: 1280, height: 760 } });
  await goOnDuty(ann, "Mitte");
  await busyEvening(town);
  await vendor.getByRole("dialog").getByRole("button", { name: "I see to it" }).click();
  await ann.getByRole("navigation").getByRole("button", { name: "Offers" }).click();
  const code = await submitOrder(vendor, "Two ramen, one gyoza", { ready: true });
  await offerOf(ann, code).getByRole("button", { name: "Claim" }).click();
  await ann.getByRole("button", { name: "Start to the pickup" }).click();
  await expect(ann.getByRole("button", { name: "I am at the pickup" })).toBeVisible();
  const panel = await openOrder(admin, code);
  await expect(panel.getByText("Driver on the way to the pickup")).toBeVisible();
  for (const page of [vendor, ann, admin]) {
    // One may be gone by itself before it is reached.
    for (const toast of await page.getByRole("button", { name: "Dismiss" }).all()) await toast.click({ timeout: 1000 }).catch(() => undefined);
    await expect(page.getByRole("button", { name: "Dismiss" })).toBeHidden();
    await page.mouse.move(0, 0);
  }
  const shots = await Promise.all([vendor, ann, admin].map(async (page) => (await page.screenshot({ animations: "disabled" })).toString("base64")));
  const sheet = await browser.newPage({ viewport: { width: 1600, height: 200 } });
  await compose(sheet, shots);
  await sheet.screenshot({ path: "e2e/output/flow.png", fullPage: true });
  await sheet.close();
});

async function compose(sheet: Page, shots: string[]): Promise<void> {
  const figures = shots.map((shot, index) => {
    const [what, why] = CAPTIONS[index] ?? [];
    return `<figure><img src="data:image/png;base64,${shot}"><figcaption><b>${what}</b> ${why}</figcaption></figure>`;
  });
  await sheet.setContent(`<style>
    body { margin: 0; padding: 40px; background: #e9e2d6; font: 18px system-ui, sans-serif; color: #5f564b;
      display: grid; grid-template-columns: 1.24fr .378fr 1.28fr; gap: 32px; align-items: end; }
    figure { margin: 0 } img { display: block; width: 100%; border-radius: 12px; border: 6px solid #2a2620; box-sizing: border-box }
    figcaption { margin-top: 16px; min-height: 3em } b { display: block; color: #1f1a15 }
  </style>${figures.join("")}`);
}
