// How the counter's page looks and sounds is chosen on its browser, and stays.

import { heard, listen } from "../ears";
import { holdsEverywhere } from "../probes";
import { expect, PHONE, test } from "../test";

test("sound, text and theme are chosen on the page, tried out, and still so after a reload", async ({ town, open }) => {
  const page = await open(town.vendor);
  await listen(page);
  await expect(page.getByText("Sound is off until you touch the page.")).toBeVisible();
  await page.getByRole("button", { name: "Sound and display" }).click();
  await expect(page.getByText("Sound is off until you touch the page.")).toBeHidden();
  const panel = page.getByRole("dialog", { name: "Sound and display" });
  await panel.getByRole("button", { name: "Test" }).click();
  await expect(panel.getByText("That was the sound.")).toBeVisible();
  expect((await heard(page)).rings).toBe(1);

  const size = () => page.getByRole("heading", { name: "Ramen Bar" }).evaluate((one) => Number.parseFloat(getComputedStyle(one).fontSize));
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  expect([await size(), await ground()]).toEqual([20, "rgb(245, 241, 234)"]);
  await panel.getByRole("radio", { name: "Larger" }).check();
  await panel.getByRole("slider", { name: "Volume" }).fill("35");
  await panel.getByRole("switch", { name: "Sound" }).uncheck();
  await expect(panel.getByRole("button", { name: "Test" })).toBeDisabled();
  await holdsEverywhere(page, "settings");
  await panel.getByRole("switch", { name: "High contrast" }).check();
  await holdsEverywhere(page, "settings in high contrast");
  await panel.getByRole("radio", { name: "Dark" }).check();
  await page.setViewportSize(PHONE);

  await page.reload();
  expect([await size(), await ground()]).toEqual([27.5, "rgb(0, 0, 0)"]);
  await page.getByRole("button", { name: "Sound and display" }).click();
  await expect(panel.getByRole("slider", { name: "Volume" })).toHaveValue("35");
  await expect(panel.getByRole("switch", { name: "Sound" })).not.toBeChecked();
});
