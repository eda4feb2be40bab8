import { useState } from "preact/hooks";
import type { Order } from "../shared/protocol";
import { Field } from "../shared/ui/field";
import { Icon } from "../shared/ui/icons";
import { Sheet } from "../shared/ui/sheet";
import { asked, isStepping, resting, step } from "./commands";
import { draft, draftOf } from "./drafts";
import { PhotoField } from "./photo-field";
import { stepWords, words } from "./words";

/** What the hub takes, in characters. */
const CHARS_MAX = { pin: 12, name: 100, note: 500 };

/** What the hub asked for before it takes the step: the vendor's pickup code, or a proof of delivery. */
export function ProofSheet({ order }: { order: Order }) {
  const [code, setCode] = useState("");
  const now = asked.value;
  if (!now) return null;
  const wants = (field: string) => now.fields.length === 0 || now.fields.some((one) => one.endsWith(field));
  const proof = draftOf(order.id);
  const part = (field: keyof typeof CHARS_MAX) => ({
    value: proof[field],
    onInput: (value: string) => draft(order.id, { [field]: value }),
    maxLength: CHARS_MAX[field],
    error: now.errors.find((error) => error.field.endsWith(field))?.message ?? null,
  });

  const give = (event: Event) => {
    event.preventDefault();
    void step(order, now.what === "code" ? code.trim() : undefined);
  };

  return (
    <Sheet
      kind="small"
      title={now.what === "code" ? words.codeTitle : words.proofTitle}
      onClose={() => (asked.value = null)}
      foot={
        <button type="submit" form="proof-form" class="button big primary" aria-disabled={resting.value || isStepping(order.id)}>
          {now.what === "code" ? words.confirm : stepWords.arrived_at_dropoff}
        </button>
      }
    >
      <form id="proof-form" class="stack" onSubmit={give}>
        {now.said && (
          <p class="banner tone-wait" role="status">
            <Icon name="info" />
            <span>{now.said}</span>
          </p>
        )}
        {now.what === "code" ? (
          <Field label={words.code} value={code} onInput={setCode} autocomplete="off" />
        ) : (
          <>
            {wants("photo") && <PhotoField order={order.id} onPhoto={(photo) => draft(order.id, { photo })} />}
            {wants("pin") && <Field label={words.proofPin} inputMode="numeric" autocomplete="off" {...part("pin")} />}
            {wants("name") && <Field label={words.proofName} autocomplete="off" {...part("name")} />}
            {wants("note") && <Field label={words.proofNote} rows={2} {...part("note")} />}
          </>
        )}
      </form>
    </Sheet>
  );
}
