// Money as people type it, in minor units; and which currency they are likely to mean.

/** `12,50`, `1.234,50`, `€ 8` in minor units of `currency`; null if it is no amount. */
export function minorUnits(typed: string, currency: string, locale?: string): number | null {
  const text = typed.replace(/[\s\u00a0\u202f'’]/g, "").replace(/^\p{Sc}|\p{Sc}$/gu, "");
  if (!/^\d[\d.,]*$/.test(text)) return null;
  const digits = digitsOf(currency);
  const mark = decimalMark(text, locale);
  const [whole = "", fraction = ""] = mark ? cut(text, text.lastIndexOf(mark)) : [text];
  if (fraction.length > digits || !isGrouped(whole)) return null;
  const amount = Number(whole.replace(/[.,]/g, "") + fraction.padEnd(digits, "0"));
  return Number.isSafeInteger(amount) ? amount : null;
}

/** As [`minorUnits`] reads it back: `12.50`. */
export function typedAmount(amount: number, currency: string): string {
  const digits = digitsOf(currency);
  return (amount / 10 ** digits).toFixed(digits);
}

/** How many digits of `currency` are behind the mark: 2 of most, 0 of the yen, 3 of some dinars. */
export function digitsOf(currency: string): number {
  try {
    return new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    return 2;
  }
}

function cut(text: string, index: number): [string, string] {
  return [text.slice(0, index), text.slice(index + 1)];
}

/** The last mark is a decimal one, unless three digits stand behind it and the reader's region writes thousands so. */
function decimalMark(text: string, locale: string | undefined): "." | "," | null {
  const last = Math.max(text.lastIndexOf("."), text.lastIndexOf(","));
  if (last < 0) return null;
  const mark = text[last] as "." | ",";
  if (text.length - last - 1 !== 3) return mark;
  const usual = new Intl.NumberFormat(locale).formatToParts(1.5).find((part) => part.type === "decimal")?.value;
  return mark === usual ? mark : null;
}

/** `1.234`, `1234`, not `1.23.4`. */
function isGrouped(whole: string): boolean {
  return /^\d+$/.test(whole) || /^\d{1,3}([.,]\d{3})+$/.test(whole);
}

/** Every region that has another currency than the euro, and enough of the world to be right at most counters. */
const CURRENCIES: Readonly<Record<string, string>> = {
  ...by("EUR", "AT BE CY DE EE ES FI FR GR HR IE IT LT LU LV MT NL PT SI SK BG AD MC SM VA ME XK"),
  ...by("USD", "US PR EC SV GU VI AS MP"),
  ...by("GBP", "GB IM JE GG"),
  ...by("CHF", "CH LI"),
  ...{ AE: "AED", AR: "ARS", AU: "AUD", BR: "BRL", CA: "CAD", CL: "CLP", CN: "CNY", CO: "COP", CZ: "CZK", DK: "DKK", EG: "EGP" },
  ...{ HK: "HKD", HU: "HUF", ID: "IDR", IL: "ILS", IN: "INR", IS: "ISK", JP: "JPY", KE: "KES", KR: "KRW", KW: "KWD", MA: "MAD" },
  ...{ MX: "MXN", MY: "MYR", NG: "NGN", NO: "NOK", NZ: "NZD", PE: "PEN", PH: "PHP", PK: "PKR", PL: "PLN", QA: "QAR", RO: "RON" },
  ...{ RS: "RSD", SA: "SAR", SE: "SEK", SG: "SGD", TH: "THB", TN: "TND", TR: "TRY", TW: "TWD", UA: "UAH", VN: "VND", ZA: "ZAR" },
};

function by(currency: string, regions: string): Record<string, string> {
  return Object.fromEntries(regions.split(" ").map((region) => [region, currency]));
}

/** `GBP` for `en-GB`, `EUR` for `de`. */
export function currencyOf(locale: string | undefined): string {
  try {
    return CURRENCIES[new Intl.Locale(locale ?? "de").maximize().region ?? ""] ?? "EUR";
  } catch {
    return "EUR";
  }
}

/** Those one chooses from: the likely ones first. */
export function currencies(...likely: string[]): string[] {
  return [...new Set([...likely, "EUR", "GBP", "USD", "CHF", ...Object.values(CURRENCIES).sort()])];
}
