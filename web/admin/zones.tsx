import { useState } from "preact/hooks";
import { isClosed } from "../shared/live";
import { ZONE_COLOR } from "../shared/map/kinds";
import { type MapDriver, ZoneMap } from "../shared/map/zone-map";
import type { Driver, Zone } from "../shared/protocol";
import { removeZone } from "./commands";
import { ConfirmSheet } from "./confirm-sheet";
import { Listing, ListHead } from "./listing";
import { lists, session, zoneName } from "./state";
import { zoneWords as words, words as pageWords } from "./words";
import { ZoneForm } from "./zone-form";

export function ZonesView() {
  const [form, open] = useState<Zone | "new" | null>(null);
  const [removing, setRemoving] = useState<Zone | null>(null);
  return (
    <main class="list-view zones-view" aria-label={pageWords.views.zones}>
      <ListHead title={pageWords.views.zones} button={words.make} onMake={() => open("new")} />
      <Listing list={lists.zones} empty={{ title: words.emptyTitle, text: words.emptyText }}>
        {(rows) => (
          <div class="zones-both">
            <ul class="parties" aria-label={pageWords.views.zones}>
              {rows.map((zone) => (
                <Row key={zone.id} zone={zone} onChange={() => open(zone)} onRemove={() => setRemoving(zone)} />
              ))}
            </ul>
            <ZoneMap label={words.plan} zones={rows} drivers={onDuty(lists.drivers.rows.value ?? [])} />
          </div>
        )}
      </Listing>
      {form && <ZoneForm zone={form === "new" ? null : form} onClose={() => open(null)} />}
      {removing && (
        <ConfirmSheet
          title={words.removeTitle(removing.name)}
          text={words.removeText}
          button={words.remove}
          onConfirm={() => removeZone(removing.id, removing.name)}
          onClose={() => setRemoving(null)}
        />
      )}
    </main>
  );
}

/** Who works, and has said where they are. */
function onDuty(drivers: readonly Driver[]): MapDriver[] {
  return drivers.flatMap(({ id, name, zones, location, reach }) => (location && zones.length > 0 ? [{ id, name, point: location, live: reach === "live" }] : []));
}

function Row({ zone, onChange, onRemove }: { zone: Zone; onChange: () => void; onRemove: () => void }) {
  const drivers = (lists.drivers.rows.value ?? []).filter((driver) => driver.zones.includes(zone.id)).length;
  const open = [...session.orders.value.values()].filter((order) => order.zone === zone.id && !isClosed(order.status)).length;
  return (
    <li class="party zone-row" aria-label={zone.name}>
      <svg class="swatch" width="24" height="24" aria-hidden="true">
        <rect width="24" height="24" rx="6" fill={zone.color ?? ZONE_COLOR} />
      </svg>
      <div class="party-who">
        <strong>{zone.name}</strong>
        <span class="muted">
          {zone.id}
          {!zone.area && `, ${words.noArea}`}
        </span>
      </div>
      <div class="party-facts">
        <span>{[words.onDuty(drivers), words.open(open)].join(", ")}</span>
        {zone.neighbours.length > 0 && <span class="muted">{words.next(zone.neighbours.map(zoneName).join(", "))}</span>}
      </div>
      <details class="zone-rules">
        <summary>{words.howOffersGo}</summary>
        <ul>
          {words.sentences(zone.rules, zone.rules_in_words).map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      </details>
      <div class="party-do">
        <button type="button" class="button quiet" aria-label={words.edit(zone.name)} onClick={onChange}>
          {words.change}
        </button>
        <button type="button" class="button quiet warns" onClick={onRemove}>
          {words.remove}
          <span class="visually-hidden"> {zone.name}</span>
        </button>
      </div>
    </li>
  );
}

