// The phone's map app: which one a driver likes, and the address that opens it.

import { signal } from "@preact/signals";
import { pointOf } from "../shared/format";
import type { Place } from "../shared/protocol";
import { isApple } from "./device";

export const MAPS = ["geo", "apple", "google", "waze"] as const;
export type MapApp = (typeof MAPS)[number];

const PLACE = "waypost.driver.maps";
const isAndroid = /Android/.test(navigator.userAgent);

/** `geo:` opens the phone's own choice, and only Android knows it. */
export const maps: readonly MapApp[] = MAPS.filter((app) => (app === "geo" ? isAndroid : app === "apple" ? !isAndroid : true));

const usual: MapApp = isAndroid ? "geo" : isApple ? "apple" : "google";

export const mapApp = signal<MapApp>(read());

export function likeMap(app: MapApp): void {
  mapApp.value = app;
  try {
    localStorage.setItem(PLACE, app);
  } catch {
    // Chosen for now only.
  }
}

/** Opens the way to a place in this app; null where there is neither a point nor an address. */
export function wayTo(place: Place, app: MapApp): string | null {
  const point = pointOf(place);
  const target = point ? `${point.lat},${point.lng}` : (place.address ?? "");
  if (!target) return null;
  const query = encodeURIComponent(target);
  switch (app) {
    case "geo":
      return `geo:${point ? target : "0,0"}?q=${query}`;
    case "apple":
      return `https://maps.apple.com/?daddr=${query}`;
    case "google":
      return `https://www.google.com/maps/dir/?api=1&destination=${query}`;
    case "waze":
      return `https://waze.com/ul?${point ? `ll=${query}` : `q=${query}`}&navigate=yes`;
  }
}

function read(): MapApp {
  try {
    const kept = localStorage.getItem(PLACE) as MapApp | null;
    return kept && maps.includes(kept) ? kept : usual;
  } catch {
    return usual;
  }
}
