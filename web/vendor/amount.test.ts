import { expect, test } from "vitest";
import { currencies, currencyOf, minorUnits, typedAmount } from "./amount";

test("money is read as it is typed anywhere, in minor units, and nonsense is not read at all", () => {
  const table: [typed: string, currency: string, locale: string, amount: number | null][] = [
    ["12", "EUR", "de", 1200],
    ["12,5", "EUR", "de", 1250],
    ["12.50", "EUR", "de", 1250],
    [" 12,50 € ", "EUR", "de", 1250],
    ["$8", "USD", "en-US", 800],
    ["1.234", "EUR", "de", 123400],
    ["1,234", "USD", "en-US", 123400],
    ["1.234,50", "EUR", "de", 123450],
    ["1,234.50", "EUR", "de", 123450],
    ["1 234,50", "EUR", "fr", 123450],
    ["1'234.50", "CHF", "de-CH", 123450],
    ["1500", "JPY", "ja", 1500],
    ["1,500", "JPY", "ja", 1500],
    ["1.5", "JPY", "ja", null],
    ["1.250", "KWD", "en-KW", 1250],
    ["0", "EUR", "de", 0],
    ["12,505", "EUR", "de", null],
    ["12,5050", "EUR", "de", null],
    ["1.23.4", "EUR", "de", null],
    ["-5", "EUR", "de", null],
    ["five", "EUR", "de", null],
    ["5 euros", "EUR", "de", null],
    [",50", "EUR", "de", null],
    ["99999999999999999", "EUR", "de", null],
  ];
  for (const [typed, currency, locale, amount] of table) expect(minorUnits(typed, currency, locale), `${typed} ${currency}`).toBe(amount);
  for (const [amount, currency] of [[1250, "EUR"], [1500, "JPY"], [1250, "KWD"]] as const) {
    expect(minorUnits(typedAmount(amount, currency), currency, "en-US")).toBe(amount);
  }
});

test("the currency is that of the browser's region, and the last used one comes first", () => {
  expect(["de", "de-CH", "en-GB", "en-US", "en", "sv", "fr-CA", undefined, "not a locale"].map(currencyOf)).toEqual([
    "EUR", "CHF", "GBP", "USD", "USD", "SEK", "CAD", "EUR", "EUR",
  ]);
  expect(currencies("SEK", "EUR").slice(0, 4)).toEqual(["SEK", "EUR", "GBP", "USD"]);
  expect(new Set(currencies("SEK")).size).toBe(currencies("SEK").length);
});
