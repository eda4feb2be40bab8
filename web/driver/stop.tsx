import { useState } from "preact/hooks";
import { telLink } from "../shared/format";
import type { Place } from "../shared/protocol";
import { Icon } from "../shared/ui/icons";
import { Sheet } from "../shared/ui/sheet";
import { mapApp, maps, likeMap, wayTo } from "./maps";
import { words } from "./words";

interface Props {
  title: string;
  name: string | null;
  place: Place;
  phone: string | null;
  /** Where the driver goes `now` is shown whole; the others in two lines. */
  when: "past" | "now" | "later";
}

/** One end of the job: who, where, how to call and how to get there. */
export function Stop({ title, name, place, phone, when }: Props) {
  const way = when === "now" ? wayTo(place, mapApp.value) : null;
  return (
    <li class={`stop is-${when}`} aria-current={when === "now" ? "step" : undefined}>
      <span class="stop-mark" aria-hidden="true">
        <Icon name={when === "past" ? "check" : "map-pin"} />
      </span>
      <div class="stop-text">
        <h3 class="muted">{title}</h3>
        {name && <p class="stop-name">{name}</p>}
        <p class="stop-address">{place.address ?? (name ? "" : words.noDropoff)}</p>
        {place.instructions && when !== "past" && (
          <p class="with-icon">
            <Icon name="info" />
            {place.instructions}
          </p>
        )}
      </div>
      {when === "now" && (
        <div class="row wrap stop-ways">
          {way && <Navigate place={place} way={way} />}
          {phone && (
            <a class="button" href={telLink(phone)} aria-label={words.call(name ?? title)}>
              <Icon name="phone" />
              {words.callShort}
            </a>
          )}
        </div>
      )}
    </li>
  );
}

/** One tap to the map app that this driver likes; another one is asked for beside it. */
function Navigate({ place, way }: { place: Place; way: string }) {
  const [choosing, choose] = useState(false);
  return (
    <>
      <span class="row joined">
        <a class="button" href={way} rel="noreferrer" target={way.startsWith("http") ? "_blank" : undefined}>
          <Icon name="navigation" />
          {words.navigate}
          <span class="visually-hidden">: {words.maps[mapApp.value]}</span>
        </a>
        <button type="button" class="icon-button" aria-label={words.otherMap} title={words.otherMap} onClick={() => choose(true)}>
          <Icon name="chevron-down" />
        </button>
      </span>
      {choosing && <MapSheet place={place} onClose={() => choose(false)} />}
    </>
  );
}

function MapSheet({ place, onClose }: { place: Place; onClose: () => void }) {
  return (
    <Sheet title={words.mapTitle} kind="small" onClose={onClose}>
      <p class="muted">{words.mapHint}</p>
      <ul class="stack">
        {maps.map((app) => {
          const way = wayTo(place, app) ?? "";
          const pick = () => {
            likeMap(app);
            onClose();
          };
          return (
            <li key={app}>
              <a
                class="button big"
                href={way}
                rel="noreferrer"
                target={way.startsWith("http") ? "_blank" : undefined}
                aria-current={mapApp.value === app ? "true" : undefined}
                onClick={pick}
              >
                {mapApp.value === app && <Icon name="check" />}
                {words.maps[app]}
              </a>
            </li>
          );
        })}
      </ul>
    </Sheet>
  );
}
