// Times, money, distances and places as people read them: figures as the browser's region writes them, words in the language
// that is spoken.

import { dates } from "./figures";
import type { Order, Place } from "./protocol";
import { timeWords } from "./words";

export { distance, locale, money, number } from "./figures";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** `0:31`, `12:05`, `1:02:05`; zero once the time has come. */
export function countdown(until: string, now_ms: number): string {
  const left_s = Math.max(0, Math.ceil((Date.parse(until) - now_ms) / 1000));
  const two = (n: number) => String(n).padStart(2, "0");
  const [h, min, s] = [Math.floor(left_s / 3600), Math.floor(left_s / 60) % 60, left_s % 60];
  return h ? `${h}:${two(min)}:${two(s)}` : `${min}:${two(s)}`;
}

/** `just now`, `12 s ago`, `5 min ago`, `3 h ago`, `2 days ago`. */
export function ago(at_ms: number, now_ms: number): string {
  const ms = Math.max(0, now_ms - at_ms);
  if (ms < 1000) return timeWords.now;
  if (ms < MINUTE_MS) return timeWords.seconds(Math.floor(ms / 1000));
  if (ms < HOUR_MS) return timeWords.minutes(Math.floor(ms / MINUTE_MS));
  if (ms < 2 * DAY_MS) return timeWords.hours(Math.floor(ms / HOUR_MS));
  return timeWords.days(Math.floor(ms / DAY_MS));
}

/** How long something has lasted: `5 min`, `1 h 05`, `3 days`. */
export function lasted(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / MINUTE_MS));
  if (minutes < 60) return timeWords.forMinutes(minutes);
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? timeWords.forHours(hours, String(minutes % 60).padStart(2, "0")) : timeWords.forDays(Math.floor(hours / 24));
}

/** `19:05`, or `07:05 PM` where that is usual. */
export function clockTime(at: string | number): string {
  return dates({ hour: "2-digit", minute: "2-digit" }).format(new Date(at));
}

/** `25/11/2026` */
export function day(at: string | number): string {
  return dates({ day: "2-digit", month: "2-digit", year: "numeric" }).format(new Date(at));
}

/** The time; the day too unless it is today, and the year unless it is this one. */
export function moment(at: string | number, now_ms: number): string {
  if (day(at) === day(now_ms)) return clockTime(at);
  const sameYear = new Date(at).getFullYear() === new Date(now_ms).getFullYear();
  const date = { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" } as const;
  return dates(sameYear ? date : { ...date, year: "numeric" }).format(new Date(at));
}

export interface Point {
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
