// How the counter's page looks and sounds is chosen on its browser, and stays.

import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, PHONE, test } from "../test";

/** Counts what was really given to the loudspeaker, and how loud. */
function listen(): void {
  const heard: number[] = [];
  Object.assign(window, { heard });
  const start = AudioBufferSourceNode.prototype.start;
  AudioBufferSourceNode.prototype.start = function (...when) {
    heard.push(this.buffer?.duration ?? 0);
    return start.apply(this, when);
  };
}

const heard = (page: Page) => page.evaluate(() => (window as unknown as { heard: number[] }).heard.length);

test("sound, text and theme are chosen on the page, tried out, and still so after a reload", async ({ town, open }) => {
  const page = await open(town.vendor);
  await page.addInitScript(listen);
  await page.reload();
  await page.getByRole("button", { name: "Sound and display" }).click();
  const panel = page.getByRole("dialog", { name: "Sound and display" });
  await panel.getByRole("button", { name: "Test" }).click();
  await expect(panel.getByText("That was the sound.")).toBeVisible();
  expect(await heard(page)).toBe(1);

  const size = () => page.getByRole("heading", { name: "Ramen Bar" }).evaluate((one) => Number.parseFloat(getComputedStyle(one).fontSize));
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  expect([await size(), await ground()]).toEqual([20, "rgb(245, 241, 234)"]);
  await panel.getByRole("radio", { name: "Larger" }).check();
  await panel.getByRole("radio", { name: "Dark" }).check();
  await panel.getByRole("slider", { name: "Volume" }).fill("35");
  await panel.getByRole("switch", { name: "Sound" }).uncheck();
  await expect(panel.getByRole("button", { name: "Test" })).toBeDisabled();
  for (const contrast of [false, true]) {
    await panel.getByRole("switch", { name: "High contrast" }).setChecked(contrast);
    const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
    expect(violations.map(({ id }) => id), contrast ? "high contrast" : "dark").toEqual([]);
  }
  await page.setViewportSize(PHONE);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(PHONE.width);

  await page.reload();
  expect([await size(), await ground()]).toEqual([27.5, "rgb(0, 0, 0)"]);
  await page.getByRole("button", { name: "Sound and display" }).click();
  await expect(panel.getByRole("slider", { name: "Volume" })).toHaveValue("35");
  await expect(panel.getByRole("switch", { name: "Sound" })).not.toBeChecked();
});
