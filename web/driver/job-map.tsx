import { useState } from "preact/hooks";
import { pointOf } from "../shared/format";
import type { MapPin } from "../shared/map/kinds";
import type { Order } from "../shared/protocol";
import { Icon } from "../shared/ui/icons";
import { later } from "../shared/ui/later";
import { position } from "./position";
import { words } from "./words";

const ZoneMap = later(
  () => import("../shared/map/zone-map").then((map) => map.ZoneMap),
  () => words.mapFailed,
);

/** Where to, and where he is. It is loaded when somebody wants it: the page shows everything without it. */
export function JobMap({ order }: { order: Order }) {
  const [shown, show] = useState(false);
  const pins = pinsOf(order);
  if (pins.length === 0) return null;
  if (shown) return <ZoneMap label={words.mapLabel(order.code)} pins={pins} me={position.value && { point: position.value }} />;
  return (
    <button type="button" class="button" onClick={() => show(true)}>
      <Icon name="map-pin" />
      {words.showMap}
    </button>
  );
}

function pinsOf(order: Order): MapPin[] {
  const [pickup, dropoff] = [pointOf(order.pickup), pointOf(order.dropoff)];
  return [
    ...(pickup ? [{ id: "pickup", kind: "pickup", point: pickup, label: order.vendor.name } as const] : []),
    ...(dropoff ? [{ id: "dropoff", kind: "dropoff", point: dropoff, label: order.dropoff?.address ?? words.dropoff } as const] : []),
  ];
}
