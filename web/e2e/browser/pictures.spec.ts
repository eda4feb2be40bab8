// Each page in its main states, on a phone and on a tablet, light and dark: into e2e/output/, to be looked at.

import type { Order } from "../../shared/protocol";
import { betweenHubAnd } from "../between";
import { ask, work } from "../duty";
import { busyEvening } from "../evening";
import { both, FOLDER, picture } from "../pictures";
import { cardOf, giveReason, goOnDuty, goTo, offerOf, openOrder, rowOf, submitOrder } from "../steps";
import { expect, type Page, PHONE, TABLET, test, type Town } from "../test";

async function evening(town: Town) {
  const people = await Promise.all([town.ann, town.bob].map((driver) => work(driver, "mitte")));
  const all = await busyEvening(town);
  return { ...all, goHome: () => people.forEach(({ goHome }) => goHome()) };
}

test("pictures: before anybody has signed in", async ({ hub, visit }) => {
  const landing = await visit(`${hub.base}/`);
  await both(landing, "landing");
  await landing.goto(`${hub.base}/driver`);
  await both(landing, "sign-in");
});

test("pictures: the vendor", async ({ town, open, forgive }) => {
  forgive(/ERR_INTERNET_DISCONNECTED|WebSocket connection/);
  const page = await open(town.vendor);
  await expect(page.getByText("No orders yet")).toBeVisible();
  await both(page, "vendor-empty");
  const { carried, stuck, goHome } = await evening(town);
  const problem = page.getByRole("dialog", { name: `Problem with ${stuck.code}` });
  await expect(problem).toBeVisible();
  await both(page, "vendor-problem");
  await problem.getByRole("button", { name: "I see to it" }).click();
  await town.admin.api.patch(`/vendors/${town.vendor.id}`, { require_pickup_code: true });
  await town.bob.api.give(await town.vendor.api.submit("Gyoza", { ready: true }), "claim", "start", "arrive");
  await expect(page.getByText("Hand-over code")).toBeVisible();
  await both(page, "vendor-board");
  await cardOf(page, carried.code).getByRole("button", { name: "1 new message" }).click();
  await expect(page.getByText("Two minutes away")).toBeVisible();
  await both(page, "vendor-order");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Search" }).click();
  await page.getByLabel("Code, phone or name").fill("kim");
  await expect(page.getByText(/orders found/)).toBeVisible();
  await both(page, "vendor-search");
  await page.keyboard.press("Escape");
  await page.context().setOffline(true);
  await expect(page.getByText(/No live connection for/)).toBeVisible({ timeout: 20_000 });
  await submitOffline(page);
  await both(page, "vendor-offline");
  await page.context().setOffline(false);
  goHome();
});

async function submitOffline(page: Page): Promise<void> {
  await page.getByRole("button", { name: "New order" }).click();
  await page.getByLabel("Item 1").fill("Two ramen");
  await page.getByLabel("Address").fill("2 Side Street");
  await page.getByLabel("Name", { exact: true }).fill("Kim");
  await page.getByLabel("Phone").fill("+49 30 555 030");
  await page.getByRole("button", { name: "Submit order" }).click();
  await expect(page.getByRole("article", { name: "Not sent yet" })).toBeVisible();
}

