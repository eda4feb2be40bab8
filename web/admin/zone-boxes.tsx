import { lists } from "./state";

interface Props {
  legend: string;
  hint: string;
  chosen: readonly string[];
  onChange: (chosen: readonly string[]) => void;
  error?: string;
  /** A zone that cannot be chosen: the one that is being changed. */
  without?: string;
}

/** Zones to tick, kept in the order in which they were. */
export function ZoneBoxes({ legend, hint, chosen, onChange, error, without }: Props) {
  const zones = (lists.zones.rows.value ?? []).filter((zone) => zone.id !== without);
  if (zones.length === 0) return null;
  return (
    <fieldset class="choices">
      <legend>{legend}</legend>
      <p class="field-note">{hint}</p>
      <div class="boxes">
        {zones.map((zone) => (
          <label key={zone.id} class="choice">
            <input
              type="checkbox"
              checked={chosen.includes(zone.id)}
              onChange={() => onChange(chosen.includes(zone.id) ? chosen.filter((id) => id !== zone.id) : [...chosen, zone.id])}
            />
            <span>{zone.name}</span>
          </label>
        ))}
      </div>
      {error && <p class="field-error">{error}</p>}
    </fieldset>
  );
}
