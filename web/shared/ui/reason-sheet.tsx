import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { commonWords } from "../words";
import { Field } from "./field";
import { Reasons } from "./reasons";
import { Sheet } from "./sheet";

interface Props {
  title: string;
  /** The usual reasons, one tap each. */
  reasons: readonly string[];
  button: string;
  danger?: boolean | undefined;
  onGive: (reason: string) => Promise<unknown>;
  onClose: () => void;
  /** What to know before one answers. */
  children?: ComponentChildren;
}

/** Asks why, before something that other people will have to understand. */
export function ReasonSheet({ title, reasons, button, danger, onGive, onClose, children }: Props) {
  const [chosen, choose] = useState<string | null>(null);
  const [other, setOther] = useState("");
  const [busy, setBusy] = useState(false);
  const reason = chosen === commonWords.otherReason ? other.trim() : chosen;

  const give = async () => {
    if (!reason || busy) return;
    setBusy(true);
    await onGive(reason).then(onClose, () => setBusy(false));
  };

  return (
    <Sheet
      title={title}
      kind="small"
      onClose={onClose}
      foot={
        // Another word is another button: a finger that was on its way does not press it.
        <button key={button} type="button" class={`button big ${danger ? "danger" : "primary"}`} disabled={!reason || busy} onClick={give}>
          {button}
        </button>
      }
    >
      {children}
      <Reasons name="reason" reasons={reasons} chosen={chosen} onChoose={choose} />
      {chosen === commonWords.otherReason && <Field label={commonWords.reasonLabel} value={other} onInput={setOther} maxLength={200} />}
    </Sheet>
  );
}
