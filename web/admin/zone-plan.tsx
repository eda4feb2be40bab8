import type { Driver, Zone } from "../shared/protocol";
import { positionsOf, type Position, ringsOf } from "./area";
import { zoneWords as words } from "./words";

export const COLOR_USUAL = "#0f766e";
const WIDTH = 600;
const HEIGHT_MAX = 600;
const MARGIN = 16;

/** All zones as flat shapes, with the drivers whose place is known: enough to see that an area is where it should be. */
export function ZonePlan({ zones, drivers }: { zones: readonly Zone[]; drivers: readonly Driver[] }) {
  const drawn = zones.flatMap((zone) => (zone.area ? [{ zone, rings: ringsOf(zone.area) }] : []));
  const all = drawn.flatMap(({ rings }) => rings.flat());
  if (all.length === 0) return null;
  const { project, height } = projection(all);
  return (
    <svg class="zone-plan" viewBox={`0 0 ${WIDTH} ${height}`} role="img" aria-label={words.plan}>
      {drawn.map(({ zone, rings }) => {
        const [x, y] = project(middle(rings[0] ?? []));
        return (
          <g key={zone.id}>
            <path
              d={rings.map((ring) => `M${ring.map((position) => project(position).join(" ")).join("L")}Z`).join("")}
              fill={zone.color ?? COLOR_USUAL}
              stroke={zone.color ?? COLOR_USUAL}
              fill-rule="evenodd"
            />
            <text x={x} y={y}>
              {zone.name}
            </text>
          </g>
        );
      })}
      {drivers.map((driver) => {
        if (!driver.location || driver.zones.length === 0) return null;
        const [x, y] = project([driver.location.lng, driver.location.lat]);
        return (
          <circle key={driver.id} class={driver.reach === "live" ? "is-live" : ""} cx={x} cy={y} r="7">
            <title>{driver.name}</title>
          </circle>
        );
      })}
    </svg>
  );
}

/** Degrees east shrink with the latitude; within a town one factor is near enough. */
function projection(all: readonly Position[]) {
  const lngs = all.map(([lng]) => lng);
  const lats = all.map(([, lat]) => lat);
  const [west, east, south, north] = [Math.min(...lngs), Math.max(...lngs), Math.min(...lats), Math.max(...lats)];
  const shrink = Math.cos((((south + north) / 2) * Math.PI) / 180);
  const [wide, high] = [(east - west) * shrink || 1e-6, north - south || 1e-6];
  const scale = Math.min((WIDTH - 2 * MARGIN) / wide, (HEIGHT_MAX - 2 * MARGIN) / high);
  const left = (WIDTH - wide * scale) / 2;
  const project = ([lng, lat]: Position): Position => [round(left + (lng - west) * shrink * scale), round(MARGIN + (north - lat) * scale)];
  return { project, height: round(high * scale + 2 * MARGIN) };
}

function middle(ring: readonly Position[]): Position {
  const all = positionsOf(ring);
  return [all.reduce((sum, [lng]) => sum + lng, 0) / all.length, all.reduce((sum, [, lat]) => sum + lat, 0) / all.length];
}

function round(n: number): number {
  return Math.round(n * 10) / 10;
}
