// Whether an order of the board is what somebody looks for. Pure.

import type { Order } from "../shared/protocol";

/** By code, by the vendor's number, or by the recipient's name, phone or address. */
export function matches(order: Order, typed: string): boolean {
  const wanted = plain(typed);
  if (!wanted) return false;
  if (plain(order.code) === wanted || (order.external_id && plain(order.external_id) === wanted)) return true;
  const { contact_name: name, address, phone } = order.dropoff ?? {};
  if ([name, address].some((text) => text && plain(text).includes(wanted))) return true;
  const number = typed.replace(/\D/g, "").replace(/^0+/, "");
  return /^[\d\s()+/.-]+$/.test(typed.trim()) && number.length > 2 && (phone ?? "").replace(/\D/g, "").includes(number);
}

function plain(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().trim();
}
