import { useEffect, useRef, useState } from "preact/hooks";
import { distance, distance_m } from "../format";
import { readSettings } from "../settings";
import { speak } from "../speak";
import { Icon, type IconName } from "../ui/icons";
import type { Drawing, Fit } from "./draw";
import type { MapContent, MapDriver, MapMe, MapPin, MapZone, Point } from "./kinds";
import { mapWords, type MapWords } from "./words";
import "./zone-map.css";

export type { MapDriver, MapMe, MapPin, MapZone, Point } from "./kinds";

interface Props {
  /** What the map shows, in a few words: its name for screen readers. */
  label: string;
  zones?: readonly MapZone[];
  pins?: readonly MapPin[];
  drivers?: readonly MapDriver[];
  me?: MapMe | null;
  /** What must be in sight: everything (the default), or only pins, drivers and me. */
  fit?: Fit;
  /** Makes it a map to choose a place on: by a press, or by moving it under the cross. The page shows the choice as a pin. */
  onPick?: (point: Point) => void;
}

/** What a map knows once its code, its words and the hub's settings have come. */
interface Loaded {
  drawing: Drawing;
  words: MapWords;
  attribution: string | null;
}

/** A map that needs no other server: zones, pins and drivers on a plain ground, or on tiles if the hub names some. */
export function ZoneMap({ label, zones = [], pins = [], drivers = [], me = null, fit = "all", onPick }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const pick = useRef(onPick);
  pick.current = onPick;
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  const [words, setWords] = useState<MapWords | null>(null);
  const [failed, setFailed] = useState(false);
  const content: MapContent = { zones, pins, drivers, me };

  useEffect(() => {
    let drawing: Drawing | null = null;
    let isGone = false;
    async function load(place: HTMLElement): Promise<void> {
      const settings = readSettings().catch(() => null);
      await speak("map");
      if (isGone) return;
      setWords(mapWords());
      const [{ draw }, hub] = await Promise.all([import("./draw"), settings]);
      if (isGone) return;
      drawing = draw(place, { tilesUrl: hub?.map_tiles_url ?? null, you: mapWords().you, picked: (point) => pick.current?.(point) });
      setLoaded({ drawing, words: mapWords(), attribution: hub?.map_tiles_attribution ?? null });
    }
    if (host.current) load(host.current).catch(() => isGone || setFailed(true));
    return () => {
      isGone = true;
      drawing?.close();
    };
  }, []);

  useEffect(() => loaded?.drawing.show(content, fit));

  return (
    <section class={`map${onPick ? " picks" : ""}${loaded ? "" : " is-loading"}`} aria-label={label}>
      {!failed && (
        <div class="map-frame">
          {/* Leaflet fills it; Preact never looks inside. */}
          <div ref={host} class="map-host" role="application" tabIndex={0} aria-label={hostLabel(label, words, !!onPick)} />
          {onPick && <span class="map-cross" aria-hidden="true" />}
          {loaded && <Controls {...loaded} />}
        </div>
      )}
      {loaded?.attribution && <p class="map-attribution">{loaded.attribution}</p>}
      {onPick && loaded && (
        <div class="map-pick">
          <p class="muted">{loaded.words.pickHelp}</p>
          <button type="button" class="button" onClick={() => loaded.drawing.pickMiddle()}>
            <Icon name="map-pin" />
            {loaded.words.pickHere}
          </button>
        </div>
      )}
      {failed && words && <p class="muted">{words.failed}</p>}
      <Places content={content} words={words} isShown={failed} />
    </section>
  );
}

function Controls({ drawing, words }: Loaded) {
  return (
    <div class="map-controls">
      <Control icon="plus" label={words.zoomIn} onPress={() => drawing.zoom(1)} />
      <Control icon="minus" label={words.zoomOut} onPress={() => drawing.zoom(-1)} />
      <Control icon="locate" label={words.all} onPress={() => drawing.showAll()} />
    </div>
  );
}

function Control({ icon, label, onPress }: { icon: IconName; label: string; onPress: () => void }) {
  return (
    <button type="button" class="icon-button" aria-label={label} title={label} onClick={onPress}>
      <Icon name={icon} />
    </button>
  );
}

/** The same in words: for whoever does not see the map, and for everybody where it cannot be loaded. */
function Places({ content, words, isShown }: { content: MapContent; words: MapWords | null; isShown: boolean }) {
  const { zones, pins, drivers, me } = content;
  if (!words) return null;
  const named = zones.filter((zone) => zone.area).map((zone) => zone.name);
  if (named.length + pins.length + drivers.length === 0 && !me) return isShown ? <p class="muted">{words.nothing}</p> : null;
  return (
    <ul class={isShown ? "map-places" : "visually-hidden"} aria-label={words.on}>
      {pins.map((pin) => (
        <li key={`pin ${pin.id}`}>{words.pin[pin.kind](pin.label)}</li>
      ))}
      {drivers.map((driver) => (
        <li key={`driver ${driver.id}`}>{away(driver.live === false ? words.driverQuiet(driver.name) : words.driver(driver.name), driver.point, pins, words)}</li>
      ))}
      {me && <li>{away(words.me, me.point, pins, words)}</li>}
      {named.length > 0 && <li>{words.zones(named.join(", "))}</li>}
    </ul>
  );
}

/** How far it is to where an order goes, or else to where it is picked up. */
function away(what: string, point: Point, pins: readonly MapPin[], words: MapWords): string {
  const to = pins.find((pin) => pin.kind === "dropoff") ?? pins[0];
  return to ? words.away[to.kind](what, distance(distance_m(point, to.point))) : what;
}

function hostLabel(label: string, words: MapWords | null, picks: boolean): string {
  return words ? `${label}. ${picks ? words.pickKeys : words.moveHelp}` : label;
}
