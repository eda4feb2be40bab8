// A driver's page for other eyes and hands: large text, a phone on its side, the left thumb. What must be pressed is in sight.

import { goOnDuty, offerOf } from "../steps";
import { isReadable, reflows } from "../probes";
import { expect, type Page, PHONE, test } from "../test";
import type { Locator } from "@playwright/test";
import type { Order } from "../../shared/protocol";
import type { Town } from "../town";

const KIM = { address: "2 Side Street", contact_name: "Kim", phone: "+49 30 555 030", lat: 52.53, lng: 13.4164, instructions: "3rd floor, the bell says Kim" };

/** With a job at the door and an offer beside it. */
async function busy(page: Page, town: Town): Promise<{ job: Order; offer: Order }> {
  await town.admin.api.patch(`/drivers/${town.ann.id}`, { max_active_orders: 2 });
  await goOnDuty(page, "Mitte");
  const more = { ready: true, dropoff: KIM, cash_to_collect: { amount: 1990, currency: "EUR" } };
  const job = await town.vendor.api.submit("Ramen", more);
  await town.admin.api.give(job, ["assign", { driver_id: town.ann.id }]);
  await town.ann.api.give(job, "start", "arrive", "pick_up", "arrive");
  const next = page.getByRole("button", { name: "Delivered", exact: true });
  await isPressable(next);
  await isPressable(page.getByText("Collect €19.90 in cash"));
  const offer = await town.vendor.api.submit("Gyoza", { ...more, driver_pay: { amount: 650, currency: "EUR" } });
  await isPressable(page.getByRole("button", { name: /^1 offer/ }));
  return { job, offer };
}

/** Whole on the screen, and nothing lies on its middle. */
async function isPressable(what: Locator): Promise<void> {
  await expect(what).toBeInViewport({ ratio: 0.99 });
  await expect
    .poll(() =>
      what.evaluate((element) => {
        const { x, y, width, height } = element.getBoundingClientRect();
        const hit = document.elementFromPoint(x + width / 2, y + height / 2);
        return element.contains(hit);
      }),
    )
    .toBe(true);
}

async function isSeen(town: Town, offer: Order): Promise<void> {
  await expect.poll(async () => (await town.vendor.api.get<Order>(`/orders/${offer.id}`)).offer?.reach?.seen).toBe(1);
}

test("with text of twice the size a driver claims and delivers, and the hub hears that he saw the offer", async ({ town, open }) => {
  const ann = await open(town.ann);
  const browser = await ann.context().newCDPSession(ann);
  // What the browser's own setting does, which a style of the page does not.
  await browser.send("Page.setFontSizes", { fontSizes: { standard: 32 } });
  expect(await ann.evaluate(() => getComputedStyle(document.documentElement).fontSize)).toBe("32px");
  const { offer } = await busy(ann, town);
  await reflows(ann, "a job in large text");
  await ann.getByRole("button", { name: /^1 offer/ }).click();
  const card = offerOf(ann, offer.code);
  const vendor = card.getByRole("heading", { name: "Ramen Bar" });
  const [line, height] = await vendor.evaluate((element) => [parseFloat(getComputedStyle(element).lineHeight), element.getBoundingClientRect().height]);
  expect((height ?? 0) / (line ?? 1), "no word of the name is broken").toBeLessThan(2.5);
  await isSeen(town, offer);
  // Past the head of the card, which is as high as the screen.
  await ann.evaluate(() => scrollTo(0, 240));
  await isPressable(card.getByRole("button", { name: "Claim" }));
  await reflows(ann, "an offer in large text");
  await isReadable(ann, "an offer in large text");
  await card.getByRole("button", { name: "Claim" }).click();
  await expect(ann.getByRole("article", { name: offer.code })).toBeVisible();
});

test("on a phone on its side, and in the larger text, Claim is in sight beside a job", async ({ town, open }) => {
  const ann = await open(town.ann, { viewport: { width: PHONE.height, height: PHONE.width } });
  const { offer } = await busy(ann, town);
  await ann.getByRole("button", { name: /^1 offer/ }).click();
  const claim = offerOf(ann, offer.code).getByRole("button", { name: "Claim" });
  await ann.evaluate(() => scrollTo(0, 80));
  await isPressable(claim);
  await isSeen(town, offer);
  await ann.setViewportSize(PHONE);
  await ann.getByRole("button", { name: "Menu" }).click();
  await ann.getByRole("dialog").getByRole("button", { name: "Sound and display" }).click();
  await ann.getByRole("radio", { name: "Larger" }).check();
  await ann.keyboard.press("Escape");
  await isPressable(claim);
  await claim.click();
  await expect(ann.getByRole("article", { name: offer.code })).toBeVisible();
});

test("for the left thumb what is at one side is at its side, and what is read keeps its order", async ({ town, open }) => {
  const ann = await open(town.ann);
  await ann.evaluate(() => localStorage.setItem("waypost.preferences", JSON.stringify({ hand: "left" })));
  await ann.reload();
  await busy(ann, town);
  const x = async (what: Locator) => (await what.boundingBox())?.x ?? NaN;
  const other = ann.getByRole("button", { name: "Use another map" });
  const way = ann.getByRole("link", { name: /^Navigate/ });
  expect(await x(other)).toBeLessThan(await x(way));
  const look = (what: Locator) =>
    what.evaluate((element) => {
      const { borderTopLeftRadius, borderTopRightRadius, borderLeftWidth, borderRightWidth } = getComputedStyle(element);
      return [borderTopLeftRadius, borderTopRightRadius, borderLeftWidth, borderRightWidth].map((value) => parseFloat(value) > 0);
    });
  expect(await look(other), "round and bordered outside only").toEqual([true, false, true, false]);
  expect(await look(way)).toEqual([false, true, true, true]);
  const strip = ann.getByRole("button", { name: /^1 offer/ });
  expect(await x(strip.getByText("1 offer"))).toBeLessThan(await x(strip.getByText("Show")));
  expect(await x(ann.getByRole("button", { name: "Menu" }))).toBeLessThan(60);
});

test("what is said in passing covers neither an offer nor what a panel asks", async ({ town, open }) => {
  const ann = await open(town.ann);
  const { job } = await busy(ann, town);
  await town.vendor.api.give(job, ["message", { text: "Second bell from the left, and please mind the dog" }]);
  const said = ann.getByText("please mind the dog");
  await expect(said).toBeVisible();
  await isPressable(ann.getByRole("button", { name: /^1 offer/ }));
  await ann.getByRole("button", { name: "Cannot deliver" }).click();
  const panel = ann.getByRole("dialog");
  await town.vendor.api.give(job, ["message", { text: "The third bell, I mean, and please mind the cat" }]);
  await expect(ann.getByText("please mind the cat")).toBeVisible();
  await isPressable(panel.getByText("Nobody answers"));
  await isPressable(panel.getByRole("button", { name: /^1 offer/ }));
  await isPressable(panel.getByRole("button", { name: "Close" }));
  await ann.keyboard.press("Escape");
  await ann.getByRole("button", { name: "Chat" }).click();
  await expect(panel.getByText("please mind the cat"), "what is read is not said on top of it").toHaveCount(1);
});
