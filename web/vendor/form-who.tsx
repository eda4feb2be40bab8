import { useEffect, useState } from "preact/hooks";
import { pointOf } from "../shared/format";
import { type MapPin, type MapZone, ZoneMap } from "../shared/map/zone-map";
import { Field } from "../shared/ui/field";
import { Icon } from "../shared/ui/icons";
import type { Part } from "./order-form";
import { Recall } from "./recall";
import type { Recipient } from "./recipients";
import { session } from "./state";
import { formWords as words } from "./words";

/** Where it goes and to whom. */
export function Who({ now, set, errorOf }: Part) {
  const recall = (one: Recipient) => set({ ...one });
  const field = (name: "address" | "contact" | "phone", key: string) => ({
    field: name,
    value: now[name],
    error: errorOf(key),
    onInput: (value: string) => set({ [name]: value }),
    onRecall: recall,
  });
  const plain = (name: "instructions" | "notes", key: string) => ({
    value: now[name],
    error: errorOf(key) ?? null,
    onInput: (value: string) => set({ [name]: value }),
  });
  return (
    <fieldset class="stack">
      <legend class="visually-hidden">{words.dropoff}</legend>
      <h3 aria-hidden="true">{words.dropoff}</h3>
      <Recall label={words.address} first {...field("address", "dropoff.address")} />
      <div class="pair">
        <Recall label={words.phone} type="tel" {...field("phone", "dropoff.phone")} />
        <Recall label={words.contact} {...field("contact", "dropoff.contact_name")} />
      </div>
      <Field label={words.instructions} hint={words.instructionsHint} {...plain("instructions", "dropoff.instructions")} />
      <Pin now={now} set={set} errorOf={errorOf} />
      <Field label={words.notes} hint={words.notesHint} rows={2} {...plain("notes", "notes")} />
    </fieldset>
  );
}

/** The exact place: on a map, or typed. The map is loaded when it is first wanted. */
function Pin({ now, set, errorOf }: Part) {
  const [open, setOpen] = useState(!!(now.lat || now.lng));
  const isWrong = !!(errorOf("dropoff.lat") || errorOf("dropoff.lng"));
  const isSet = !!(now.lat.trim() && now.lng.trim());
  const text = (name: "lat" | "lng") => ({ value: now[name], error: errorOf(`dropoff.${name}`) ?? null, onInput: (value: string) => set({ [name]: value }) });
  return (
    <details class="pin" open={open || isWrong} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <Icon name="chevron-down" />
        {words.position}
        {isSet && (
          <span class="chip tone-done">
            <Icon name="map-pin" size_px={16} />
            {words.pinned}
          </span>
        )}
      </summary>
      {(open || isWrong) && (
        <div class="stack">
          <PinMap lat={now.lat} lng={now.lng} label={now.address || words.dropoff} onPick={(point) => set({ lat: point.lat.toFixed(6), lng: point.lng.toFixed(6) })} />
          <div class="pair">
            <Field label={words.lat} inputMode="decimal" {...text("lat")} />
            <Field label={words.lng} inputMode="decimal" {...text("lng")} />
          </div>
          {isSet && (
            <button type="button" class="button quiet" onClick={() => set({ lat: "", lng: "" })}>
              <Icon name="x" />
              {words.unpin}
            </button>
          )}
        </div>
      )}
    </details>
  );
}

function PinMap({ lat, lng, label, onPick }: { lat: string; lng: string; label: string; onPick: (point: { lat: number; lng: number }) => void }) {
  const [zones, setZones] = useState<readonly MapZone[]>([]);
  useEffect(() => {
    // A map without its zones is still a map.
    session.rest().all<MapZone>("/zones?limit=200").then(setZones, () => undefined);
  }, []);
  const shop = session.me.value?.vendor;
  const pins: MapPin[] = [];
  const here = shop && pointOf(shop);
  if (here) pins.push({ id: "shop", kind: "pickup", point: here, label: shop.name });
  const point = { lat: Number(lat.replace(",", ".")), lng: Number(lng.replace(",", ".")) };
  const isPoint = lat.trim() && lng.trim() && Math.abs(point.lat) <= 90 && Math.abs(point.lng) <= 180;
  if (isPoint) pins.push({ id: "dropoff", kind: "dropoff", point, label });
  return <ZoneMap label={words.map} zones={zones} pins={pins} fit={pins.length ? "pins" : "all"} onPick={onPick} />;
}
