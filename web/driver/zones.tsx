import { useEffect, useState } from "preact/hooks";
import { Icon } from "../shared/ui/icons";
import { busy, setZone } from "./commands";
import { loadZones, offers, onDuty, session, zones, zonesFailed } from "./state";
import { ringing, silence } from "./ringing";
import { sheet } from "./sheets";
import { shiftWords, words } from "./words";

/** The zones as large switches; one line while the driver is on duty and does not change them. */
export function Zones({ calm }: { calm: boolean }) {
  const [open, setOpen] = useState(!onDuty.value);
  const hasOffers = offers.value.length > 0;
  // The switches give way to the first offer, and come back only when they are asked for.
  useEffect(() => {
    if (hasOffers) setOpen(false);
  }, [hasOffers]);
  const joined = session.zones.value;
  const names = joined.map((id) => zones.value?.find((zone) => zone.id === id)?.name ?? id).join(", ");
  return (
    <section class="zones" aria-label={words.zones}>
      <div class="row spread wrap">
        <p class={`with-icon duty ${onDuty.value ? "is-on" : ""}`}>
          <Icon name="power" />
          <strong>{onDuty.value ? words.onDuty(names) : words.offDuty}</strong>
        </p>
        {onDuty.value && (
          <span class="row">
            {ringing.value && (
              <button type="button" class="button" aria-label={words.silence} onClick={() => silence(offers.value)}>
                <Icon name="bell-off" />
                {words.quiet}
              </button>
            )}
          </span>
        )}
        {onDuty.value && calm && (
          <span class="row duty-ways">
            <button type="button" class="button quiet" onClick={() => (sheet.value = "pause")}>
              <Icon name="coffee" />
              {shiftWords.pause.button}
            </button>
            <button type="button" class="button quiet" aria-expanded={open} onClick={() => setOpen(!open)}>
              {open ? words.done : words.change}
            </button>
          </span>
        )}
      </div>
      {(open || !onDuty.value) && <Switches />}
    </section>
  );
}

function Switches() {
  if (zonesFailed.value) {
    return (
      <p class="banner tone-alarm">
        <span>{words.zonesFailed}</span>
        <button type="button" class="button" onClick={() => void loadZones()}>
          {words.tryAgain}
        </button>
      </p>
    );
  }
  if (zones.value?.length === 0) return <p class="empty">{words.noZones}</p>;
  return (
    <fieldset class="stack">
      <legend class="zones-ask">{words.zonesAsk}</legend>
      {!onDuty.value && <p class="muted">{words.zonesHint}</p>}
      {zones.value?.map((zone) => {
        const joined = session.zones.value.includes(zone.id);
        return (
          <label key={zone.id} class="switch zone">
            <input
              type="checkbox"
              role="switch"
              checked={joined}
              disabled={busy.value.has(`zone.join ${zone.id}`) || busy.value.has(`zone.leave ${zone.id}`)}
              onChange={(event) => {
                // The switch shows what the hub has said, not what was asked of it.
                event.currentTarget.checked = joined;
                void setZone(zone.id, joined ? "out" : "in");
              }}
            />
            <span class="zone-name">{zone.name}</span>
            <span class="switch-track" aria-hidden="true" />
          </label>
        );
      })}
    </fieldset>
  );
}
