// What holds for every page: readable by everybody in light and dark, nothing from elsewhere, no wider than the screen.

import AxeBuilder from "@axe-core/playwright";
import { work } from "../duty";
import { busyEvening } from "../evening";
import { goTo, offerOf, openOrder } from "../steps";
import { expect, type Page, PHONE, test } from "../test";

const STANDARD = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"];

/** Nothing serious; only colours differ in the dark. */
async function isReadable(page: Page, what: string): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    // Without frames there is nothing to gather in a page of its own, which takes longer than the look itself.
    const axe = new AxeBuilder({ page }).setLegacyMode(true);
    const { violations } = await (colorScheme === "light" ? axe.withTags(STANDARD) : axe.withRules(["color-contrast"])).analyze();
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`);
    expect(found, `${what} in the ${colorScheme} theme`).toEqual([]);
  }
}

async function fits(page: Page, what: string): Promise<void> {
  expect(await page.evaluate(() => document.documentElement.scrollWidth), `${what} is no wider than the screen`).toBeLessThanOrEqual(
    page.viewportSize()?.width ?? 0,
  );
}

test("the landing page and the sign-in screen", async ({ hub, visit }) => {
  const page = await visit(`${hub.base}/`, { viewport: PHONE });
  await isReadable(page, "landing");
  await fits(page, "landing");
  await page.goto(`${hub.base}/admin`);
  await expect(page.getByRole("button", { name: "Sign in" })).toBeVisible();
  await isReadable(page, "sign-in");
});

test("the vendor's page", async ({ town, open }) => {
  await busyEvening(town);
  const page = await open(town.vendor);
  await expect(page.getByRole("article").first()).toBeVisible();
  await isReadable(page, "board");
  await page.getByRole("button", { name: "New order" }).click();
  await isReadable(page, "form");
  await page.setViewportSize(PHONE);
  await fits(page, "form");
  await page.keyboard.press("Escape");
  await fits(page, "board");
});

test("the driver's page", async ({ town, open }) => {
  const shift = await work(town.ann, "mitte");
  const { offered } = await busyEvening(town);
  const page = await open(town.ann);
  await expect(page.getByRole("button", { name: "I am at the drop-off" })).toBeVisible();
  await isReadable(page, "job");
  await fits(page, "job");
  await page.getByRole("navigation").getByRole("button", { name: "Offers" }).click();
  await expect(offerOf(page, offered.code)).toBeVisible();
  await isReadable(page, "offers");
  await fits(page, "offers");
  shift.goHome();
});

test("the dispatcher's orders and links", async ({ town, open }) => {
  const { stuck } = await busyEvening(town);
  const page = await open(town.admin);
  await openOrder(page, stuck.code);
  await isReadable(page, "orders");
  await goTo(page, "Drivers");
  await page.getByRole("listitem", { name: "Ann" }).getByRole("button", { name: "Sign-in link" }).click();
  await expect(page.getByRole("img", { name: /QR code/ })).toBeVisible();
  await isReadable(page, "link");
});

test("the dispatcher's lists", async ({ town, open }) => {
  await busyEvening(town);
  const page = await open(town.admin);
  for (const view of ["Drivers", "Zones", "Vendors", "Keys"] as const) {
    await goTo(page, view);
    await expect(page.getByRole("main").getByRole("listitem").first()).toBeVisible();
    await isReadable(page, view);
    await page.setViewportSize(PHONE);
    await fits(page, view);
    await page.setViewportSize({ width: 1280, height: 800 });
  }
});

test("each page comes with a policy that is in force, and no inline script runs under it", async ({ hub, visit, forgive }) => {
  forgive(/Content Security Policy/);
  const page = await visit(`${hub.base}/`);
  for (const path of ["/", "/vendor", "/driver", "/admin", "/api/docs"]) {
    const headers = (await page.request.get(`${hub.base}${path}`)).headers();
    expect(headers["content-security-policy"], path).toMatch(/default-src 'none'.*script-src 'self'.*frame-ancestors 'none'/);
    expect(headers["x-content-type-options"], path).toBe("nosniff");
    expect(headers["referrer-policy"], path).toBe("no-referrer");
  }
  await page.goto(`${hub.base}/vendor`);
  const ran = await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "document.title = 'it ran'";
    document.body.append(script);
    return document.title === "it ran";
  });
  expect(ran).toBe(false);
});
