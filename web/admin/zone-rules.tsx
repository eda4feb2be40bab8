// How offers go in a zone: each rule of the hub's, one field.

import type { FieldError, Rules } from "../shared/protocol";
import { Field } from "../shared/ui/field";
import { Select } from "../shared/ui/select";
import { numberOf } from "./form";
import { zoneWords as words } from "./words";

type Mode = Rules["mode"];
type Drafts = Record<string, string>;
type NumberRule = keyof typeof USUAL;

/** What is typed into the fields, by the rule's name. */
export interface RulesDraft {
  mode: NonNullable<Mode>;
  numbers: Drafts;
}

const ALWAYS: readonly NumberRule[] = ["offer_round_s", "offer_give_up_min"];
const NEAREST: readonly NumberRule[] = ["nearest_turn_s", "nearest_drivers", "nearest_wait_m"];
const MODES = ["broadcast", "nearest", "manual"] as const;

/** What the hub does where nothing is said. */
const USUAL = { offer_round_s: 45, offer_give_up_min: 20, nearest_turn_s: 15, nearest_drivers: 3, nearest_wait_m: 100 };

export const RULE_FIELDS = [...ALWAYS, ...NEAREST].map((rule) => `rules.${rule}`);

export function draftOf(rules: Rules | undefined): RulesDraft {
  const numbers: Drafts = {};
  for (const rule of [...ALWAYS, ...NEAREST]) numbers[rule] = String(rules?.[rule] ?? USUAL[rule]);
  return { mode: rules?.mode ?? "broadcast", numbers };
}

/** The rules as typed; an empty field goes back to the hub's default. */
export function rulesOf(draft: RulesDraft, wrong: FieldError[]): Rules {
  const rules: Record<string, number | string> = { mode: draft.mode };
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
    </>
  );
}
