import { afterEach, expect, test, vi } from "vitest";
import { ago, clockTime, countdown, day, distance, lasted, moment, money, number } from "./format";

/** Intl puts a space that does not break between a figure and its unit. */
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, " ");

function browserIn(language: string): void {
  vi.stubGlobal("navigator", { language, languages: [language] });
}

afterEach(() => vi.unstubAllGlobals());

test.each([
  ["de", ["50 m", "350 m", "950 m", "1,0 km", "1,2 km", "12 km"]],
  ["fr-CA", ["50 m", "350 m", "950 m", "1,0 km", "1,2 km", "12 km"]],
  ["en-GB", ["50 yd", "400 yd", "0.6 mi", "0.6 mi", "0.8 mi", "7.7 mi"]],
  ["en-US", ["50 ft", "0.2 mi", "0.6 mi", "0.6 mi", "0.8 mi", "7.7 mi"]],
  ["en-LR", ["50 ft", "0.2 mi", "0.6 mi", "0.6 mi", "0.8 mi", "7.7 mi"]],
  ["en-IE", ["50 m", "350 m", "950 m", "1.0 km", "1.2 km", "12 km"]],
])("distances as the roads of %s count them", (language, said) => {
  browserIn(language);
  expect([3, 349, 949, 951, 1240, 12_400].map(distance).map(plain)).toEqual(said);
});

test("feet for who is near, in the United States", () => {
  browserIn("en-US");
  expect([30, 120, 296].map(distance)).toEqual(["100 ft", "400 ft", "950 ft"]);
});

test.each([
  ["de", ["12,50 €", "1.000 ¥", "0,4", "19:05", "05.01.2026"]],
  ["en-US", ["€12.50", "¥1,000", "0.4", "07:05 PM", "01/05/2026"]],
  ["en-GB", ["€12.50", "JP¥1,000", "0.4", "19:05", "05/01/2026"]],
])("money, figures and times in the browser of %s", (language, said) => {
  browserIn(language);
  const at = new Date(2026, 0, 5, 19, 5).getTime();
  const euros = { amount: 1250, currency: "EUR" };
  const yen = { amount: 1000, currency: "JPY" };
  expect([money(euros), money(yen), number(0.4), clockTime(at), day(at)].map(plain)).toEqual(said);
});

test("a moment is a time today, with its day on another day, and its year in another year", () => {
  browserIn("en-GB");
  const now = new Date(2026, 0, 5, 20, 0).getTime();
  const said = [new Date(2026, 0, 5, 19, 5), new Date(2026, 0, 4, 19, 5), new Date(2025, 11, 31, 8, 0)].map((at) => moment(at.getTime(), now));
  expect(said).toEqual(["19:05", "Sun 4 Jan, 19:05", "Wed, 31 Dec 2025, 08:00"]);
});

test("how long ago, and for how long", () => {
  const before = [0, 1500, 61_000, 3_600_000 * 3, 86_400_000 * 2, -5000];
  expect(before.map((ms) => ago(0, ms))).toEqual(["just now", "1 s ago", "1 min ago", "3 h ago", "2 days ago", "just now"]);
  expect([-1, 59_000, 65 * 60_000, 86_400_000, 3 * 86_400_000].map(lasted)).toEqual(["0 min", "0 min", "1 h 05", "1 day", "3 days"]);
});

test("a countdown ends at zero", () => {
  const until = "2026-01-05T12:00:00.000Z";
  const left = [-3_725_000, -725_000, -30_100, 0, 5000].map((ms) => countdown(until, Date.parse(until) + ms));
  expect(left).toEqual(["1:02:05", "12:05", "0:31", "0:00", "0:00"]);
});
