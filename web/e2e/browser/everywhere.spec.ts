// What holds on every page and in every state: for fingers, for keys, for eyes, for slow heads, and in German.

import { work } from "../duty";
import { englishIn } from "../english";
import { busyEvening } from "../evening";
import { holdsEverywhere, isWorkedByKeys, movingOn, reflows, saidOn, trapsFocus } from "../probes";
import { cardOf, goTo, offerOf, openOrder } from "../steps";
import { expect, type Page, PHONE, test } from "../test";
import { words as deAdmin, zoneWords as deZones } from "../../words/de/admin";
import { words as deDriver } from "../../words/de/driver";
import { words as deLanding } from "../../words/de/landing";
import { commonWords as deCommon, signInWords as deSignIn } from "../../words/de/shared";
import { words as deVendor, formWords as deForm, problemWords as deProblem } from "../../words/de/vendor";

test("everywhere: before anybody has signed in", async ({ hub, visit }) => {
  const page = await visit(`${hub.base}/`, { viewport: PHONE, deviceScaleFactor: 2 });
  await holdsEverywhere(page, "landing");
  await isWorkedByKeys(page, "landing");
  for (const role of ["vendor", "driver", "admin"]) {
    await page.goto(`${hub.base}/${role}`);
    await expect(page.getByRole("button", { name: "Sign in" })).toBeVisible();
    if (role === "admin") await holdsEverywhere(page, "sign-in");
    await isWorkedByKeys(page, `sign-in of ${role}`);
  }
});

test("everywhere: the vendor's board, an order, a new one", async ({ town, open }) => {
  const { carried } = await busyEvening(town);
  const page = await open(town.vendor);
  const card = cardOf(page, carried.code);
  await holdsEverywhere(page, "a problem that came up");
  await page.getByRole("dialog").getByRole("button", { name: "I see to it" }).click();
  await expect(card).toBeVisible();
  await holdsEverywhere(page, "board");
  await isWorkedByKeys(page, "board");
  await trapsFocus(page, page.getByRole("button", { name: "New order" }), "the form", () => holdsEverywhere(page, "form"));
  await trapsFocus(page, card.getByRole("button").last(), "an order", () => holdsEverywhere(page, "order"));
});

test("everywhere: the driver's offers, zones and job", async ({ town, open }) => {
  const shift = await work(town.ann, "mitte");
  const { offered } = await busyEvening(town);
  const page = await open(town.ann);
  await expect(page.getByRole("button", { name: "I am at the drop-off" })).toBeVisible();
  await holdsEverywhere(page, "job");
  // With the first touch the page can be heard, and no longer asks for it.
  await page.getByRole("heading").first().click();
  await isWorkedByKeys(page, "job");
  await page.getByRole("navigation").getByRole("button", { name: "Offers" }).click();
  await expect(offerOf(page, offered.code)).toBeVisible();
  await holdsEverywhere(page, "offers");
  await isWorkedByKeys(page, "offers");
  shift.goHome();
});

test("everywhere: the dispatcher's orders and links", async ({ town, open }) => {
  const { stuck, offered } = await busyEvening(town);
  const page = await open(town.admin);
  const detail = await openOrder(page, stuck.code);
  await holdsEverywhere(page, "an order");
  await page.getByRole("button", { name: "Close" }).click();
  await expect(detail).toBeHidden();
  await holdsEverywhere(page, "orders");
  await isWorkedByKeys(page, "orders");
  await trapsFocus(page, page.getByRole("button", { name: "Language" }), "the choice of a language", () => holdsEverywhere(page, "languages"));
  await openOrder(page, offered.code);
  await trapsFocus(page, page.getByRole("button", { name: "Cancel order" }), "a question for a reason");
  const assign = page.getByRole("button", { name: "Assign a driver" });
  await trapsFocus(page, assign, "the choice of a driver");
  await assign.click();
  await page.getByRole("dialog").evaluate((panel: HTMLDialogElement) => panel.close());
  await expect(page.getByRole("dialog", { includeHidden: true }), "a panel that the browser closes is gone").toHaveCount(0);
  await assign.click();
  await holdsEverywhere(page, "drivers to choose");
});

for (const views of [["Drivers", "Zones"], ["Vendors", "Keys"]] as const) {
  test(`everywhere: the dispatcher's ${views.join(" and ").toLowerCase()}`, async ({ town, open }) => {
    await busyEvening(town);
    const page = await open(town.admin);
    for (const view of views) {
      await goTo(page, view);
      await expect(page.getByRole("main").getByRole("listitem").first()).toBeVisible();
      await holdsEverywhere(page, view);
      await isWorkedByKeys(page, view);
      const make = page.getByRole("main").getByRole("button", { name: /^New / });
      await trapsFocus(page, make, `the form under ${view}`, () => holdsEverywhere(page, `the form under ${view}`));
    }
  });
}

test("everywhere: a sign-in link that is shown once", async ({ town, open }) => {
  const page = await open(town.admin);
  await goTo(page, "Drivers");
  const link = page.getByRole("listitem", { name: "Ann" }).getByRole("button", { name: "Sign-in link" });
  await trapsFocus(page, link, "a link", () => holdsEverywhere(page, "a link"));
});

