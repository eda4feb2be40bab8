// What lies a press or a scroll deeper, and the pages in German, whose words are longer: into e2e/output/, to be looked at.

import type { Locator } from "@playwright/test";
import { ask, work } from "../duty";
import { busyEvening } from "../evening";
import { both, picture } from "../pictures";
import { cardOf, goOnDuty, goTo, offerOf, openOrder } from "../steps";
import { expect, type Page, PHONE, TABLET, test } from "../test";
import { words as deAdmin } from "../../words/de/admin";
import { shiftWords as deShift, words as deDriver } from "../../words/de/driver";
import { formWords as deForm, problemWords as deProblem, words as deVendor } from "../../words/de/vendor";

const DROPOFF = { address: "2 Side Street", contact_name: "Kim", phone: "+49 30 555 030", lat: 52.53, lng: 13.42, instructions: "3rd floor, the bell says Kim" };
const GERMAN = { locale: "de-DE" };

/** What lies further down, on a phone and on a tablet. */
async function bothAt(page: Page, place: Locator, name: string): Promise<void> {
  for (const size of [PHONE, TABLET]) {
    await page.setViewportSize(size);
    await place.evaluate((element) => element.scrollIntoView({ block: "center" }));
    await picture(page, name);
  }
}

test("pictures: a key that nobody knows", async ({ town, hub, visit, forgive }) => {
  forgive(/status of 401/);
  const page = await visit(`${hub.base}/vendor#key=${town.vendor.key.slice(0, -4)}aaaa`);
  await expect(page.getByRole("alert")).toBeVisible();
  await both(page, "sign-in-refused");
});

test("pictures: what a vendor does with an order", async ({ town, open }) => {
  const page = await open(town.vendor);
  const order = await town.vendor.api.submit("Ramen", { dropoff: DROPOFF, prep_minutes: 15, needs: ["thermal_bag"], package_count: 2, size: "large", cash_to_collect: { amount: 2350, currency: "EUR" } });
  await cardOf(page, order.code).getByRole("button", { name: "Details" }).click();
  await both(page, "vendor-details");
  await page.getByRole("button", { name: "Report a problem" }).click();
  await both(page, "vendor-report");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Cancel order" }).click();
  await both(page, "vendor-cancel");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Change", exact: true }).click();
  await both(page, "vendor-change");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await town.vendor.api.give(order, "ready");
  await town.admin.api.give(order, ["assign", { driver_id: town.ann.id }]);
  await town.ann.api.give(order, "start", "arrive", "pick_up", "arrive", ["deliver", { proof: { name: "Kim", note: "Left with the neighbour" } }]);
  await cardOf(page, order.code).getByRole("button", { name: "Details" }).click();
  await expect(page.getByText("Left with the neighbour")).toBeVisible();
  await both(page, "vendor-delivered");
  await bothAt(page, page.getByRole("heading", { name: "Tracking for the recipient" }), "vendor-tracking");
  await bothAt(page, page.getByRole("heading", { name: "History" }), "vendor-history");
});

test("pictures: what a driver does with a job", async ({ town, open }) => {
  await town.admin.api.patch(`/vendors/${town.vendor.id}`, { require_pickup_code: true });
  const page = await open(town.ann);
  const sheet = page.getByRole("dialog");
  await goOnDuty(page, "Mitte");
  const cash = { cash_to_collect: { amount: 2350, currency: "EUR" } };
  const order = await town.vendor.api.submit("Ramen", { ready: true, dropoff: DROPOFF, notes: "No cutlery", ...cash });
  await offerOf(page, order.code).getByRole("button", { name: "Claim" }).click();
  await expect(page.getByRole("button", { name: "Start to the pickup" })).toBeVisible();
  await both(page, "driver-claimed");
  await bothAt(page, page.getByRole("button", { name: "Give back" }), "driver-job-below");
  await page.getByRole("button", { name: "Give back" }).click();
  await both(page, "driver-release");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Show the map" }).click();
  await expect(page.getByRole("button", { name: "Show everything" })).toBeVisible();
  await bothAt(page, page.getByRole("button", { name: "Show everything" }), "driver-map");
  await town.ann.api.give(order, "start", "arrive");
  await page.getByRole("button", { name: "Picked up", exact: true }).click();
  await expect(sheet).toBeVisible();
  await both(page, "driver-code");
  await page.keyboard.press("Escape");
  await town.vendor.api.give(order, "hand_over");
  await page.getByRole("button", { name: "Chat" }).click();
  await both(page, "driver-chat-empty");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Cannot deliver" }).click();
  await both(page, "driver-return");
  await page.keyboard.press("Escape");
  await town.ann.api.give(order, ["return", { reason: "Nobody answers" }]);
  await expect(page.getByText("They confirm it at the counter")).toBeVisible();
  await page.evaluate(() => scrollTo(0, 0));
  await both(page, "driver-returning");
  await town.vendor.api.give(order, "confirm_return");
  const next = await town.vendor.api.submit("Gyoza", { dropoff: DROPOFF, ready: true, ...cash });
  await town.admin.api.give(next, ["assign", { driver_id: town.ann.id }]);
  await town.ann.api.give(next, "start", "arrive");
  await town.vendor.api.give(next, "hand_over");
  await town.ann.api.give(next, "arrive", "deliver");
  await page.getByRole("button", { name: "Menu" }).click();
  await sheet.getByRole("button", { name: "My day" }).click();
  await expect(sheet.getByText(`${next.code} · Ramen Bar`)).toBeVisible();
  await both(page, "driver-day-done");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Menu" }).click();
  await sheet.getByRole("button", { name: "Check this phone" }).click();
  await both(page, "driver-phone");
});

