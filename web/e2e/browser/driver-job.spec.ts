// A driver's jobs: which offer is nearest, the next step and taking it back, problems, two at once, and the way there.

import { holdingNewsOf } from "../between";
import { work } from "../duty";
import { holdsEverywhere, isReadable, reflows } from "../probes";
import { cardOf, giveReason, goOnDuty, offerOf, openOrder } from "../steps";
import { expect, type Page, test } from "../test";

const KIM = { address: "2 Side Street", contact_name: "Kim", phone: "+49 30 555 030", lat: 52.53, lng: 13.4164, instructions: "3rd floor, the bell says Kim" };
const offers = (page: Page) => page.getByRole("region", { name: "Offers" }).getByRole("article");
const press = (page: Page, name: string | RegExp) => page.getByRole("button", { name }).click();
const tabOf = (page: Page, name: string) => page.getByRole("navigation").getByRole("button", { name });

test("the nearest offer lies on top and says what it asks for; the others say why they end", async ({ town, open }) => {
  for (const { id } of [town.ann, town.bob]) await town.admin.api.patch(`/drivers/${id}`, { max_active_orders: 3, equipment: ["thermal_bag"] });
  const bob = await work(town.bob, "mitte");
  const far = await town.makeVendor("Pizzeria Nonna", { address: "24 Chestnut Alley", lat: 52.538, lng: 13.415 });
  const ann = await open(town.ann);
  await goOnDuty(ann, "Mitte");
  const [second, first] = [
    await far.api.submit("Calzone", { ready: true, zone: "mitte" }),
    await town.vendor.api.submit("Ramen", {
      ready: true,
      zone: "mitte",
      dropoff: KIM,
      needs: ["thermal_bag"],
      package_count: 2,
      driver_pay: { amount: 650, currency: "EUR" },
      cash_to_collect: { amount: 2350, currency: "EUR" },
    }),
  ];
  await expect(offers(ann)).toHaveCount(2);
  await expect(offers(ann).nth(0)).toHaveAccessibleName(`${first.code}, Ramen Bar`);
  await expect(offers(ann).nth(1)).toHaveAccessibleName(`${second.code}, Pizzeria Nonna`);
  const card = offerOf(ann, first.code);
  for (const said of [/0\.\d mi to the pickup/, "1.0 mi on to the drop-off, north-east", "2 packages, small, thermal bag", "€6.50 for you", "Collect €23.50"])
    await expect(card).toContainText(said);
  await expect(card.getByRole("timer")).toContainText(/\d:\d\d left to answer/);
  const claim = await card.getByRole("button", { name: "Claim" }).boundingBox();
  const decline = await card.getByRole("button", { name: "Decline" }).boundingBox();
  expect(claim?.height).toBeGreaterThanOrEqual(72);
  expect((claim?.y ?? 0) - ((decline?.y ?? 0) + (decline?.height ?? 0)), "far from each other").toBeGreaterThan(100);
  await holdsEverywhere(ann, "two offers");

  await town.bob.api.give(second, "claim");
  await expect(offerOf(ann, second.code)).toBeHidden();
  await expect(ann.getByText("went to another driver").last()).toBeVisible();
  await reflows(ann, "an offer that ended");
  // Pressed before the news of Bob's claim has come: the answer says by how much he was quicker.
  const news = await holdingNewsOf(ann);
  news.hold();
  await town.bob.api.give(first, "claim");
  await card.getByRole("button", { name: "Claim" }).click();
  await expect(card).toBeHidden();
  await expect(ann.getByText(/^Taken \d[\d.]* m?s before you$/).last()).toBeVisible();
  news.letGo();
  await expect(ann.getByText("Nothing on offer right now")).toBeVisible();
  bob.goHome();
});

test("each step can be taken back for ten seconds, the delivery too, on every screen of the driver", async ({ town, open }) => {
  // Ten seconds of it are those that a step can be taken back.
  test.slow();
  const [ann, vendor] = await Promise.all([open(town.ann), open(town.vendor)]);
  await goOnDuty(ann, "Mitte");
  const order = await town.vendor.api.submit("Ramen", { ready: true, dropoff: KIM, notes: "No cutlery" });
  await offerOf(ann, order.code).getByRole("button", { name: "Claim" }).click();
  const job = ann.getByRole("article", { name: order.code });
  await expect(ann.getByText(`${order.code} is yours`)).toBeVisible();
  await expect(job).toContainText("Say this code at the counter");
  await holdsEverywhere(ann, "a job");

  await press(ann, "Start to the pickup");
  await press(ann, "I am at the pickup");
  await expect(ann.getByRole("status").filter({ hasText: `${order.code}: at the pickup` })).toBeVisible();
  await isReadable(ann, "a step that can be taken back");
  await press(ann, /^Undo/);
  await expect(ann.getByRole("button", { name: "I am at the pickup" })).toBeVisible();
  await expect(cardOf(vendor, order.code)).toContainText("Driver coming");

  await press(ann, "I am at the pickup");
  await press(ann, "Picked up");
  await expect(job.getByRole("link", { name: /^Navigate/ })).toHaveAttribute("href", /52\.53%2C13\.4164/);
  await expect(job.getByRole("link", { name: "Call Kim" })).toHaveAttribute("href", "tel:+4930555030");
  await press(ann, "I am at the drop-off");
  await press(ann, "Delivered");
  await expect(ann.getByRole("status").filter({ hasText: `${order.code} is delivered` })).toBeVisible();
  await expect(ann.getByText("Nothing on offer right now")).toBeVisible();
  await press(ann, /^Undo/);
  await press(ann, "Delivered");
  await expect(ann.getByRole("button", { name: /^Undo/ })).toBeVisible();
  await expect(ann.getByRole("button", { name: /^Undo/ })).toBeHidden({ timeout: 12_000 });
  await expect(cardOf(vendor, order.code)).toContainText("Delivered");
});

