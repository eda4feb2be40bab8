// Money, distances and plain figures as the reader's region writes them: what needs no words, for pages and their worker.

import type { Money } from "./protocol";

/** `en-GB`: what the reader's browser is set to, whichever language the page speaks. */
export function locale(): string | undefined {
  return globalThis.navigator?.language || undefined;
}

/** `€12.50` from `{ amount: 1250, currency: "EUR" }`. */
export function money({ amount, currency }: Money): string {
  const format = numbers({ style: "currency", currency });
  return format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}

/** `0.4`, with the region's own mark before the fraction. */
export function number(n: number, fraction_digits_max = 1): string {
  return numbers({ maximumFractionDigits: fraction_digits_max }).format(n);
}

/** `350 m`, `1.2 km`; `400 ft`, `0.6 mi` or `300 yd` where roads are measured so. */
export function distance(m: number): string {
  const [small, large] = lengths();
  const inSmall = m / small.m;
  if (inSmall < small.until) return unit(Math.max(STEP, Math.round(inSmall / STEP) * STEP), small.unit, 0);
  const inLarge = m / large.m;
  return unit(inLarge, large.unit, inLarge < 9.95 ? 1 : 0);
}

interface Length {
  unit: "meter" | "kilometer" | "foot" | "yard" | "mile";
  m: number;
}

/** A short distance is rounded to as many of its unit, since a phone knows no better where it is. */
const STEP = 50;
const METRIC: [Length & { until: number }, Length] = [{ unit: "meter", m: 1, until: 950 }, { unit: "kilometer", m: 1000 }];
const MILE: Length = { unit: "mile", m: 1609.344 };
const FEET: typeof METRIC = [{ unit: "foot", m: 0.3048, until: 975 }, MILE];
const YARDS: typeof METRIC = [{ unit: "yard", m: 0.9144, until: 850 }, MILE];

/** The regions whose road signs count in miles. */
const LENGTHS: Readonly<Record<string, typeof METRIC>> = {
  ...Object.fromEntries(["US", "AS", "GU", "MP", "VI", "LR", "MM"].map((region) => [region, FEET])),
  ...Object.fromEntries(["GB", "GG", "IM", "JE"].map((region) => [region, YARDS])),
};

/** Whether the reader's roads count in miles, as a map's scale then should. */
export function inMiles(): boolean {
  return lengths() !== METRIC;
}

function lengths(): typeof METRIC {
  return LENGTHS[regionOf(locale())] ?? METRIC;
}

/** A language alone does not say where its speaker is, but for what most of its speakers would say. */
function regionOf(tag: string | undefined): string {
  if (!tag) return "";
  try {
    return new Intl.Locale(tag).maximize().region ?? "";
  } catch {
    return "";
  }
}

function unit(n: number, name: Length["unit"], fraction_digits: number): string {
  const digits = { minimumFractionDigits: fraction_digits, maximumFractionDigits: fraction_digits };
  return numbers({ style: "unit", unit: name, unitDisplay: "short", ...digits }).format(n);
}

const formats = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>();

function numbers(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  return kept(options, () => new Intl.NumberFormat(locale(), options));
}

export function dates(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return kept(options, () => new Intl.DateTimeFormat(locale(), options));
}

/** Making a format takes a hundred times as long as using it, and a board is written anew each second. */
function kept<F extends Intl.NumberFormat | Intl.DateTimeFormat>(options: object, make: () => F): F {
  const key = `${locale()} ${JSON.stringify(options)}`;
  const known = formats.get(key) as F | undefined;
  if (known) return known;
  const made = make();
  formats.set(key, made);
  return made;
}
