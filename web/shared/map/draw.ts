// The drawing of a map with Leaflet. Loaded when a map is first shown, with the styles that only it needs.

import * as L from "leaflet/dist/leaflet-src.esm.js";
import "leaflet/dist/leaflet.css";
import "./draw.css";
import { inMiles } from "../figures";
import { type MapContent, type MapZone, type Point, ZONE_COLOR } from "./kinds";
import { driverMark, Marks, meMark, nameOf, pinMark } from "./marks";

export interface Ground {
  /** With `{z}`, `{x}` and `{y}`; null for a plain ground. */
  tilesUrl: string | null;
  /** What whoever looks at the map is called on it. */
  you: string;
  /** Somebody pressed a place, or Enter on the map: then it is the middle. */
  picked: (point: Point) => void;
}

export interface Drawing {
  show(content: MapContent, fit: Fit): void;
  /** Moves to where everything can be seen, and stays there as things move. */
  showAll(): void;
  zoom(by: 1 | -1): void;
  /** As if the place in the middle had been pressed. */
  pickMiddle(): void;
  close(): void;
}

/** What must be in sight: everything, or only pins, drivers and whoever looks. */
export type Fit = "all" | "pins";

const ZOOM_MAX = 19;
const ZOOM_MIN = 2;

/** Nearer than this a single pin would lie on a ground without any other thing. */
const FIT_ZOOM_MAX = 16;

/** Room for what stands at the edges: names beneath their signs, the scale, the buttons. */
const FIT_TOP_LEFT_PX: [number, number] = [48, 40];
const FIT_BOTTOM_RIGHT_PX: [number, number] = [104, 72];

/** A position is known to about a tenth of a metre: six decimals. */
const DECIMALS = 6;

export function draw(host: HTMLElement, { tilesUrl, you, picked }: Ground): Drawing {
  const moves = !matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = L.map(host, {
    attributionControl: false,
    zoomControl: false,
    scrollWheelZoom: false,
    minZoom: ZOOM_MIN,
    maxZoom: ZOOM_MAX,
    // Tiles are drawn for whole steps; a plain ground fits as closely as it can.
    zoomSnap: tilesUrl ? 1 : 0.25,
    zoomAnimation: moves,
    fadeAnimation: moves,
    markerZoomAnimation: moves,
    inertia: moves,
  }).setView([0, 0], ZOOM_MIN);
  // A key moves the map at once, so that the place under the cross is what is seen there; only a throw glides on.
  const panBy = map.panBy.bind(map);
  map.panBy = (offset, options) => panBy(offset, { ...options, animate: moves && options?.duration !== undefined });
  layTheGround(map, tilesUrl);
  // Whoever turns the wheel over a map they did not touch wants to go on reading the page.
  map.on("focus", () => map.scrollWheelZoom.enable());
  map.on("blur", () => map.scrollWheelZoom.disable());

  const marks = new Marks(map);
  const zones = new Zones(map);
  const accuracy = L.circle([0, 0], { radius: 0, className: "map-accuracy", interactive: false });
  let inSight: L.LatLng[] = [];
  let follows = true;

  const fitAll = () => {
    if (inSight.length === 0) return;
    map.fitBounds(L.latLngBounds(inSight), { paddingTopLeft: FIT_TOP_LEFT_PX, paddingBottomRight: FIT_BOTTOM_RIGHT_PX, maxZoom: FIT_ZOOM_MAX, animate: moves });
  };
  // Once somebody has moved the map it is theirs, until they ask for everything again.
  map.on("dragstart", () => (follows = false));
  const pick = (at: L.LatLng) => {
    follows = false;
    picked(pointOf(at));
  };
  host.addEventListener("keydown", (event) => {
    if (/^(Arrow|[+=_-]$)/.test(event.key)) follows = false;
    if (event.key !== "Enter" || event.target !== host) return;
    event.preventDefault();
    pick(map.getCenter());
  });
  host.addEventListener("wheel", () => (follows &&= !map.scrollWheelZoom.enabled()), { passive: true });
  map.on("click", (event) => pick(event.latlng));
  const resized = new ResizeObserver(() => {
    map.invalidateSize({ animate: false });
    if (follows) fitAll();
  });
  resized.observe(host);

  return {
    show: ({ zones: areas, pins, drivers, me }, fit) => {
      zones.show(areas);
      marks.show([...pins.map(pinMark), ...drivers.map(driverMark), ...(me ? [meMark(me.point, you)] : [])]);
      if (me?.accuracy_m) accuracy.setLatLng(me.point).setRadius(me.accuracy_m).addTo(map);
      else accuracy.remove();
      const points = [...pins, ...drivers, ...(me ? [me] : [])].map(({ point }) => L.latLng(point));
      const seen = fit === "all" || points.length === 0 ? [...points, ...zones.corners()] : points;
      const isNew = seen.length !== inSight.length;
      inSight = seen;
      if (follows && (isNew || !inSight.every((point) => map.getBounds().contains(point)))) fitAll();
    },
    showAll: () => {
      follows = true;
      fitAll();
    },
    zoom: (by) => {
      follows = false;
      map.setZoom(map.getZoom() + by);
    },
    pickMiddle: () => pick(map.getCenter()),
    close: () => {
      resized.disconnect();
      map.remove();
    },
  };
}

