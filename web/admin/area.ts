// GeoJSON as people paste it.

import { zoneWords as words } from "./words";

/** The geometry in a text: bare, in a feature, or alone in a collection, as drawing tools write it. The hub judges it. */
export function readArea(text: string): { area: object | null; error: string | null } {
  if (!text.trim()) return { area: null, error: null };
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return { area: null, error: `${words.notJson}: ${error instanceof Error ? error.message : ""}` };
  }
  const { type, features, geometry } = (json ?? {}) as { type?: unknown; features?: unknown[]; geometry?: unknown };
  if (type === "FeatureCollection" && Array.isArray(features)) {
    return features.length === 1 ? readArea(JSON.stringify(features[0])) : { area: null, error: words.several(features.length) };
  }
  if (type === "Feature") return geometry ? { area: geometry as object, error: null } : { area: null, error: words.none };
  return { area: json as object, error: null };
}

/** The text of an area, a ring in a line. */
export function writeArea(area: object | null | undefined): string {
  return area ? JSON.stringify(area, null, 1).replace(/\[\s+(-?[\d.e+-]+),\s+(-?[\d.e+-]+)\s+\]/g, "[$1, $2]") : "";
}
