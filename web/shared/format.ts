// Times, money, distances and places as people read them.

import type { Money, Order, Place } from "./protocol";
import { timeWords } from "./words";

/** `0:31`, `12:05`; zero once the time has come. */
export function countdown(until: string, now_ms: number): string {
  const left_s = Math.max(0, Math.ceil((Date.parse(until) - now_ms) / 1000));
  return `${Math.floor(left_s / 60)}:${String(left_s % 60).padStart(2, "0")}`;
}

export function ago(at_ms: number, now_ms: number): string {
  const s = Math.max(0, Math.floor((now_ms - at_ms) / 1000));
  if (s < 1) return timeWords.now;
  if (s < 60) return timeWords.seconds(s);
  if (s < 3600) return timeWords.minutes(Math.floor(s / 60));
  return timeWords.hours(Math.floor(s / 3600));
}

export function clockTime(at: string | number): string {
  return new Date(at).toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" });
}

export function money({ amount, currency }: Money): string {
  const format = new Intl.NumberFormat(undefined, { style: "currency", currency });
  return format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}

export function distance(m: number): string {
  return m < 950 ? `${Math.max(50, Math.round(m / 50) * 50)} m` : `${(m / 1000).toFixed(m < 9950 ? 1 : 0)} km`;
}

interface Point {
  lat: number;
  lng: number;
}

export function pointOf(place: Place | null | undefined): Point | null {
  return place?.lat != null && place.lng != null ? { lat: place.lat, lng: place.lng } : null;
}

/** Along the earth's surface in metres: haversine on the mean radius, good to 0.5 %. */
export function distance_m(a: Point, b: Point): number {
  const RADIUS_M = 6_371_008.8;
  const rad = Math.PI / 180;
  const h =
    Math.sin(((b.lat - a.lat) * rad) / 2) ** 2 +
    Math.cos(a.lat * rad) * Math.cos(b.lat * rad) * Math.sin(((b.lng - a.lng) * rad) / 2) ** 2;
  return 2 * RADIUS_M * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** `2 × Ramen, 1 × Gyoza`, or the notes where an order has no items. */
export function contents(order: Order): string {
  return order.items.map((item) => `${item.quantity} × ${item.name}`).join(", ") || order.notes || "";
}

/** A telephone number as a `tel:` link takes it. */
export function telLink(phone: string): string {
  return `tel:${phone.replace(/[^\d+*#]/g, "")}`;
}
