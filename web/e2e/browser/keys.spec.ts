// Who may come in, and how.

import { goOnDuty, goTo } from "../steps";
import { expect, PHONE, test } from "../test";

/** A browser says aloud that a request was refused, which is what these stories are about. */
const REFUSED = /status of 4(01|22)/;

test("a key that nobody knows is refused in words, and a pasted link signs in", async ({ town, hub, visit, forgive }) => {
  forgive(REFUSED);
  const page = await visit(`${hub.base}/vendor#key=wp_vendor_of_nobody_at_all`);
  await expect(page.getByRole("alert")).toContainText("The hub did not accept this key");
  expect(page.url(), "the key is not left in the address").toBe(`${hub.base}/vendor`);
  await page.getByLabel("Sign-in link or key").fill("hello");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByText("That does not look like a key")).toBeVisible();
  await page.getByLabel("Sign-in link or key").fill(town.vendor.link);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { name: "Ramen Bar" })).toBeVisible();
});

test("a driver's key on the vendor's page leads to the right page", async ({ town, hub, visit }) => {
  const page = await visit(`${hub.base}/vendor#key=${town.ann.key}`);
  await expect(page.getByRole("alert")).toContainText("This key is not for this page");
  await expect(page.getByRole("link", { name: "Open the driver page" })).toBeVisible();
});

test("the dispatcher makes a driver, whose link and QR code sign him in", async ({ town, open, visit, forgive }) => {
  forgive(REFUSED);
  const admin = await open(town.admin);
  await goTo(admin, "Drivers");
  await admin.getByRole("button", { name: "New driver" }).click();
  const form = admin.getByRole("dialog", { name: "New driver" });
  await form.getByRole("button", { name: "Make driver and link" }).click();
  await expect(form.getByLabel("Name")).toHaveAccessibleDescription(/must not be blank|is required/);
  await form.getByLabel("Name").fill("Cleo");
  await form.getByLabel("Vehicle").fill("car");
  await form.getByRole("checkbox", { name: "Mitte" }).check();
  await form.getByRole("button", { name: "Make driver and link" }).click();

  const shown = admin.getByRole("dialog", { name: "Sign-in link for Cleo" });
  const code = shown.getByRole("img", { name: "QR code of the sign-in link for Cleo" });
  await expect(code).toBeVisible();
  await expect.poll(() => code.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
  const link = await shown.getByLabel("Link").inputValue();
  await shown.getByRole("button", { name: "Done" }).click();
  await expect(admin.getByRole("listitem", { name: "Cleo" })).toContainText("Off duty");

  const cleo = await visit(link, { viewport: PHONE });
  await expect(cleo.getByRole("heading", { name: "Cleo" })).toBeVisible();
  await goOnDuty(cleo, "Mitte");
  await expect(admin.getByRole("listitem", { name: "Cleo" })).toContainText("Live");
  await expect(admin.getByRole("listitem", { name: "Cleo" })).toContainText("Mitte");
});

test("the dispatcher makes a vendor, who submits an order in the zone that holds its place", async ({ town, open, visit, forgive }) => {
  forgive(REFUSED);
  const admin = await open(town.admin);
  await goTo(admin, "Vendors");
  await admin.getByRole("button", { name: "New vendor" }).click();
  const form = admin.getByRole("dialog", { name: "New vendor" });
  await form.getByLabel("Name").fill("Pizzeria Nonna");
  await form.getByLabel("Latitude").fill("152");
  await form.getByLabel("Longitude").fill("13,4");
  await form.getByRole("button", { name: "Make vendor and link" }).click();
  await expect(form.getByLabel("Latitude")).toHaveAccessibleDescription(/at most 90/);
  await form.getByLabel("Latitude").fill("52.52");
  await form.getByRole("button", { name: "Make vendor and link" }).click();
  const link = await admin.getByRole("dialog", { name: "Sign-in link for Pizzeria Nonna" }).getByLabel("Link").inputValue();
  const vendor = await visit(link);
  await vendor.getByRole("button", { name: "New order" }).click();
  await vendor.getByLabel("Item 1").fill("Margherita");
  await vendor.getByRole("button", { name: "Submit order" }).click();
  await admin.getByRole("button", { name: "Done" }).click();
  await goTo(admin, "Orders");
  await expect(admin.getByRole("region", { name: "Orders" }).getByRole("button", { name: /Pizzeria Nonna.*Mitte/ })).toBeVisible();
});

test("a revoked key and a blocked driver are signed out at once", async ({ town, open, forgive }) => {
  forgive(REFUSED);
  const [admin, ann, bob] = await Promise.all([open(town.admin), open(town.ann), open(town.bob)]);
  await Promise.all([goOnDuty(ann, "Mitte"), goOnDuty(bob, "Mitte")]);
  await goTo(admin, "Keys");
  await admin.getByRole("listitem", { name: "Ann" }).getByRole("button", { name: "Revoke" }).click();
  await admin.getByRole("dialog", { name: "Revoke Ann?" }).getByRole("button", { name: "Revoke" }).click();
  await expect(ann.getByRole("alert")).toContainText("The hub did not accept this key");
  await expect(admin.getByRole("listitem", { name: "Ann" })).toBeHidden();
  await goTo(admin, "Drivers");
  await admin.getByRole("listitem", { name: "Bob" }).getByRole("button", { name: "Block" }).click();
  await admin.getByRole("dialog", { name: "Block Bob?" }).getByRole("button", { name: "Block" }).click();
  await expect(admin.getByRole("listitem", { name: "Bob" })).toContainText("Blocked");
  await expect(bob.getByRole("alert")).toContainText("You are blocked at the moment");
});

test("the copied link is the link, and no page keeps a key where another site could read it", async ({ town, open }) => {
  const admin = await open(town.admin, { permissions: ["clipboard-read", "clipboard-write"] });
  await goTo(admin, "Keys");
  await admin.getByRole("button", { name: "New dispatcher key" }).click();
  await admin.getByLabel("For whom or what").fill("Second desk");
  await admin.getByRole("button", { name: "Make key" }).click();
  const shown = admin.getByRole("dialog", { name: "Sign-in link for Second desk" });
  await shown.getByRole("button", { name: "Copy link" }).click();
  await expect(shown.getByText("The link is copied")).toBeVisible();
  const link = await shown.getByLabel("Link").inputValue();
  expect(await admin.evaluate(() => navigator.clipboard.readText())).toBe(link);
  expect(await admin.context().cookies()).toEqual([]);
});
