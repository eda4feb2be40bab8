import { useState } from "preact/hooks";
import type { Order } from "../shared/protocol";
import { Field } from "../shared/ui/field";
import { Icon } from "../shared/ui/icons";
import { Sheet } from "../shared/ui/sheet";
import { asked, step } from "./commands";
import { PhotoField } from "./photo-field";
import { stepWords, words } from "./words";

/** What the hub asked for before it takes the step: the vendor's pickup code, or a proof of delivery. */
export function ProofSheet({ order }: { order: Order }) {
  const [code, setCode] = useState("");
  const [name, setName] = useState("");
  const [pin, setPin] = useState("");
  const [note, setNote] = useState("");
  const [photo, setPhoto] = useState(false);
  const now = asked.value;
  if (!now) return null;
  const wants = (field: string) => now.fields.length === 0 || now.fields.some((one) => one.endsWith(field));

  const give = (event: Event) => {
    event.preventDefault();
    const filled = Object.entries({ name, pin, note }).filter(([, value]) => value.trim());
    const proof = Object.fromEntries(filled.map(([key, value]) => [key, value.trim()]));
    void step(order, now.what === "code" ? { code: code.trim() } : { proof, photo });
  };

  return (
    <Sheet
      kind="small"
      title={now.what === "code" ? words.codeTitle : words.proofTitle}
      onClose={() => (asked.value = null)}
      foot={
        <button type="submit" form="proof-form" class="button big primary">
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
            {wants("photo") && <PhotoField order={order.id} onPhoto={setPhoto} />}
            {wants("pin") && <Field label={words.proofPin} value={pin} onInput={setPin} inputMode="numeric" autocomplete="off" />}
            {wants("name") && <Field label={words.proofName} value={name} onInput={setName} autocomplete="off" />}
            {wants("note") && <Field label={words.proofNote} value={note} onInput={setNote} rows={2} />}
          </>
        )}
      </form>
    </Sheet>
  );
}