test("pictures: the vendor's form, settings and paper", async ({ town, open }) => {
  const page = await open(town.vendor);
  await submitOrder(page, "Udon");
  await page.getByRole("button", { name: "New order" }).click();
  await page.getByLabel("Item 1").fill("Ramen");
  await page.getByLabel("Cash to collect").fill("12.50");
  await page.getByLabel("Address").pressSequentially("si");
  await expect(page.getByRole("option", { name: /Kim/ })).toBeVisible();
  await both(page, "vendor-form");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.getByText("Exact position").click();
  await expect(page.getByRole("region", { name: "Where it goes" }).getByRole("button", { name: "Pin at the cross" })).toBeVisible();
  await page.getByRole("radio", { name: "For later" }).check();
  await both(page, "vendor-form-map");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Sound and display" }).click();
  await both(page, "vendor-settings");
  await page.getByRole("radio", { name: "Larger" }).check();
  await page.getByRole("switch", { name: "High contrast" }).check();
  await page.keyboard.press("Escape");
  await both(page, "vendor-large");
  // A copy of what goes to the printer, which is gone as soon as it has been printed.
  await page.evaluate(() => {
    window.print = () => {
      const copy = document.querySelector(".paper")?.cloneNode(true);
      if (copy) document.querySelector("#page")?.append(copy);
    };
  });
  await page.setViewportSize(TABLET);
  await page.getByRole("article").first().getByRole("button", { name: "Details" }).click();
  await page.getByRole("button", { name: "Print slip" }).click();
  await expect(page.locator(".slip")).toHaveCount(1);
  await page.keyboard.press("Escape");
  await page.emulateMedia({ media: "print" });
  await page.screenshot({ path: `${FOLDER}/vendor-slip.png` });
});

test("pictures: an order that nobody takes", async ({ town, open, hub }) => {
  const page = await open(town.vendor);
  const expire = await betweenHubAnd(page, hub.base);
  const shift = await work(town.ann, "mitte");
  const order = await town.vendor.api.submit("Ramen", { ready: true, zone: town.zone.id, dropoff: { address: "2 Side Street", contact_name: "Kim", phone: "+49 30 555 030" } });
  await expect(cardOf(page, order.code)).toContainText("offered to 1, delivered to 1");
  await both(page, "vendor-offer");
  await ask(shift.socket, "zone.leave", { zone: "mitte" });
  await expect(cardOf(page, order.code)).toContainText("No driver is on duty");
  await both(page, "vendor-nobody");
  expire(await town.vendor.api.get<Order>(`/orders/${order.id}`));
  await expect(page.getByRole("dialog", { name: `No driver for ${order.code}` })).toBeVisible();
  await both(page, "vendor-expired");
  await page.keyboard.press("Escape");
  shift.goHome();
});

test("pictures: the driver", async ({ town, open }) => {
  const page = await open(town.ann);
  await expect(page.getByRole("switch", { name: "Mitte" })).toBeVisible();
  await both(page, "driver-off-duty");
  const { offered, carried, goHome } = await evening(town);
  await page.getByRole("navigation").getByRole("button", { name: carried.code }).click();
  await expect(page.getByRole("button", { name: "I am at the drop-off" })).toBeVisible();
  await both(page, "driver-job");
  await page.getByRole("navigation").getByRole("button", { name: "Offers" }).click();
  await expect(offerOf(page, offered.code)).toBeVisible();
  await both(page, "driver-offers");
  await town.bob.api.give(offered, "claim");
  await expect(page.getByRole("status", { name: "What changed" })).toContainText(offered.code);
  await both(page, "driver-lost");
  await page.getByRole("navigation").getByRole("button", { name: carried.code }).click();
  await page.getByRole("button", { name: "Chat" }).click();
  await both(page, "driver-chat");
  goHome();
});

