import { useState } from "preact/hooks";
import { Sheet } from "../shared/ui/sheet";

interface Props {
  title: string;
  text: string;
  button: string;
  onConfirm: () => Promise<boolean>;
  onClose: () => void;
}

/** Asks once more before something that people will feel. */
export function ConfirmSheet({ title, text, button, onConfirm, onClose }: Props) {
  const [busy, setBusy] = useState(false);
  const confirm = async () => {
    setBusy(true);
    if (await onConfirm()) onClose();
    else setBusy(false);
  };
  return (
    <Sheet
      title={title}
      kind="small"
      onClose={onClose}
      foot={
        <button type="button" class="button big danger" disabled={busy} onClick={() => void confirm()}>
          {button}
        </button>
      }
    >
      <p>{text}</p>
    </Sheet>
  );
}
