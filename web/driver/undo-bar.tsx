import { Icon } from "../shared/ui/icons";
import { busy, undo } from "./commands";
import { undoable, undoLeft_s } from "./undo";
import { words } from "./words";

/** What was just done, and ten seconds to take it back. The place is always there, so that it is read out. */
export function UndoBar() {
  const step = undoable.value;
  return (
    <div class="undo-place">
      <span class="undo-said" role="status">
        {step && words.stepped[step.status]?.(step.code)}
      </span>
      {step && (
        <button type="button" class="button undo" disabled={busy.value.has(`order.undo ${step.id}`)} onClick={() => void undo(step)}>
          <Icon name="undo-2" />
          {words.undo}
          <span class="undo-left" aria-hidden="true">
            {words.undoLeft(undoLeft_s.value)}
          </span>
        </button>
      )}
    </div>
  );
}
