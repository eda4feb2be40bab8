import { expect, it } from "vitest";
import { pushWords as german } from "../words/de/worker";
import { pushWords as english } from "../words/en/worker";
import { isOver, noticeOf, type Push } from "./notice";

const OFFER: Push = {
  kind: "offer",
  order: "0199",
  code: "K7Q4",
  title: "New offer: Ramen Bar",
  body: "1 Main St, 1.4 km from there",
  tag: "order-0199",
  expires_at: "2026-01-05T12:01:00.000Z",
  receipt: "5f0d",
  url: "/driver",
  words: { vendor: "Ramen Bar", address: "1 Main St", distance_m: 1400, package_count: 2, pay: { amount: 650, currency: "EUR" } },
};

it("an offer is said in the phone's language, and stays until it is over", () => {
  const { title, options } = noticeOf(OFFER, german, "de");
  expect(title).toBe("Neues Angebot: Ramen Bar");
  expect(options.body).toMatch(/^1 Main St · .+ von der Abholung bis zur Lieferung · 2 Pakete · .*6[.,]50/);
  expect(options).toMatchObject({ tag: "order-0199", renotify: true, requireInteraction: true, lang: "de" });
  expect(options.data).toEqual({ kind: "offer", order: "0199", url: "/driver", expires_at: OFFER.expires_at });
});

it("every kind has its words, and one of a newer hub has the hub's", () => {
  const title = (kind: string, words: Push["words"]) => noticeOf({ ...OFFER, kind, words }, english, "en").title;
  expect(title("assigned", { vendor: "Ramen Bar" })).toBe("K7Q4 is yours: Ramen Bar");
  expect(title("unassigned", { vendor: "Ramen Bar" })).toBe("K7Q4 is no longer yours: Ramen Bar");
  expect(title("message", { from: "Ann", text: "hello" })).toBe("Ann, K7Q4");
  expect(title("arrived", { driver: "Ann" })).toBe("Ann is here for K7Q4");
  expect(title("problem", { reason: "wet" })).toBe("A problem with K7Q4");
  expect(title("expired", {})).toBe("No driver took K7Q4");
  expect(title("unheard of", {})).toBe("New offer: Ramen Bar");
});

it("beside a page that rings it makes no sound", () => {
  const { options } = noticeOf(OFFER, english, "en", "silent");
  expect([options.silent, options.renotify, options.vibrate]).toEqual([true, false, undefined]);
});

it("is over when its time is, and never without one", () => {
  const at = (ms: number) => Date.parse("2026-01-05T12:01:00.000Z") + ms;
  expect([isOver(OFFER as never, at(-1)), isOver(OFFER as never, at(0)), isOver({ expires_at: null }, at(0)), isOver(null, 0)]).toEqual([
    false,
    true,
    false,
    false,
  ]);
});
