// What a map shows. Pages fill these in; they know nothing of the library that draws it.

export interface Point {
  lat: number;
  lng: number;
}

/** Of a zone that has none of its own. */
export const ZONE_COLOR = "#0f766e";

export interface MapZone {
  id: string;
  name: string;
  color?: string | null;
  /** A GeoJSON Polygon or MultiPolygon; a zone without one is not drawn. */
  area?: object | null;
}

export type PinKind = "pickup" | "dropoff";

export interface MapPin {
  id: string;
  kind: PinKind;
  point: Point;
  /** What stands beside it: the vendor's name, a street. */
  label: string;
}

export interface MapDriver {
  id: string;
  name: string;
  point: Point;
  /** False if they were not heard of for a while: drawn paler, and said. */
  live?: boolean;
}

/** Where whoever looks at the map is. */
export interface MapMe {
  point: Point;
  /** Radius in metres, as the browser reports it. */
  accuracy_m?: number | null;
}

export interface MapContent {
  zones: readonly MapZone[];
  pins: readonly MapPin[];
  drivers: readonly MapDriver[];
  me: MapMe | null;
}
