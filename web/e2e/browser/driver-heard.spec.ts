// What a driver hears, and what stays in sight until he has seen it: wherever he looks, and without a network too.

import { overhear } from "../ears";
import { holdsEverywhere, isReadable } from "../probes";
import { goOnDuty, offerOf } from "../steps";
import { expect, test } from "../test";

const OFFLINE = /ERR_INTERNET_DISCONNECTED|ERR_NETWORK_CHANGED|WebSocket connection|Failed to load resource/;

test("an offer that ends while there is no network leaves with the reason, and rings no more", async ({ town, open, forgive }) => {
  forgive(OFFLINE);
  await town.admin.api.put(`/zones/${town.zone.id}`, { name: town.zone.name, rules: { offer_round_s: 10, auto_pause_after: 0 } });
  const ann = await open(town.ann);
  const sounds = await overhear(ann);
  await goOnDuty(ann, "Mitte");
  const order = await town.vendor.api.submit("Ramen", { zone: town.zone.id, ready: true });
  await expect(offerOf(ann, order.code)).toBeVisible();
  await expect.poll(async () => (await sounds()).filter((word) => word.startsWith("alarm")).at(-1)).toBe("alarm on");
  await ann.context().setOffline(true);
  await expect(ann.getByText("No network.")).toBeVisible();
  await expect(offerOf(ann, order.code)).toBeHidden({ timeout: 20_000 });
  await expect(ann.getByRole("status", { name: "What changed" })).toContainText(`${order.code} the offer ended`);
  expect((await sounds()).filter((word) => word.startsWith("alarm")).at(-1)).toBe("alarm off");
  // The hub has gone on to another round meanwhile: that one is heard of on return.
  await ann.context().setOffline(false);
  await expect(offerOf(ann, order.code)).toBeVisible();
  await expect.poll(async () => (await sounds()).filter((word) => word.startsWith("alarm")).at(-1)).toBe("alarm on");
});

test("a page that was loaded anew says that it is silent until it is touched, and keeps that the alarm was heard", async ({ town, open }) => {
  const ann = await open(town.ann);
  const silent = ann.getByText("Sound is off until you touch the page.");
  await expect(ann.getByRole("switch", { name: "Mitte" })).toBeVisible();
  await expect(silent).toBeHidden();
  await goOnDuty(ann, "Mitte");
  await ann.getByRole("button", { name: "Test: Sound" }).click();
  await ann.getByRole("button", { name: "I heard it" }).click();
  const heard = async () => (await town.admin.api.get<{ device: { sound: string } | null }>(`/drivers/${town.ann.id}`)).device?.sound;
  await expect.poll(heard).toBe("heard");
  await ann.reload();
  await expect(silent).toBeVisible();
  await holdsEverywhere(ann, "a page that is silent");
  await expect(ann.getByText("You heard the alarm")).toBeVisible();
  expect(await heard(), "a reload takes nothing back").toBe("heard");
  await ann.getByRole("heading", { name: "Is this phone ready?" }).click();
  await expect(silent).toBeHidden();
});

test("what others do to a job is heard once, and a job that is taken away stays in sight until it is seen", async ({ town, open }) => {
  const ann = await open(town.ann);
  const sounds = await overhear(ann);
  await goOnDuty(ann, "Mitte");
  const order = await town.vendor.api.submit("Ramen", { ready: true });
  await offerOf(ann, order.code).getByRole("button", { name: "Claim" }).click();
  await expect(ann.getByText(`${order.code} is yours`)).toBeVisible();
  const bells = async () => (await sounds()).filter((word) => word === "bell").length;
  const shakes = async () => (await sounds()).filter((word) => word === "shake").length;
  expect(await bells()).toBe(0);
  const shaken = await shakes();
  await town.vendor.api.give(order, ["message", { text: "Second bell from the left" }]);
  await expect(ann.getByText(`${order.code}: “Second bell from the left”`)).toBeVisible();
  await expect.poll(bells).toBe(1);
  expect(await shakes()).toBe(shaken + 1);

  await ann.waitForFunction((since) => performance.now() - since > 1_700, await ann.evaluate(() => performance.now()));
  await town.vendor.api.give(order, ["problem", { reason: "The kitchen is late" }]);
  await expect(ann.getByRole("article", { name: order.code })).toContainText("The kitchen is late");
  await expect.poll(bells).toBe(2);

  // He looks elsewhere, and the order is cancelled under him.
  await ann.getByRole("button", { name: "Menu" }).click();
  await expect(ann.getByRole("dialog", { name: "Menu" })).toBeVisible();
  await ann.waitForFunction((since) => performance.now() - since > 1_700, await ann.evaluate(() => performance.now()));
  await town.vendor.api.give(order, ["cancel", { reason: "Kitchen fire" }]);
  const lost = ann.getByRole("status", { name: "What changed" });
  await expect(lost).toContainText(`${order.code} it was cancelled: Kitchen fire`);
  await expect.poll(bells).toBe(3);
  await expect(ann.getByText(`${order.code} is yours`)).toBeHidden();
  await isReadable(ann, "a job that is lost, over the menu");
  await ann.keyboard.press("Escape");
  await ann.reload();
  await expect(lost).toContainText("Kitchen fire");
  await holdsEverywhere(ann, "a job that is lost");
  await lost.getByRole("button", { name: `Understood ${order.code}` }).click();
  await expect(lost).not.toContainText("Kitchen fire");
  await ann.reload();
  await expect(ann.getByText("On duty in Mitte")).toBeVisible();
  await expect(lost).not.toContainText("Kitchen fire");
});

test("an offer is seen and read out over an open panel too, and is one press away", async ({ town, open }) => {
  await town.admin.api.patch(`/drivers/${town.ann.id}`, { max_active_orders: 2 });
  const ann = await open(town.ann);
  await goOnDuty(ann, "Mitte");
  const job = await town.vendor.api.submit("Ramen", { ready: true });
  await offerOf(ann, job.code).getByRole("button", { name: "Claim" }).click();
  await ann.getByRole("button", { name: "Chat" }).click();
  const chat = ann.getByRole("dialog", { name: /^Chat/ });
  await expect(chat.getByLabel("Message")).toBeVisible();
  const offer = await town.vendor.api.submit("Gyoza", { ready: true });
  const strip = chat.getByRole("button", { name: /^1 offer/ });
  await expect(strip).toBeVisible();
  await expect(chat.getByRole("status").filter({ hasText: `New offer: ${offer.code}` })).toHaveCount(1);
  await holdsEverywhere(ann, "an offer over the chat");
  await strip.click();
  await expect(chat).toBeHidden();
  await expect(offerOf(ann, offer.code)).toBeVisible();

  // Also over what lies on the offers themselves.
  await ann.getByRole("button", { name: "Menu" }).click();
  await ann.getByRole("dialog", { name: "Menu" }).getByRole("button", { name: /^1 offer/ }).click();
  await expect(ann.getByRole("dialog", { name: "Menu" })).toBeHidden();
  await offerOf(ann, offer.code).getByRole("button", { name: "Claim" }).click();
  await expect(ann.getByRole("article", { name: offer.code })).toBeVisible();
});