test("pictures: a driver's shift", async ({ town, open }) => {
  await town.admin.api.patch(`/drivers/${town.ann.id}`, { max_active_orders: 2, equipment: ["thermal_bag"] });
  const nonna = await town.makeVendor("Pizzeria Nonna", { address: "24 Chestnut Alley", lat: 52.525, lng: 13.408 });
  const page = await open(town.ann);
  const sheet = page.getByRole("dialog");
  await page.getByRole("button", { name: "Test: Sound" }).click();
  await both(page, "driver-check");
  await page.getByRole("button", { name: "I heard it" }).click();
  await goOnDuty(page, "Mitte");
  await both(page, "driver-on-duty");
  for (const [line, name] of [["My day", "driver-day"], ["Sound and display", "driver-display"]] as const) {
    await page.getByRole("button", { name: "Menu" }).click();
    if (line === "My day") await both(page, "driver-menu");
    await sheet.getByRole("button", { name: line }).click();
    await expect(sheet.getByText("Loading")).toHaveCount(0);
    await both(page, name);
    await page.keyboard.press("Escape");
  }
  await page.getByRole("button", { name: "Pause" }).click();
  await both(page, "driver-pause");
  await sheet.getByRole("button", { name: "15 min" }).click();
  await expect(page.getByRole("heading", { name: "On a break" })).toBeVisible();
  await both(page, "driver-break");
  await page.getByRole("button", { name: "Back on duty now" }).click();

  const dropoff = { address: "2 Side Street", contact_name: "Kim", phone: "+49 30 555 030", lat: 52.53, lng: 13.42, instructions: "3rd floor, the bell says Kim" };
  const paid = { driver_pay: { amount: 650, currency: "EUR" }, cash_to_collect: { amount: 2350, currency: "EUR" } };
  const ramen = await town.vendor.api.submit("Ramen", { zone: "mitte", ready: true, dropoff, ...paid, needs: ["thermal_bag"], package_count: 2 });
  const pizza = await nonna.api.submit("Calzone", { zone: "mitte", ready: true, dropoff: { ...dropoff, lat: 52.51 }, driver_pay: paid.driver_pay });
  await expect(offerOf(page, pizza.code)).toBeVisible();
  await both(page, "driver-two-offers");
  await town.admin.api.give(pizza, ["assign", { driver_id: town.bob.id }]);
  await expect(offerOf(page, pizza.code)).toBeHidden();
  await both(page, "driver-offer-ended");
  await offerOf(page, ramen.code).getByRole("button", { name: "Claim" }).click();
  await page.getByRole("button", { name: "Start to the pickup" }).click();
  await page.getByRole("button", { name: "I am at the pickup" }).click();
  await expect(page.getByRole("button", { name: /^Undo/ })).toBeVisible();
  await both(page, "driver-undo");
  await page.getByRole("button", { name: "Use another map" }).click();
  await both(page, "driver-maps");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Problem" }).click();
  await both(page, "driver-problem");
  await giveReason(page, "The shop is closed", "Report it");
  const more = await nonna.api.submit("Lasagne", { zone: "mitte", ready: true, dropoff });
  await expect(page.getByRole("button", { name: /^1 offer/ })).toBeVisible();
  await both(page, "driver-job-and-offer");
  await page.getByRole("button", { name: /^1 offer/ }).click();
  await both(page, "driver-offer-and-job");
  await offerOf(page, more.code).getByRole("button", { name: "Claim" }).click();
  await expect(page.getByRole("button", { name: "Start to the pickup" })).toBeVisible();
  await page.getByRole("navigation").getByRole("button", { name: "Offers" }).click();
  await both(page, "driver-two-jobs");
});

test("pictures: a driver on the way, and one who is paused", async ({ town, open }) => {
  const rules = { offer_round_s: 10, auto_pause_after: 1, same_trip: true };
  await town.admin.api.put(`/zones/${town.zone.id}`, { name: town.zone.name, rules });
  const page = await open(town.ann);
  await goOnDuty(page, "Mitte");
  const at = { zone: town.zone.id, ready: true, dropoff: { address: "2 Side Street", lat: 52.53, lng: 13.41 } };
  const first = await town.vendor.api.submit("Ramen", at);
  await offerOf(page, first.code).getByRole("button", { name: "Claim" }).click();
  await expect(page.getByRole("button", { name: "Start to the pickup" })).toBeVisible();
  const second = await town.vendor.api.submit("Gyoza", at);
  await page.getByRole("navigation").getByRole("button", { name: "Offers" }).click();
  await expect(offerOf(page, second.code)).toContainText("Same way as");
  await both(page, "driver-same-trip");
  await expect(page.getByRole("alert")).toContainText("You are paused", { timeout: 30_000 });
  await both(page, "driver-paused");
});

