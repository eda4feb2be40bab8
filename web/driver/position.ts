// Where the driver is: shown as distances, and told to the hub while he is on duty or carries an order.

import { effect, signal } from "@preact/signals";
import { distance_m } from "../shared/format";
import type { Location } from "../shared/protocol";
import { jobs, onDuty, session } from "./state";

/** Null until the browser has told it. */
export const position = signal<{ lat: number; lng: number } | null>(null);
/** The browser or the driver refuses to tell it. */
export const positionOff = signal(false);

const TOLD_EVERY_MS_MIN = 5_000;
const TOLD_EVERY_MS_MAX = 30_000;
const MOVED_M_MIN = 15;

let watch: number | null = null;
let told: { at_ms: number; lat: number; lng: number } | null = null;

effect(() => {
  const wanted = onDuty.value || jobs.value.length > 0;
  if (!("geolocation" in navigator)) return;
  if (wanted && watch === null) {
    watch = navigator.geolocation.watchPosition(take, (error) => (positionOff.value = error.code === error.PERMISSION_DENIED), {
      enableHighAccuracy: true,
      maximumAge: 5_000,
    });
  } else if (!wanted && watch !== null) {
    navigator.geolocation.clearWatch(watch);
    watch = null;
  }
});

function take({ coords, timestamp }: GeolocationPosition): void {
  const { latitude: lat, longitude: lng } = coords;
  position.value = { lat, lng };
  positionOff.value = false;
  const since_ms = told ? Date.now() - told.at_ms : Infinity;
  const moved = !told || distance_m(told, { lat, lng }) >= MOVED_M_MIN;
  if (since_ms < TOLD_EVERY_MS_MIN || (!moved && since_ms < TOLD_EVERY_MS_MAX)) return;
  told = { at_ms: Date.now(), lat, lng };
  const location: Location = { lat, lng, recorded_at: new Date(timestamp).toISOString() };
  if (coords.accuracy != null) location.accuracy_m = coords.accuracy;
  if (coords.heading != null && !Number.isNaN(coords.heading)) location.heading_deg = coords.heading;
  if (coords.speed != null) location.speed_mps = coords.speed;
  session.live().tell("driver.location", location);
}