test("pictures: a driver with the left hand, and large letters", async ({ town, open }) => {
  const page = await open(town.ann);
  await page.getByRole("button", { name: "Menu" }).click();
  await page.getByRole("button", { name: "Sound and display" }).click();
  await page.getByRole("radio", { name: "Larger" }).check();
  await page.getByRole("switch", { name: "Left-handed" }).check();
  await page.keyboard.press("Escape");
  await goOnDuty(page, "Mitte");
  const order = await town.vendor.api.submit("Ramen", { ready: true, dropoff: DROPOFF, driver_pay: { amount: 650, currency: "EUR" } });
  await expect(offerOf(page, order.code)).toBeVisible();
  await both(page, "driver-large-offer");
  await offerOf(page, order.code).getByRole("button", { name: "Claim" }).click();
  await page.getByRole("button", { name: "Start to the pickup" }).click();
  await page.getByRole("button", { name: "I am at the pickup" }).click();
  await expect(page.getByRole("button", { name: /^Undo/ })).toBeVisible();
  await both(page, "driver-large-job");
});

test("pictures: what a dispatcher asks and makes", async ({ town, open, forgive }) => {
  forgive(/status of 422/);
  const { offered, carried } = await busyEvening(town);
  const page = await open(town.admin);
  await openOrder(page, offered.code);
  await page.getByRole("button", { name: "Cancel order" }).click();
  await both(page, "admin-cancel");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Close" }).click();
  await openOrder(page, carried.code);
  await page.getByRole("button", { name: "Close" }).click();
  await page.getByRole("radio", { name: /^Done/ }).check();
  await both(page, "admin-done");
  await page.getByLabel("Search").first().fill("nothing like it");
  await both(page, "admin-none");
  await goTo(page, "Drivers");
  await page.getByRole("listitem", { name: "Ann" }).getByRole("button", { name: "Block" }).click();
  await both(page, "admin-block");
  await page.keyboard.press("Escape");
  await goTo(page, "Vendors");
  await page.getByRole("button", { name: "New vendor" }).click();
  await both(page, "admin-vendor-form");
  await page.keyboard.press("Escape");
  await goTo(page, "Zones");
  await page.getByText("How offers go").first().click();
  await both(page, "admin-zones-open");
  await page.getByRole("button", { name: "New zone" }).click();
  await page.getByRole("button", { name: /^(Make|Save) zone/ }).click();
  await both(page, "admin-zone-errors");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Language" }).click();
  await both(page, "admin-language");
});

test("pictures: a recipient whose delivery takes a turn", async ({ town, visit, forgive }) => {
  forgive(/ERR_INTERNET_DISCONNECTED|Failed to load resource|WebSocket connection/);
  const order = await town.vendor.api.submit("Ramen", { ready: true, dropoff: DROPOFF });
  const page = await visit(order.tracking_url ?? "", { viewport: PHONE });
  await both(page, "track-looking");
  await town.admin.api.give(order, ["assign", { driver_id: town.ann.id }]);
  await town.ann.api.give(order, "start", "arrive", "pick_up");
  const shift = await work(town.ann, "mitte");
  await ask(shift.socket, "driver.location", { lat: 52.529, lng: 13.419, accuracy_m: 10, recorded_at: new Date().toISOString() });
  await town.ann.api.give(order, "arrive");
  await expect(page.getByText("At your door")).toBeVisible();
  await both(page, "track-at-the-door");
  await page.context().setOffline(true);
  await expect(page.getByText("You are offline")).toBeVisible({ timeout: 20_000 });
  await both(page, "track-offline");
  await page.context().setOffline(false);
  await town.ann.api.give(order, ["return", { reason: "Nobody answers" }]);
  await expect(page.getByText(/back/).first()).toBeVisible();
  await both(page, "track-returning");
  shift.goHome();
});

test("pictures: the pages in German", async ({ town, open }) => {
  const shift = await work(town.ann, "mitte");
  const { carried } = await busyEvening(town);
  const vendor = await open(town.vendor, GERMAN);
  await expect(vendor.getByRole("dialog")).toBeVisible();
  await both(vendor, "de-vendor-problem");
  await vendor.getByRole("dialog").getByRole("button", { name: deProblem.later }).click();
  await expect(cardOf(vendor, carried.code)).toBeVisible();
  await both(vendor, "de-vendor-board");
  await vendor.getByRole("button", { name: deVendor.newOrder }).click();
  await vendor.getByRole("button", { name: deForm.submit }).click();
  await both(vendor, "de-vendor-form");
  const ann = await open(town.ann, GERMAN);
  await expect(ann.getByRole("button", { name: "Ich bin am Ziel" })).toBeVisible();
  await both(ann, "de-driver-job");
  await ann.getByRole("navigation").getByRole("button", { name: deDriver.offers }).click();
  await both(ann, "de-driver-offers");
  await ann.getByRole("button", { name: deShift.menu }).click();
  await both(ann, "de-driver-menu");
  const bob = await open(town.bob, GERMAN);
  await bob.getByRole("navigation").getByRole("button", { name: deDriver.offers }).click();
  await both(bob, "de-driver-off-duty");
  const admin = await open(town.admin, GERMAN);
  const row = admin.getByRole("region", { name: deAdmin.views.orders }).getByRole("button", { name: new RegExp(`^${carried.code}`) });
  await expect(row).toBeVisible();
  await both(admin, "de-admin-orders");
  await row.click();
  await both(admin, "de-admin-order");
  shift.goHome();
});
