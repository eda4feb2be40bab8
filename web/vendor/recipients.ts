// The recipients that this browser remembers, so that regulars are typed once. Nobody else learns of them.

export interface Recipient {
  address: string;
  contact: string;
  phone: string;
  instructions: string;
  lat: string;
  lng: string;
}

export const RECIPIENTS_MAX = 20;
const SUGGESTIONS_MAX = 5;
const FIELDS = ["address", "contact", "phone", "instructions", "lat", "lng"] as const;

/** In front of the others, and in place of what was known of the same person. What names nobody is not kept. */
export function remember(known: readonly Recipient[], one: Recipient): readonly Recipient[] {
  if (!one.address.trim() && !one.phone.trim()) return known;
  return [one, ...known.filter((other) => !isSame(one, other))].slice(0, RECIPIENTS_MAX);
}

/** A telephone is one person; without one, a name at an address is. */
export function isSame(a: Recipient, b: Recipient): boolean {
  const [phone, other] = [digits(a.phone), digits(b.phone)];
  if (phone && other) return phone === other;
  return plain(a.address) === plain(b.address) && plain(a.contact) === plain(b.contact);
}

/** Those that fit what is being typed into `field`, the last one first. Every word typed begins a word there. */
export function suggest(known: readonly Recipient[], field: "address" | "contact" | "phone", typed: string): Recipient[] {
  const wanted = typed.trim();
  if (!wanted) return [];
  const fits = field === "phone" ? phoneFits(wanted) : wordsFit(wanted, field);
  return known.filter(fits).slice(0, SUGGESTIONS_MAX);
}

/** What was kept, whatever it is: what is no recipient is not read. */
export function recipientsOf(found: unknown): readonly Recipient[] {
  if (!Array.isArray(found)) return [];
  return found.flatMap((one: unknown) => {
    if (typeof one !== "object" || one === null) return [];
    const parts = FIELDS.map((field) => [field, (one as Record<string, unknown>)[field]] as const);
    return parts.every(([, part]) => typeof part === "string") ? [Object.fromEntries(parts) as unknown as Recipient] : [];
  }).slice(0, RECIPIENTS_MAX);
}

function wordsFit(typed: string, field: "address" | "contact"): (one: Recipient) => boolean {
  const words = plain(typed).split(" ");
  return (one) => {
    const held = plain(one[field]).split(" ");
    return words.every((word) => held.some((other) => other.startsWith(word)));
  };
}

/** `030 55` finds `+49 30 555 030`: a number is known by its digits, with or without its country. */
function phoneFits(typed: string): (one: Recipient) => boolean {
  const wanted = digits(typed).replace(/^0+/, "");
  return (one) => wanted.length > 1 && digits(one.phone).includes(wanted);
}

function digits(phone: string): string {
  return phone.replace(/\D/g, "");
}

/** Without accents, capitals and marks. */
function plain(text: string): string {
  const bare = text.normalize("NFKD").replace(/\p{M}/gu, "").replace(/ß/g, "ss").toLowerCase();
  return bare.replace(/[^\p{L}\p{N}]+/gu, " ").trim();
}
