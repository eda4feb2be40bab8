// Where the driver is: shown as distances, and told to the hub while he is on duty or carries an order.

import { computed, effect, signal } from "@preact/signals";
import type { Location } from "../shared/protocol";
import { location } from "./device";
import { jobs, onDuty, session } from "./state";
import { type Fix, IDLE_EVERY_MS, toTell_ms, type Work } from "./telling";

/** Null until the browser has told it. */
export const position = signal<{ lat: number; lng: number } | null>(null);

const work = computed<Work>(() => (jobs.value.length > 0 ? "carrying" : onDuty.value ? "waiting" : "off"));

const LOOK_EVERY_MS = 2_500;
/** Older than this a place is asked for again before it is told as where he is. */
const FRESH_MS = 20_000;

let watch: number | null = null;
let looking: ReturnType<typeof setInterval> | undefined;
let told: Fix | null = null;
let last: GeolocationPosition | null = null;
let asking = false;

effect(() => {
  const wanted = work.value !== "off" && location.value === "granted";
  if (wanted && watch === null) {
    watch = navigator.geolocation.watchPosition(take, lost, { enableHighAccuracy: true, maximumAge: 5_000 });
    looking = setInterval(tell, LOOK_EVERY_MS);
  } else if (!wanted && watch !== null) {
    navigator.geolocation.clearWatch(watch);
    clearInterval(looking);
    watch = null;
    told = null;
  }
});

function take(found: GeolocationPosition): void {
  last = found;
  position.value = { lat: found.coords.latitude, lng: found.coords.longitude };
  tell();
}

function lost({ code, PERMISSION_DENIED }: GeolocationPositionError): void {
  if (code === PERMISSION_DENIED) location.value = "denied";
}

function tell(): void {
  if (!last) return;
  const { coords, timestamp } = last;
  const here = { lat: coords.latitude, lng: coords.longitude };
  const due_ms = toTell_ms(work.value, told, here);
  if (due_ms === null || Date.now() < due_ms || session.link.value.state !== "live") return;
  // A phone that lies still says nothing by itself.
  if (told && Date.now() - timestamp > FRESH_MS) return ask();
  told = { ...here, at_ms: Date.now() };
  session.live().tell("driver.location", report(coords, here, timestamp));
}

function ask(): void {
  if (asking) return;
  asking = true;
  const done = (found: GeolocationPosition | null) => {
    asking = false;
    if (found) take(found);
  };
  navigator.geolocation.getCurrentPosition(done, () => done(null), { maximumAge: FRESH_MS / 2, timeout: IDLE_EVERY_MS });
}

function report(coords: GeolocationCoordinates, here: { lat: number; lng: number }, timestamp: number): Location {
  // By the hub's clock: a phone whose own is an hour slow is not an hour away.
  const at_ms = session.live().now() - Math.max(0, Date.now() - timestamp);
  const known: Location = { ...here, recorded_at: new Date(at_ms).toISOString() };
  if (coords.accuracy != null) known.accuracy_m = coords.accuracy;
  if (coords.heading != null && !Number.isNaN(coords.heading)) known.heading_deg = coords.heading;
  if (coords.speed != null) known.speed_mps = coords.speed;
  return known;
}
