// What stands on a map: pins, drivers, whoever looks at it, the names of zones. Made of elements, never of markup, since
// names are other people's words and the pages' policy allows no style in markup.

import * as L from "leaflet/dist/leaflet-src.esm.js";
import { iconPaths } from "../ui/icons";
import type { MapDriver, MapPin, Point } from "./kinds";

const SVG = "http://www.w3.org/2000/svg";

export interface Mark {
  key: string;
  point: Point;
  kind: "pickup" | "dropoff" | "driver" | "me";
  label: string;
  isPale: boolean;
}

const ICONS: Record<Mark["kind"], keyof typeof iconPaths> = { pickup: "store", dropoff: "house", driver: "bike", me: "navigation" };

/** Higher ones are drawn over lower ones. */
const HEIGHTS: Record<Mark["kind"], number> = { pickup: 0, dropoff: 100, driver: 200, me: 300 };

export function pinMark({ id, point, kind, label }: MapPin): Mark {
  return { key: `pin ${id}`, point, kind, label, isPale: false };
}

export function driverMark({ id, name, point, live = true }: MapDriver): Mark {
  return { key: `driver ${id}`, point, kind: "driver", label: name, isPale: !live };
}

export function meMark(point: Point, label: string): Mark {
  return { key: "me", point, kind: "me", label, isPale: false };
}

/** Marks by their keys: one that is still there moves, and is drawn anew only if it looks different. */
export class Marks {
  private readonly drawn = new Map<string, { marker: L.Marker; looks: string }>();

  constructor(private readonly map: L.Map) {}

  show(marks: readonly Mark[]): void {
    const keys = new Set(marks.map((mark) => mark.key));
    for (const [key, { marker }] of this.drawn) {
      if (keys.has(key)) continue;
      marker.remove();
      this.drawn.delete(key);
    }
    for (const mark of marks) this.put(mark);
  }

  private put(mark: Mark): void {
    const looks = `${mark.kind} ${mark.isPale} ${mark.label}`;
    const before = this.drawn.get(mark.key);
    if (!before) {
      const marker = L.marker(mark.point, { icon: iconOf(mark), interactive: false, keyboard: false, zIndexOffset: HEIGHTS[mark.kind] * 10 });
      this.drawn.set(mark.key, { marker: marker.addTo(this.map), looks });
      return;
    }
    before.marker.setLatLng(mark.point);
    if (before.looks !== looks) before.marker.setIcon(iconOf(mark));
    before.looks = looks;
  }
}

function iconOf({ kind, label, isPale }: Mark): L.DivIcon {
  const html = element("span", `map-mark is-${kind}${isPale ? " is-pale" : ""}`);
  const sign = element("span", "map-sign");
  sign.append(svgOf(ICONS[kind]));
  html.append(sign);
  if (label) html.append(element("span", "map-label", label));
  return L.divIcon({ html, className: "map-spot", iconSize: [0, 0] });
}

/** The name of a zone, in its middle. */
export function nameOf(text: string, at: L.LatLng): L.Tooltip {
  return L.tooltip({ permanent: true, direction: "center", className: "map-zone-name", interactive: false, pane: "names" })
    .setLatLng(at)
    .setContent(element("span", "", text));
}

function element(tag: string, className: string, text = ""): HTMLElement {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

function svgOf(name: keyof typeof iconPaths): SVGElement {
  const svg = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({ class: "icon", width: "20", height: "20", viewBox: "0 0 24 24" })) svg.setAttribute(key, value);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", iconPaths[name]);
  svg.append(path);
  return svg;
}
