import { afterEach, expect, test, vi } from "vitest";
import type { ErrorCode, Problem } from "./protocol";

const problem = (code: ErrorCode, detail: string, more: Partial<Problem> = {}): Problem => ({
  type: "about:blank",
  title: "",
  status: 409,
  code,
  detail,
  retryable: false,
  ...more,
});

/** The module as a page has it in a browser that asks for this language. */
async function inLanguage(language: string) {
  vi.resetModules();
  vi.stubGlobal("navigator", { language, languages: [language] });
  const { speak } = await import("./speak");
  await speak("shared", "refusals");
  return import("./refusals");
}

afterEach(() => vi.unstubAllGlobals());

/** What the hub says, word for word, and what a German reader is told of it. */
const GERMAN: readonly [ErrorCode, string, string][] = [
  ["already_claimed", "another driver claimed this order 0.4 s before you", "ein anderer Fahrer war 0,4 s schneller als Sie"],
  ["already_claimed", "another driver claimed this order 40 ms before you", "ein anderer Fahrer war 40 ms schneller als Sie"],
  ["invalid_transition", "order.start is not possible while the order is cancelled", "das geht nicht mehr: die Bestellung steht auf „Storniert“"],
  ["offer_closed", "the offer has ended: the order was withdrawn", "das Angebot ist vorbei: der Laden hat die Bestellung zurückgezogen"],
  ["at_capacity", "this driver already carries 2 of 2 orders", "dieser Fahrer hat schon 2 von 2 Bestellungen"],
  ["forbidden", "you may not work in zone mitte", "in der Zone mitte dürfen Sie nicht fahren"],
  ["rate_limited", "more than 64 commands are under way", "das war zu viel auf einmal: versuchen Sie es in 3 s noch einmal"],
  ["forbidden", "a rule that these pages have never heard of", "das dürfen Sie nicht"],
  ["a_code_of_a_newer_hub" as ErrorCode, "something new is the matter", "something new is the matter"],
];

test("a refusal is said in German by its sentence, or else by its code, or else as the hub says it", async () => {
  const { inReadersWords } = await inLanguage("de-DE");
  const said = GERMAN.map(([code, detail]) => inReadersWords(problem(code, detail, { retry_after_s: code === "rate_limited" ? 3 : undefined })).detail);
  expect(said).toEqual(GERMAN.map(([, , german]) => german));
});

test("what is wrong with fields is said of each, and of them together", async () => {
  const { inReadersWords } = await inLanguage("de");
  const errors = [
    { field: "phone", message: "must not be longer than 40" },
    { field: "lat", message: "must be at most 90" },
    { field: "id", message: "a zone id is 1 to 40 of a-z, 0-9 and -, and does not begin with -" },
    { field: "colour", message: "is of a kind that is new" },
  ];
  const { errors: said, detail } = inReadersWords(problem("invalid", "phone must not be longer than 40; …", { errors }));
  expect(said?.map(({ message }) => message)).toEqual(["darf nicht länger als 40 Zeichen sein", "darf höchstens 90 sein", "ein Kurzname hat 1 bis 40 Zeichen aus a-z, 0-9 und - und beginnt nicht mit -", "is of a kind that is new"]);
  expect(detail).toBe("phone darf nicht länger als 40 Zeichen sein; lat darf höchstens 90 sein; ein Kurzname hat 1 bis 40 Zeichen aus a-z, 0-9 und - und beginnt nicht mit -; colour is of a kind that is new");
});

test("what is said of a whole thing names no field", async () => {
  const { inReadersWords } = await inLanguage("en");
  const errors = [{ field: "id", message: "still has 1 open orders" }];
  expect(inReadersWords(problem("invalid", "id still has 1 open orders", { errors })).detail).toBe("still has 1 open order");
});

test("in English nothing is lost of what the hub says", async () => {
  const { inReadersWords } = await inLanguage("en-GB");
  for (const detail of ["another driver claimed this order 0.4 s before you", "order.ready is for vendor or admin"]) {
    expect(inReadersWords(problem("forbidden", detail)).detail).toBe(detail);
  }
});
