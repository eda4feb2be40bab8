import { distance, distance_m, moment, telLink } from "../shared/format";
import { type MapDriver, type MapPin, ZoneMap } from "../shared/map/zone-map";
import type { OrderStatus, Track } from "../shared/protocol";
import { Icon, type IconName } from "../shared/ui/icons";
import { words } from "./words";

const ICONS: Record<OrderStatus, IconName> = {
  scheduled: "calendar-clock",
  submitted: "hourglass",
  ready_for_pickup: "package-check",
  assigned: "bike",
  enroute_to_pickup: "bike",
  arrived_at_pickup: "store",
  picked_up: "bike",
  arrived_at_dropoff: "door-open",
  delivered: "check",
  returning: "undo-2",
  returned: "undo-2",
  cancelled: "circle-x",
  expired: "circle-alert",
  failed: "circle-alert",
};

const SAD: readonly OrderStatus[] = ["returning", "returned", "cancelled", "expired", "failed"];
const MOVING: readonly OrderStatus[] = ["assigned", "enroute_to_pickup", "arrived_at_pickup", "picked_up", "arrived_at_dropoff"];

export function Delivery({ track }: { track: Track }) {
  const { status, vendor, driver } = track;
  const tone = status === "delivered" ? "done" : SAD.includes(status) ? "alarm" : MOVING.includes(status) ? "move" : "wait";
  return (
    <>
      <section class={`track-now tone-${tone}`}>
        <Icon name={ICONS[status]} size_px={28} />
        <div role="status">
          <p class="track-status">{words.status[status]}</p>
          <p>{words.text[status](vendor.name, driver?.first_name ?? words.aDriver)}</p>
        </div>
      </section>
      <Way track={track} />
      <Steps track={track} />
      {driver && (
        <section class="track-row">
          <Icon name="user" />
          <div>
            <h2>{words.driver}</h2>
            <p>
              {driver.first_name}
              {driver.vehicle && `, ${words.vehicle[driver.vehicle.replace(" ", "_")] ?? words.rides(driver.vehicle)}`}
            </p>
          </div>
        </section>
      )}
      {vendor.phone && (
        <a class="button big" href={telLink(vendor.phone)}>
          <Icon name="phone" />
          {words.call(vendor.name)}
        </a>
      )}
    </>
  );
}

/** The map, while the order is on its way, and the same in a sentence. */
function Way({ track }: { track: Track }) {
  const { driver, pickup, dropoff, vendor } = track;
  if (!driver || !(pickup || dropoff || driver.location)) return null;
  const pins: MapPin[] = [];
  if (pickup) pins.push({ id: "pickup", kind: "pickup", point: pickup, label: vendor.name });
  if (dropoff) pins.push({ id: "dropoff", kind: "dropoff", point: dropoff, label: words.you });
  const drivers: MapDriver[] = driver.location ? [{ id: "driver", name: driver.first_name, point: driver.location }] : [];
  return (
    <section class="track-way">
      <ZoneMap label={words.map} pins={pins} drivers={drivers} fit="pins" />
      {!driver.location && <p class="muted">{words.unknown(driver.first_name)}</p>}
      {driver.location && dropoff && <p>{words.away(driver.first_name, distance(distance_m(driver.location, dropoff)))}</p>}
    </section>
  );
}

/** What has happened and when; never a time that nobody knows. */
function Steps({ track }: { track: Track }) {
  const { status, submitted_at, scheduled_for, picked_up_at, delivered_at, server_time } = track;
  const isOpen = !SAD.includes(status);
  const steps: [string, string | null | undefined][] = [
    [words.received, submitted_at],
    [words.collected, picked_up_at],
    [words.delivered, delivered_at],
  ];
  return (
    <section class="track-steps">
      {scheduled_for && isOpen && status !== "delivered" && <p class="track-planned">{words.plannedFor(moment(scheduled_for, Date.parse(server_time)))}</p>}
      <ol aria-label={words.steps}>
        {steps
          .filter(([, at]) => at || isOpen)
          .map(([word, at]) => (
            <li key={word} class={at ? "is-done" : ""}>
              <Icon name={at ? "check" : "clock"} size_px={16} />
              <span>{word}</span>
              {at ? <time dateTime={at}>{moment(at, Date.parse(server_time))}</time> : <span class="muted">{words.next}</span>}
            </li>
          ))}
      </ol>
    </section>
  );
}
