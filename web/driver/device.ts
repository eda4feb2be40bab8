// What this phone can do for a shift: where it is, what it may show, whether it was heard. The dispatcher sees it too.

import { computed, effect, signal } from "@preact/signals";
import { session } from "./state";

/** As a browser answers; `unsupported` where it cannot do it at all. */
export type Grant = "granted" | "denied" | "prompt" | "unsupported";
export type Heard = "heard" | "not_heard" | "untested";

// Before what reads them: a constant is not there earlier.
const HEARD_PLACE = "waypost.driver.heard";
const LATER_PLACE = "waypost.driver.later";
/** A shift: what was tried before it began says nothing about this one. */
const SHIFT_MS = 12 * 60 * 60 * 1000;

/** What is asked of a phone at the start of a shift, each said of it for itself. */
export const location = signal<Grant>("geolocation" in navigator ? "prompt" : "unsupported");
export const notifications = signal<Grant>(notificationsNow());
export const heard = signal<Heard>(readHeard());
export const installed = signal(isInstalled());

/** The browser offers to put the page on the home screen. */
export const canInstall = signal(false);

/** How many of the four are as they should be. */
export const readyCount = computed(
  () => [location.value === "granted", notifications.value === "granted", heard.value === "heard", installed.value].filter(Boolean).length,
);
export const CHECKS = 4;

export const isApple = /iPhone|iPad|iPod/.test(navigator.userAgent) || (/Macintosh/.test(navigator.userAgent) && navigator.maxTouchPoints > 1);

interface InstallPrompt extends Event {
  prompt(): Promise<{ outcome: "accepted" | "dismissed" }>;
}

let prompt: InstallPrompt | null = null;
let said = "";

addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  prompt = event as InstallPrompt;
  canInstall.value = true;
});
addEventListener("appinstalled", () => (installed.value = true));
// Rights are changed in the phone's settings, while the page is away.
document.addEventListener("visibilitychange", look);
look();

function look(): void {
  notifications.value = notificationsNow();
  installed.value = isInstalled();
  void navigator.permissions?.query({ name: "geolocation" }).then(
    (status) => {
      location.value = status.state;
      status.onchange = () => (location.value = status.state);
    },
    () => undefined,
  );
}

// The dispatcher sees what is missing: said once on each connection, and whenever it changes.
effect(() => {
  const now = { location: location.value, notifications: notifications.value, sound: heard.value, installed: installed.value };
  if (!session.ready.value || session.link.value.state !== "live") return;
  const known = session.me.peek()?.driver?.device;
  const text = JSON.stringify(now);
  if (text === said || (known && (Object.keys(now) as (keyof typeof now)[]).every((part) => known[part] === now[part]))) return;
  said = text;
  session.live().send("driver.device", now).catch(() => (said = ""));
});

/** To be called from a press: the browser asks the driver. */
export function allowLocation(): void {
  navigator.geolocation.getCurrentPosition(
    () => (location.value = "granted"),
    ({ code, PERMISSION_DENIED }) => (location.value = code === PERMISSION_DENIED ? "denied" : "granted"),
    { timeout: 10_000, maximumAge: 60_000 },
  );
}

/** To be called from a press: the browser asks the driver. */
export async function allowNotifications(): Promise<void> {
  await Notification.requestPermission();
  notifications.value = notificationsNow();
}

export async function install(): Promise<void> {
  const answer = await prompt?.prompt();
  prompt = null;
  canInstall.value = false;
  if (answer?.outcome === "accepted") installed.value = true;
}

/** What the driver says of the alarm that was played. */
export function say(what: Exclude<Heard, "untested">): void {
  heard.value = what;
  keep(HEARD_PLACE, { what, at_ms: Date.now() });
}

/** The driver goes on as the phone is: for this shift the list is out of the way. */
export const later = signal(kept<{ at_ms: number }>(LATER_PLACE) !== null);

export function notNow(): void {
  later.value = true;
  keep(LATER_PLACE, { at_ms: Date.now() });
}

function notificationsNow(): Grant {
  if (!("Notification" in globalThis)) return "unsupported";
  return Notification.permission === "default" ? "prompt" : Notification.permission;
}

function isInstalled(): boolean {
  return matchMedia("(display-mode: standalone)").matches || (navigator as { standalone?: boolean }).standalone === true;
}

function readHeard(): Heard {
  return kept<{ what: Heard; at_ms: number }>(HEARD_PLACE)?.what ?? "untested";
}

/** What was kept in this shift. */
function kept<T extends { at_ms: number }>(place: string): T | null {
  try {
    const found = JSON.parse(localStorage.getItem(place) ?? "null") as T | null;
    return found && Date.now() - found.at_ms < SHIFT_MS ? found : null;
  } catch {
    return null;
  }
}

function keep(place: string, what: object): void {
  try {
    localStorage.setItem(place, JSON.stringify(what));
  } catch {
    // A browser that forbids storage asks again.
  }
}
