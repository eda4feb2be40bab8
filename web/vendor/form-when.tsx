import { Field } from "../shared/ui/field";
import { type Draft, localTime, WHENS } from "./draft";
import type { Part } from "./order-form";
import { session } from "./state";
import { formWords as words } from "./words";

const PREP_MINUTES = [5, 10, 15, 20, 30, 45];
const HOUR_MS = 60 * 60_000;
const QUARTER_MS = 15 * 60_000;

/** When it is ready, or wanted. An order that is changed keeps to what it is. */
export function When({ now, set, errorOf, changed }: Part) {
  const choose = (when: Draft["when"]) => set({ when, ...(when === "later" && !now.scheduled && { scheduled: inAnHour(session.now.peek()) }) });
  if (changed === "ready_for_pickup") return null;
  return (
    <fieldset class="stack">
      <legend>{words.when}</legend>
      {!changed && (
        <div class="pills whens">
          {WHENS.map((when) => (
            <label key={when} class="pill">
              <input type="radio" name="when" checked={now.when === when} onChange={() => choose(when)} />
              <span>{words.whens[when]}</span>
            </label>
          ))}
        </div>
      )}
      {now.when === "ready" && <p class="muted">{words.readyNowHint}</p>}
      {now.when === "later" && (changed ? changed === "scheduled" : true) && (
        <Field label={words.scheduled} type="datetime-local" value={now.scheduled} error={errorOf("scheduled_for") ?? null} onInput={(scheduled) => set({ scheduled })} />
      )}
      {now.when !== "ready" && <Minutes now={now} set={set} errorOf={errorOf} />}
      {now.when !== "ready" && (
        <label class="switch">
          <input type="checkbox" role="switch" checked={now.auto_ready} onChange={(event) => set({ auto_ready: event.currentTarget.checked })} />
          <span class="switch-track" aria-hidden="true" />
          <span>{words.autoReady}</span>
        </label>
      )}
    </fieldset>
  );
}

function Minutes({ now, set, errorOf }: Part) {
  const offered = PREP_MINUTES.includes(now.prep_minutes) ? PREP_MINUTES : [...PREP_MINUTES, now.prep_minutes].sort((a, b) => a - b);
  return (
    <div role="radiogroup" aria-label={words.prep}>
      <span class="label" aria-hidden="true">
        {words.prep}
      </span>
      <div class="pills prep">
        {offered.map((minutes) => (
          <label key={minutes} class="pill">
            <input type="radio" name="prep" checked={now.prep_minutes === minutes} onChange={() => set({ prep_minutes: minutes })} />
            <span>{minutes}</span>
          </label>
        ))}
      </div>
      {errorOf("prep_minutes") && <p class="field-error">{errorOf("prep_minutes")}</p>}
    </div>
  );
}

/** The next full quarter of an hour that is at least an hour away. */
function inAnHour(now_ms: number): string {
  return localTime(Math.ceil((now_ms + HOUR_MS) / QUARTER_MS) * QUARTER_MS);
}