function layTheGround(map: L.Map, tilesUrl: string | null): void {
  map.createPane("names").classList.add("map-names");
  for (const pane of ["markerPane", "names"]) map.getPane(pane)?.setAttribute("aria-hidden", "true");
  // A grid, so that a plain ground too shows how it moves.
  new Grid({ className: "map-grid", minZoom: ZOOM_MIN, maxZoom: ZOOM_MAX }).addTo(map);
  if (tilesUrl) L.tileLayer(tilesUrl, { className: "map-tiles", maxZoom: ZOOM_MAX }).addTo(map);
  L.control.scale({ metric: !inMiles(), imperial: inMiles(), position: "bottomleft" }).addTo(map);
}

class Grid extends L.GridLayer {
  protected override createTile(): HTMLElement {
    return document.createElement("div");
  }
}

/** Zones as areas with their names, where there is room for a name. */
class Zones {
  private drawn: { area: L.GeoJSON; name: L.Tooltip }[] = [];
  private said = "";

  constructor(private readonly map: L.Map) {
    map.on("zoomend", () => this.nameThem());
  }

  show(zones: readonly MapZone[]): void {
    const says = JSON.stringify(zones.map(({ id, name, color, area }) => [id, name, color, area]));
    if (says === this.said) return;
    this.said = says;
    for (const { area, name } of this.drawn) {
      area.remove();
      name.remove();
    }
    this.drawn = zones.flatMap((zone) => {
      const color = zone.color ?? ZONE_COLOR;
      const area = zone.area ? areaOf(zone.area, color) : null;
      if (!area) return [];
      area.addTo(this.map);
      return [{ area, name: nameOf(zone.name, highUp(area.getBounds())).addTo(this.map) }];
    });
    this.nameThem();
  }

  corners(): L.LatLng[] {
    return this.drawn.flatMap(({ area }) => [area.getBounds().getSouthWest(), area.getBounds().getNorthEast()]);
  }

  private nameThem(): void {
    for (const { area, name } of this.drawn) {
      const bounds = area.getBounds();
      const wide = this.map.latLngToLayerPoint(bounds.getNorthEast()).x - this.map.latLngToLayerPoint(bounds.getSouthWest()).x;
      const element = name.getElement();
      element?.classList.toggle("is-crowded", wide < element.offsetWidth);
    }
  }
}

/** Where a zone's name stands: high in it, since what happens there is mostly drawn around the middle. */
function highUp(bounds: L.LatLngBounds): L.LatLng {
  return L.latLng(bounds.getNorth() - (bounds.getNorth() - bounds.getSouth()) * 0.15, bounds.getCenter().lng);
}

function areaOf(area: object, color: string): L.GeoJSON | null {
  try {
    const drawn = L.geoJSON(area as Parameters<typeof L.geoJSON>[0], { interactive: false, style: { className: "map-zone", color, fillColor: color, weight: 2 } });
    return drawn.getBounds().isValid() ? drawn : null;
  } catch {
    // What the hub takes as an area can be drawn; what is being typed perhaps not yet.
    return null;
  }
}

function pointOf({ lat, lng }: L.LatLng): Point {
  const round = (degrees: number) => Number(degrees.toFixed(DECIMALS));
  return { lat: round(Math.min(90, Math.max(-90, lat))), lng: round(L.Util.wrapNum(lng, [-180, 180], true)) };
}