test("the way opens in the map app that a driver likes, with the phone's own as the first", async ({ town, open }) => {
  const ann = await open(town.ann);
  const order = await town.vendor.api.submit("Ramen", { ready: true, dropoff: KIM });
  await town.admin.api.give(order, ["assign", { driver_id: town.ann.id }]);
  const job = ann.getByRole("article", { name: order.code });
  const way = job.getByRole("link", { name: /^Navigate/ });
  await expect(way).toHaveAttribute("href", "https://www.google.com/maps/dir/?api=1&destination=52.52%2C13.4");
  await press(ann, "Use another map");
  await holdsEverywhere(ann, "the choice of a map");
  const waze = ann.getByRole("dialog", { name: "Which map?" }).getByRole("link", { name: "Waze" });
  await waze.evaluate((link) => link.addEventListener("click", (event) => event.preventDefault()));
  await waze.click();
  await ann.reload();
  await expect(way).toHaveAttribute("href", "https://waze.com/ul?ll=52.52%2C13.4&navigate=yes");
  await press(ann, "Show the map");
  await expect(ann.getByRole("application", { name: `Map of ${order.code}` })).toBeVisible();

  const [android, apple] = await Promise.all([
    open(town.ann, { userAgent: "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36" }),
    open(town.ann, { userAgent: "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1" }),
  ]);
  const wayOf = (page: Page) => page.getByRole("link", { name: /^Navigate/ });
  await expect(wayOf(android)).toHaveAttribute("href", "geo:52.52,13.4?q=52.52%2C13.4");
  await expect(wayOf(apple)).toHaveAttribute("href", "https://maps.apple.com/?daddr=52.52%2C13.4");
  await press(apple, "Use another map");
  await expect(apple.getByRole("dialog", { name: "Which map?" }).getByRole("link")).toHaveText(["Apple Maps", "Google Maps", "Waze"]);
});

test("two jobs at once: neither is out of sight, a problem is told to all, and one is given back", async ({ town, open }) => {
  await town.admin.api.patch(`/drivers/${town.ann.id}`, { max_active_orders: 2 });
  const [ann, admin] = await Promise.all([open(town.ann), open(town.admin)]);
  await goOnDuty(ann, "Mitte");
  const one = await town.vendor.api.submit("Ramen", { ready: true, dropoff: KIM });
  await offerOf(ann, one.code).getByRole("button", { name: "Claim" }).click();
  await press(ann, "Start to the pickup");
  await ann.context().setGeolocation({ latitude: 52.517, longitude: 13.392 });
  const told = () => town.admin.api.get<{ location: { lat: number } | null }>(`/drivers/${town.ann.id}`);
  await expect.poll(async () => (await told()).location?.lat, "who rides with an order is followed").toBe(52.517);
  await press(ann, "Problem");
  await holdsEverywhere(ann, "the kinds of problems");
  await giveReason(ann, "The shop is closed", "Report it");
  await expect(ann.getByRole("article", { name: one.code })).toContainText("The shop is closed");
  await expect(await openOrder(admin, one.code)).toContainText("The shop is closed");
  await press(ann, "It is solved");
  await expect(ann.getByRole("article", { name: one.code })).not.toContainText("The shop is closed");

  const two = await town.vendor.api.submit("Gyoza", { ready: true });
  await press(ann, /^1 offer/);
  await expect(ann.getByRole("button", { name: `Next for ${one.code}: I am at the pickup` })).toBeVisible();
  await holdsEverywhere(ann, "an offer beside a job");
  await offerOf(ann, two.code).getByRole("button", { name: "Claim" }).click();
  await expect(ann.getByRole("button", { name: "Start to the pickup" })).toBeVisible();
  await tabOf(ann, "Offers").click();
  for (const { code } of [one, two]) await expect(ann.getByRole("button", { name: `Next for ${code}` })).toBeVisible();
  await expect(ann.getByText("You have 2 orders to bring")).toBeVisible();
  await press(ann, `Next for ${two.code}: Start to the pickup`);
  await press(ann, "Give back");
  await giveReason(ann, "Too far away", "Give it back");
  await expect(ann.getByRole("button", { name: "I am at the pickup" })).toBeVisible();

  // By keyboard alone, and from the other side of the screen.
  await ann.keyboard.press("Tab");
  await ann.getByRole("button", { name: "Menu" }).focus();
  await ann.keyboard.press("Enter");
  await ann.getByRole("dialog").getByRole("button", { name: "Sound and display" }).press("Enter");
  await ann.getByRole("switch", { name: /^Left-handed/ }).press("Space");
  await ann.keyboard.press("Escape");
  await expect(ann.locator("html")).toHaveAttribute("data-hand", "left");
  await ann.getByRole("button", { name: "I am at the pickup" }).press("Enter");
  const undo = await ann.getByRole("button", { name: /^Undo/ }).boundingBox();
  expect(undo?.x ?? Infinity).toBeLessThan(60);
  expect(undo?.height, "what this page says of a button counts for more than what all pages say").toBeGreaterThanOrEqual(52);
});
