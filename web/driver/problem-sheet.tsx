import { useState } from "preact/hooks";
import type { Order } from "../shared/protocol";
import { Field } from "../shared/ui/field";
import { Reasons } from "../shared/ui/reasons";
import { Sheet } from "../shared/ui/sheet";
import { commonWords } from "../shared/words";
import { reportProblem } from "./commands";
import { words } from "./words";

const NOTE_CHARS_MAX = 300;

/** What is wrong, in one tap and, if he likes, a few words more. */
export function ProblemSheet({ order, reasons, onClose }: { order: Order; reasons: readonly string[]; onClose: () => void }) {
  const [chosen, choose] = useState<string | null>(null);
  const [note, setNote] = useState("");
  const [busy, setBusy] = useState(false);
  const other = chosen === commonWords.otherReason;
  const reason = other ? note.trim().slice(0, 200) : chosen;

  const give = async () => {
    if (!reason || busy) return;
    setBusy(true);
    await reportProblem(order, reason, other ? "" : note.trim()).then(onClose, () => setBusy(false));
  };

  return (
    <Sheet
      title={words.problemTitle(order.code)}
      kind="small"
      onClose={onClose}
      foot={
        <button type="button" class="button big primary" disabled={!reason || busy} onClick={give}>
          {words.problemButton}
        </button>
      }
    >
      <p class="muted">{words.problemHint}</p>
      <Reasons name="problem" reasons={reasons} chosen={chosen} onChoose={choose} />
      <Field label={words.problemNote} value={note} onInput={setNote} rows={2} maxLength={NOTE_CHARS_MAX} />
    </Sheet>
  );
}
