import { Sheet } from "../shared/ui/sheet";
import { pause } from "./commands";
import { shiftWords } from "./words";

const words = shiftWords.pause;
const MINUTES = [5, 15, 30, 60];

/** For how long? One tap answers it. */
export function PauseSheet({ onClose }: { onClose: () => void }) {
  const begin = (minutes: number) => {
    onClose();
    void pause(minutes);
  };
  return (
    <Sheet title={words.title} kind="small" onClose={onClose}>
      <p class="muted">{words.hint}</p>
      <ul class="pause-times">
        {MINUTES.map((minutes) => (
          <li key={minutes}>
            <button type="button" class="button big" onClick={() => begin(minutes)}>
              {words.minutes(minutes)}
            </button>
          </li>
        ))}
      </ul>
    </Sheet>
  );
}
