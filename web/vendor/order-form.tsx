import { useState } from "preact/hooks";
import { randomId } from "../shared/id";
import { Refused } from "../shared/live";
import type { FieldError } from "../shared/protocol";
import { Field } from "../shared/ui/field";
import { Icon } from "../shared/ui/icons";
import { Sheet } from "../shared/ui/sheet";
import { toast } from "../shared/ui/toasts";
import { commonWords } from "../shared/words";
import { type Draft, draft, emptyDraft, newItem, payloadOf } from "./draft";
import { ItemRows } from "./item-rows";
import { open, session } from "./state";
import { formWords as words } from "./words";

const PREP_MINUTES = [5, 10, 15, 20, 30, 45];

/** A new order. What was typed stays until it is in, even if the panel is closed or the link is down. */
export function OrderForm() {
  const [errors, setErrors] = useState<readonly FieldError[]>([]);
  const [refusal, setRefusal] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const now = draft.value;
  const set = (change: Partial<Draft>) => (draft.value = { ...draft.value, ...change });
  const errorOf = (field: string) => errors.find((error) => error.field === field)?.message;
  const text = (field: string, key: "address" | "contact" | "phone" | "lat" | "lng" | "instructions" | "notes") => ({
    value: now[key],
    error: errorOf(field),
    onInput: (value: string) => set({ [key]: value }),
  });

  const submit = async (event: Event) => {
    event.preventDefault();
    const { payload, errors: wrong } = payloadOf(draft.value);
    setErrors(wrong);
    setRefusal(null);
    if (wrong.length || busy) return;
    setBusy(true);
    try {
      const order = await session.live().send("order.submit", payload);
      draft.value = emptyDraft();
      open.value = null;
      toast(words.submitted(order.code));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const fields = error.problem.errors ?? [];
      setErrors(fields);
      setRefusal(error.uncertain ? commonWords.uncertain : fields.length && fields.every((one) => SHOWN.test(one.field)) ? null : wordsOf(error));
      // The key stays: the same order given twice is one order. Another order after a clear refusal has another key.
      if (!error.uncertain) set({ key: randomId() });
      setBusy(false);
    }
  };

  return (
    <Sheet
      title={words.title}
      onClose={() => (open.value = null)}
      foot={
        <>
          {refusal && (
            <p class="banner tone-alarm" role="alert">
              <Icon name="circle-alert" />
              <span>{refusal}</span>
            </p>
          )}
          <button type="submit" form="order-form" class="button big primary" disabled={busy}>
            {now.ready ? words.submitReady : words.submit}
          </button>
        </>
      }
    >
      <form id="order-form" class="order-form" onSubmit={submit} noValidate>
        <fieldset class="stack">
          <legend>{words.items}</legend>
          <ItemRows items={now.items} errorOf={errorOf} onChange={(items) => set({ items })} />
          {errorOf("items") && <p class="field-error">{errorOf("items")}</p>}
          <button type="button" class="button quiet" onClick={() => set({ items: [...now.items, newItem()] })}>
            <Icon name="plus" />
            {words.addItem}
          </button>
        </fieldset>
        <fieldset class="stack">
          <legend class="visually-hidden">{words.dropoff}</legend>
          <h3 aria-hidden="true">{words.dropoff}</h3>
          <Field label={words.address} autocomplete="off" {...text("dropoff.address", "address")} />
          <div class="pair">
            <Field label={words.contact} autocomplete="off" {...text("dropoff.contact_name", "contact")} />
            <Field label={words.phone} type="tel" autocomplete="off" {...text("dropoff.phone", "phone")} />
          </div>
          <Field label={words.instructions} hint={words.instructionsHint} {...text("dropoff.instructions", "instructions")} />
          <details open={!!(now.lat || now.lng || errorOf("dropoff.lat") || errorOf("dropoff.lng"))}>
            <summary>
              <Icon name="chevron-down" />
              {words.position}
            </summary>
            <div class="pair">
              <Field label={words.lat} inputMode="decimal" {...text("dropoff.lat", "lat")} />
              <Field label={words.lng} inputMode="decimal" {...text("dropoff.lng", "lng")} />
            </div>
          </details>
        </fieldset>
        <Field label={words.notes} hint={words.notesHint} rows={2} {...text("notes", "notes")} />
        <label class="switch">
          <input type="checkbox" checked={now.ready} onChange={(event) => set({ ready: event.currentTarget.checked })} />
          <span class="switch-track" aria-hidden="true" />
          <span>
            <strong>{words.readyNow}</strong>
            <br />
            <span class="muted">{words.readyNowHint}</span>
          </span>
        </label>
        {!now.ready && (
          <fieldset>
            <legend>{words.prep}</legend>
            <div class="row wrap prep">
              {PREP_MINUTES.map((minutes) => (
                <label key={minutes} class="choice">
                  <input type="radio" name="prep" checked={now.prep_minutes === minutes} onChange={() => set({ prep_minutes: minutes })} />
                  {minutes}
                </label>
              ))}
            </div>
            {errorOf("prep_minutes") && <p class="field-error">{errorOf("prep_minutes")}</p>}
          </fieldset>
        )}
      </form>
    </Sheet>
  );
}

/** The fields whose errors stand beside them; others are said at the button. */
const SHOWN = /^(items.*|notes|prep_minutes|dropoff\.(address|contact_name|phone|instructions|lat|lng))$/;

function wordsOf({ problem }: Refused): string {
  const others = (problem.errors ?? []).filter((one) => !SHOWN.test(one.field));
  return others.length ? others.map((one) => `${one.field} ${one.message}`).join("; ") : problem.detail;
}
