// What a dispatcher does on a busy evening.

import { giveReason, goOnDuty, goTo, offerOf, openOrder, rowOf, titleOf } from "../steps";
import { work } from "../duty";
import { busyEvening } from "../evening";
import { expect, PHONE, test } from "../test";

test("the dispatcher gives an order to a driver, then to another, who both are told", async ({ town, open }) => {
  const [admin, ann, bob] = await Promise.all([open(town.admin), open(town.ann), open(town.bob)]);
  await Promise.all([goOnDuty(ann, "Mitte"), goOnDuty(bob, "Mitte")]);
  const { code } = await town.vendor.api.submit("Ramen", { ready: true });
  const panel = await openOrder(admin, code);
  await panel.getByRole("button", { name: "Assign a driver" }).click();
  await admin.getByRole("button", { name: "Assign to Ann" }).click();
  await expect(ann.getByText(`The dispatcher gave you ${code}`)).toBeVisible();
  await expect(ann.getByRole("button", { name: "Start to the pickup" })).toBeVisible();
  await expect(offerOf(bob, code)).toBeHidden();
  await panel.getByRole("button", { name: "Give to another driver" }).click();
  await admin.getByRole("button", { name: "Assign to Bob" }).click();
  await expect(bob.getByRole("button", { name: "Start to the pickup" })).toBeVisible();
  await expect(ann.getByRole("button", { name: "Start to the pickup" })).toBeHidden();
  await expect(ann.getByRole("status", { name: "What changed" })).toContainText(code);
  await expect(panel).toContainText("Bob");
});

test("the dispatcher withdraws, offers, takes back, undoes, returns and cancels, each with its reason", async ({ town, open }) => {
  const admin = await open(town.admin);
  const order = await town.vendor.api.submit("Ramen");
  const panel = await openOrder(admin, order.code);
  const heading = titleOf(panel, order.code);
  const press = (name: string) => panel.getByRole("button", { name, exact: true }).click();
  await press("Mark ready");
  await expect(heading).toContainText("Looking for a driver");
  await press("Withdraw");
  await expect(heading).toContainText("Preparing");
  await press("Assign a driver");
  await admin.getByRole("button", { name: "Assign to Ann" }).click();
  await expect(heading).toContainText("Driver found");
  await press("Take from the driver");
  await giveReason(admin, "The driver does not answer", "Take it, and offer it again");
  await expect(heading).toContainText("Looking for a driver");
  await press("Assign a driver");
  await admin.getByRole("button", { name: "Assign to Bob" }).click();
  await town.bob.api.give(order, "start", "arrive", "pick_up");
  await expect(heading).toContainText("On the way");
  await press("Undo last step");
  await giveReason(admin, "Pressed by mistake", "Undo it");
  await expect(heading).toContainText("At the counter");
  await town.bob.api.give(order, "pick_up");
  await press("Send it back");
  await giveReason(admin, "Wrong address", "Send it back");
  await press("It is back at the vendor");
  await expect(heading).toContainText("Returned");
  for (const said of ["The driver does not answer", "Pressed by mistake", "Wrong address"]) await expect(panel.getByText(said).last()).toBeVisible();

  const other = await town.vendor.api.submit("Gyoza");
  await openOrder(admin, other.code);
  const second = admin.getByRole("complementary", { name: `Order ${other.code}` });
  await second.getByRole("button", { name: "Problem" }).click();
  await giveReason(admin, "Late from the kitchen", "Note it");
  await expect(rowOf(admin, other.code)).toContainText("Late from the kitchen");
  await expect(admin.getByRole("radio", { name: /Needs you/ })).toHaveAccessibleName("Needs you 1");
  await second.getByRole("button", { name: "Solved" }).click();
  await expect(admin.getByRole("radio", { name: /Needs you/ })).toHaveAccessibleName("Needs you 0");
  await second.getByRole("button", { name: "Cancel order" }).click();
  await giveReason(admin, "Entered twice", "Cancel order");
  await expect(titleOf(second, other.code)).toContainText("Cancelled");
  await second.getByRole("button", { name: "Offer it again" }).click();
  await expect(titleOf(second, other.code)).toContainText("Looking for a driver");
});

test("the dispatcher finds orders by group, zone and words", async ({ town, open }) => {
  const admin = await open(town.admin);
  const people = await Promise.all([town.ann, town.bob].map((driver) => work(driver, "mitte")));
  const { offered, carried, stuck } = await busyEvening(town);
  const rows = admin.getByRole("region", { name: "Orders" }).getByRole("listitem");
  await expect(rows).toHaveCount(8);
  await expect(rows.first()).toContainText(stuck.code);
  await admin.getByRole("radio", { name: /^Looking/ }).check();
  await expect(rows).toHaveCount(2);
  await admin.getByLabel("Zone").selectOption("Mitte");
  await expect(rows).toHaveCount(1);
  await expect(rows).toContainText(offered.code);
  await admin.getByRole("radio", { name: /^Preparing/ }).check();
  await admin.getByRole("searchbox", { name: "Search orders" }).fill("nobody ordered this");
  await admin.getByRole("button", { name: "Clear the filter" }).click();
  await expect(rows).toHaveCount(8);
  await admin.getByRole("searchbox", { name: "Search orders" }).fill("ann");
  await expect(rows.filter({ hasText: carried.code })).toBeVisible();
  await admin.getByRole("radio", { name: /^Done/ }).check();
  await admin.getByRole("searchbox", { name: "Search orders" }).fill("sake");
  await expect(rows).toHaveCount(1);
  await expect(rows).toContainText("Cancelled");
  people.forEach(({ goHome }) => goHome());
});

test("a dispatcher with a telephone works through the same orders", async ({ town, open }) => {
  const admin = await open(town.admin, { viewport: PHONE });
  const { code } = await town.vendor.api.submit("Ramen", { ready: true });
  await rowOf(admin, code).click();
  const panel = admin.getByRole("dialog", { name: new RegExp(code) });
  await panel.getByRole("button", { name: "Assign a driver" }).click();
  await admin.getByRole("button", { name: "Assign to Ann" }).click();
  await expect(admin.getByRole("button", { name: "Assign to Ann" })).toBeHidden();
  await expect(titleOf(panel, code)).toContainText("Driver found");
  await panel.getByRole("button", { name: "Close" }).click();
  await goTo(admin, "Drivers");
  await admin.getByRole("listitem", { name: "Ann" }).getByRole("button", { name: "1 order" }).click();
  await expect(rowOf(admin, code)).toContainText("Ann");
  expect(await admin.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(PHONE.width);
});