test("everywhere: each look at a page finds what it looks for", async ({ hub, visit }) => {
  const page = await visit(`${hub.base}/`);
  const spoilt = async (spoil: () => void, look: () => Promise<void>, words: RegExp) => {
    await page.goto(`${hub.base}/`);
    await page.evaluate(spoil);
    await expect(look()).rejects.toThrow(words);
  };
  const holds = () => holdsEverywhere(page, "a spoilt page");
  const keys = () => isWorkedByKeys(page, "a spoilt page");
  await spoilt(() => document.body.append(Object.assign(document.createElement("button"), { textContent: "x" })), holds, /large enough/);
  await spoilt(() => document.body.style.setProperty("transition", "color 1s", "important"), holds, /nothing moves/);
  await spoilt(() => document.body.style.setProperty("color", "#999"), holds, /color-contrast/);
  await spoilt(() => document.body.style.setProperty("min-width", "400px"), holds, /at 360 px/);
  await spoilt(() => document.querySelector("a")?.style.setProperty("outline", "none", "important"), keys, /does not show/);
  await spoilt(() => document.querySelector("a")?.addEventListener("focus", ({ target }) => (target as HTMLElement).blur()), keys, /not reached/);
});

test("everywhere: something moves on these pages unless it is asked not to", async ({ town, open }) => {
  const page = await open(town.admin, { reducedMotion: "no-preference" });
  await goTo(page, "Vendors");
  await page.getByRole("button", { name: "New vendor" }).click();
  expect(await movingOn(page)).not.toEqual([]);
  await page.emulateMedia({ reducedMotion: "reduce" });
  expect(await movingOn(page)).toEqual([]);
});

/** Nothing of the English book is left, and the page says that it is German. */
async function isGerman(page: Page, what: string, title: RegExp): Promise<void> {
  expect(englishIn(await saidOn(page)), `English on ${what}`).toEqual([]);
  await expect(page.locator("html"), what).toHaveAttribute("lang", "de");
  await expect(page, what).toHaveTitle(title);
}

test("everywhere: a German browser reads German", async ({ town, hub, open, visit, forgive }) => {
  forgive(/status of 422/);
  const shift = await work(town.ann, "mitte");
  const { carried } = await busyEvening(town);
  const german = { locale: "de-DE" };

  const landing = await visit(`${hub.base}/`, german);
  await expect(landing.getByRole("heading")).toHaveText(deLanding.claim);
  await isGerman(landing, "landing", /Waypost/);
  await landing.goto(`${hub.base}/driver`);
  await expect(landing.getByRole("heading", { name: deSignIn.title.driver })).toBeVisible();
  await isGerman(landing, "sign-in", /^Fahrer · Waypost$/);

  const vendor = await open(town.vendor, german);
  await expect(vendor.getByRole("dialog")).toBeVisible();
  await isGerman(vendor, "a problem that came up", /Waypost$/);
  await vendor.getByRole("dialog").getByRole("button", { name: deProblem.later }).click();
  await expect(cardOf(vendor, carried.code)).toBeVisible();
  await isGerman(vendor, "board", /Laden · Waypost$/);
  await vendor.getByRole("button", { name: deVendor.newOrder }).click();
  await vendor.getByRole("button", { name: deForm.submit }).click();
  await expect(vendor.getByText(deForm.needed)).toBeVisible();
  await isGerman(vendor, "form", /Waypost/);

  const ann = await open(town.ann, german);
  await expect(ann.getByRole("button", { name: "Ich bin am Ziel" })).toBeVisible();
  await isGerman(ann, "job", /Fahrer · Waypost$/);
  await ann.getByRole("navigation").getByRole("button", { name: deDriver.offers }).click();
  await isGerman(ann, "offers", /Waypost/);

  const admin = await open(town.admin, german);
  await admin.getByRole("region", { name: deAdmin.views.orders }).getByRole("button", { name: new RegExp(`^${carried.code}`) }).click();
  await isGerman(admin, "orders", /Disposition · Waypost$/);
  await reflows(admin, "orders in German, whose words are longer");
  for (const view of ["drivers", "zones", "vendors", "keys"] as const) {
    await admin.getByRole("navigation", { name: deAdmin.pages }).getByRole("button", { name: deAdmin.views[view] }).click();
    await expect(admin.getByRole("main").getByRole("listitem").first()).toBeVisible();
    await isGerman(admin, view, /Waypost/);
    await admin.getByRole("main").getByRole("button", { name: /^Neue/ }).click();
    await isGerman(admin, `the form under ${view}`, /Waypost/);
    await admin.keyboard.press("Escape");
  }
  // What the hub refuses is said in German too.
  await admin.getByRole("navigation", { name: deAdmin.pages }).getByRole("button", { name: deAdmin.views.zones }).click();
  await admin.getByRole("listitem", { name: town.zone.name }).getByRole("button", { name: deZones.remove }).click();
  await admin.getByRole("dialog").getByRole("button", { name: deZones.remove }).click();
  await expect(admin.getByRole("status").filter({ hasText: /hat noch \d+ offene Bestellungen/ })).toBeVisible();
  shift.goHome();
});

test("everywhere: whoever is signed in chooses the language, and English is found where it is spoken", async ({ town, open }) => {
  await busyEvening(town);
  const page = await open(town.admin);
  await expect(page.getByRole("button", { name: "Language" })).toBeVisible();
  expect(englishIn(await saidOn(page)).length, "the search finds English").toBeGreaterThan(3);
  await page.getByRole("button", { name: "Language" }).click();
  await page.getByRole("button", { name: "Deutsch" }).click();
  await expect(page.getByRole("button", { name: deCommon.signOut })).toBeVisible();
  await isGerman(page, "orders", /Disposition · Waypost$/);
  await page.reload();
  await expect(page.getByRole("button", { name: deCommon.language })).toBeVisible();
});

test("everywhere: each page comes with a policy that is in force, and no inline script runs under it", async ({ hub, visit, forgive }) => {
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
