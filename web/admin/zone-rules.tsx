// How offers go in a zone: each rule of the hub's, one field.

import type { FieldError, Rules } from "../shared/protocol";
import { Field } from "../shared/ui/field";
import { Select } from "../shared/ui/select";
import { numberOf } from "./form";
import { zoneWords as words } from "./words";

type Mode = Rules["mode"];
type Drafts = Record<string, string>;
type NumberRule = keyof typeof USUAL;

type SwitchRule = "release_when_lost" | "same_trip";

/** What is typed into the fields, by the rule's name. */
export interface RulesDraft {
  mode: NonNullable<Mode>;
  numbers: Drafts;
  switches: Record<SwitchRule, boolean>;
}

const ALWAYS: readonly NumberRule[] = ["offer_round_s", "offer_give_up_min", "unclaimed_alert_s", "driver_lost_after_s", "auto_pause_after"];
const NEAREST: readonly NumberRule[] = ["nearest_turn_s", "nearest_drivers", "nearest_wait_m"];
const TRIPS: readonly NumberRule[] = ["same_trip_m", "same_trip_deg", "same_trip_s"];
const NUMBERS = [...ALWAYS, ...NEAREST, ...TRIPS];
const MODES = ["broadcast", "nearest", "manual"] as const;

/** What the hub does where nothing is said. */
const USUAL = {
  offer_round_s: 45,
  offer_give_up_min: 20,
  unclaimed_alert_s: 90,
  driver_lost_after_s: 300,
  auto_pause_after: 3,
  nearest_turn_s: 15,
  nearest_drivers: 3,
  nearest_wait_m: 100,
  same_trip_m: 300,
  same_trip_deg: 30,
  same_trip_s: 10,
};

export const RULE_FIELDS = NUMBERS.map((rule) => `rules.${rule}`);

export function draftOf(rules: Rules | undefined): RulesDraft {
  const numbers: Drafts = {};
  for (const rule of NUMBERS) numbers[rule] = String(rules?.[rule] ?? USUAL[rule]);
  const switches = { release_when_lost: rules?.release_when_lost ?? false, same_trip: rules?.same_trip ?? false };
  return { mode: rules?.mode ?? "broadcast", numbers, switches };
}

/** The rules as typed; an empty field goes back to the hub's default. */
export function rulesOf(draft: RulesDraft, wrong: FieldError[]): Rules {
  const rules: Record<string, number | string | boolean> = { mode: draft.mode, ...draft.switches };
  for (const [rule, typed] of Object.entries(draft.numbers)) {
    if (!typed.trim()) continue;
    const value = numberOf(`rules.${rule}`, typed, wrong);
    if (value !== null && value !== undefined) rules[rule] = value;
  }
  return rules as Rules;
}

interface Props {
  draft: RulesDraft;
  onChange: (draft: RulesDraft) => void;
  errorOf: (field: string) => string | undefined;
}

export function ZoneRules({ draft, onChange, errorOf }: Props) {
  const field = (rule: NumberRule) => (
    <Field
      key={rule}
      label={words.rules[rule]}
      inputMode="numeric"
      value={draft.numbers[rule] ?? ""}
      onInput={(typed) => onChange({ ...draft, numbers: { ...draft.numbers, [rule]: typed } })}
      error={errorOf(`rules.${rule}`)}
    />
  );
  const toggle = (rule: SwitchRule) => (
    <label key={rule} class="switch">
      <input
        type="checkbox"
        role="switch"
        checked={draft.switches[rule]}
        onChange={({ currentTarget }) => onChange({ ...draft, switches: { ...draft.switches, [rule]: currentTarget.checked } })}
      />
      <span class="switch-track" aria-hidden="true" />
      <span>{words.switches[rule]}</span>
    </label>
  );
  const options = MODES.map((value) => ({ value, word: words.modes[value] }));
  return (
    <>
      <Select
        label={words.mode}
        value={draft.mode}
        options={options}
        onChange={(value) => onChange({ ...draft, mode: MODES.find((mode) => mode === value) ?? "broadcast" })}
      />
      <div class="pair">{ALWAYS.map(field)}</div>
      {draft.mode === "nearest" && <div class="pair">{NEAREST.map(field)}</div>}
      {toggle("release_when_lost")}
      {toggle("same_trip")}
      {draft.switches.same_trip && <div class="pair">{TRIPS.map(field)}</div>}
    </>
  );
}
