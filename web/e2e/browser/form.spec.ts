// What cannot be is said at the field it is about, and nothing that was typed is lost.

import { goTo } from "../steps";
import { expect, test } from "../test";

/** A browser says aloud that a request was refused, which is what these stories are about. */
const REFUSED = /status of 4(09|22)/;

test("the vendor's form says what is wrong at each field and keeps what was typed", async ({ town, open }) => {
  const page = await open(town.vendor);
  await page.getByRole("button", { name: "New order" }).click();
  const form = page.getByRole("dialog", { name: "New order" });
  await form.getByRole("button", { name: "Submit order" }).click();
  await expect(form.getByText("Add at least one item, or a note.")).toBeVisible();

  await form.getByLabel("Item 1").fill("Ramen ".repeat(40));
  await form.getByLabel("Phone").fill("0".repeat(41));
  await form.getByText("Exact position").click();
  await form.getByLabel("Latitude").fill("95");
  await form.getByLabel("Longitude").fill("here");
  await form.getByRole("button", { name: "Submit order" }).click();
  await expect(form.getByLabel("Longitude")).toHaveAccessibleDescription("must be a number");
  await form.getByLabel("Longitude").fill("13.4");
  await form.getByRole("button", { name: "Submit order" }).click();
  await expect(form.getByLabel("Latitude")).toHaveAccessibleDescription(/90/);
  await expect(form.getByLabel("Phone")).toHaveAccessibleDescription(/40/);
  await expect(form.getByText(/longer than 200/)).toBeVisible();

  await page.getByRole("button", { name: "Close" }).click();
  await page.getByRole("button", { name: "New order" }).click();
  await form.getByLabel("Item 1").fill("Ramen");
  await form.getByLabel("Phone").fill("+49 30 555 030");
  await expect(form.getByLabel("Longitude")).toHaveValue("13.4");
  await form.getByLabel("Latitude").fill("52.53");
  await form.getByRole("button", { name: "Submit order" }).click();
  await expect(form).toBeHidden();
  await expect(page.getByRole("article").filter({ hasText: "1 × Ramen" })).toBeVisible();
});

test("a zone's area is judged as it is pasted: words, another shape, off the globe, and then it is drawn", async ({ town, open, forgive }) => {
  forgive(REFUSED);
  const page = await open(town.admin);
  await goTo(page, "Zones");
  await page.getByRole("button", { name: "New zone" }).click();
  const form = page.getByRole("dialog", { name: "New zone" });
  await form.getByLabel("Name", { exact: true }).fill("Old Harbour");
  await expect(form.getByLabel("Short name")).toHaveValue("old-harbour");
  await form.getByRole("checkbox", { name: "Mitte" }).check();
  const area = form.getByLabel("Area as GeoJSON");
  const make = form.getByRole("button", { name: "Make zone" });
  const ring = (last: number[]) => ({ type: "Polygon", coordinates: [[[13.3, 52.5], [13.34, 52.5], [13.34, 52.54], last]] });
  for (const [pasted, said] of [
    ["the whole harbour", /is not JSON/],
    [JSON.stringify({ type: "Point", coordinates: [13, 52] }), /not a Point/],
    [JSON.stringify(ring([13.3, 52.54])), /not closed/],
    [JSON.stringify(ring([52.5, 113.3])), /closed|globe/],
  ] as const) {
    await area.fill(pasted);
    await make.click();
    await expect(area).toHaveAccessibleDescription(said);
  }
  // As drawing tools write it.
  await area.fill(JSON.stringify({ type: "FeatureCollection", features: [{ type: "Feature", properties: {}, geometry: ring([13.3, 52.5]) }] }));
  await make.click();
  await expect(form).toBeHidden();
  const row = page.getByRole("listitem", { name: "Old Harbour" });
  await expect(row).toContainText("then Mitte");
  await expect(page.getByRole("region", { name: "The zones, seen from above" })).toContainText("Old Harbour");

  await row.getByRole("button", { name: "Change Old Harbour" }).click();
  const change = page.getByRole("dialog", { name: "Change Old Harbour" });
  await change.getByLabel("Seconds per round").fill("5");
  await change.getByRole("button", { name: "Save zone" }).click();
  await expect(change.getByLabel("Seconds per round")).toHaveAccessibleDescription(/10/);
  await change.getByLabel("Seconds per round").fill("30");
  await change.getByRole("button", { name: "Save zone" }).click();
  await expect(change).toBeHidden();
  await row.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("dialog", { name: "Delete Old Harbour?" }).getByRole("button", { name: "Delete" }).click();
  await expect(row).toBeHidden();
});

test("a zone with open orders is not deleted, and the page says why", async ({ town, open, forgive }) => {
  forgive(REFUSED);
  await town.vendor.api.submit("Ramen");
  const page = await open(town.admin);
  await goTo(page, "Zones");
  await page.getByRole("listitem", { name: "Mitte" }).getByRole("button", { name: "Delete" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await expect(page.getByText(/still has 1 open order/)).toBeVisible();
  await page.getByRole("button", { name: "Close" }).click();
  await expect(page.getByRole("listitem", { name: "Mitte" })).toBeVisible();
});