test("pictures: a driver without a network", async ({ town, open, forgive }) => {
  forgive(/ERR_INTERNET_DISCONNECTED|ERR_NETWORK_CHANGED|WebSocket connection|Failed to load resource/);
  const page = await open(town.ann);
  await goOnDuty(page, "Mitte");
  const job = await town.vendor.api.submit("Ramen", { ready: true, dropoff: { address: "2 Side Street", contact_name: "Kim" } });
  await town.admin.api.give(job, ["assign", { driver_id: town.ann.id }]);
  await town.ann.api.give(job, "start", "arrive");
  await expect(page.getByRole("button", { name: "Picked up", exact: true })).toBeVisible();
  await page.context().setOffline(true);
  await expect(page.getByText("No network.")).toBeVisible();
  await page.getByRole("button", { name: "Picked up", exact: true }).click();
  await page.getByRole("button", { name: "I am at the drop-off" }).click();
  await expect(page.getByRole("region", { name: "Waiting to be sent" }).getByRole("listitem")).toHaveCount(2);
  await both(page, "driver-offline-job");
  await page.getByRole("button", { name: "Photo, name, PIN" }).click();
  await page.locator("input[type=file]").setInputFiles("public/icons/512.png");
  await expect(page.getByRole("img", { name: "Your photo of the delivery" })).toBeVisible();
  await both(page, "driver-proof");
  await page.keyboard.press("Escape");
  await town.admin.api.give(job, ["assign", { driver_id: town.bob.id }]);
  await page.context().setOffline(false);
  await expect(page.getByText("not everything was accepted")).toBeVisible();
  await both(page, "driver-refused");
});

test("pictures: the dispatcher", async ({ town, open }) => {
  const page = await open(town.admin);
  await expect(page.getByText("No open orders")).toBeVisible();
  await both(page, "admin-empty");
  const { offered, stuck, goHome } = await evening(town);
  await expect(rowOf(page, offered.code)).toBeVisible();
  await expect(page.getByRole("complementary", { name: "Drivers" }).getByRole("listitem")).toHaveCount(3);
  await both(page, "admin-orders");
  await openOrder(page, stuck.code);
  await expect(page.getByText("rang three times").first()).toBeVisible();
  await both(page, "admin-problem");
  await page.getByRole("button", { name: "Close" }).click();
  await openOrder(page, offered.code);
  await both(page, "admin-offer");
  for (const size of [PHONE, TABLET]) {
    await page.setViewportSize(size);
    await page.getByRole("button", { name: "Assign a driver" }).click();
    await picture(page, "admin-assign");
    await page.keyboard.press("Escape");
  }
  await page.getByRole("button", { name: "Close" }).click();
  for (const view of ["Drivers", "Zones", "Vendors", "Keys"] as const) {
    await goTo(page, view);
    await expect(page.getByRole("main").getByRole("listitem").first()).toBeVisible();
    await both(page, `admin-${view.toLowerCase()}`);
  }
  await goTo(page, "Drivers");
  await page.getByRole("button", { name: "New driver" }).click();
  await both(page, "admin-driver-form");
  await page.getByLabel("Name").fill("Finn");
  await page.getByRole("button", { name: "Make driver and link" }).click();
  await expect(page.getByRole("img", { name: /QR code/ })).toBeVisible();
  await both(page, "admin-qr");
  await page.getByRole("button", { name: "Done" }).click();
  await goTo(page, "Zones");
  await page.getByRole("button", { name: "Change Mitte" }).click();
  await both(page, "admin-zone-form");
  await page.getByRole("switch", { name: "Ask who is on the way first" }).check();
  await page.getByLabel("Seconds for this driver alone").scrollIntoViewIfNeeded();
  await both(page, "admin-zone-rules");
  goHome();
});
