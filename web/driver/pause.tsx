import { clockTime, countdown } from "../shared/format";
import { Icon } from "../shared/ui/icons";
import { Sheet } from "../shared/ui/sheet";
import { busy, endShift, pause, resume } from "./commands";
import { session } from "./state";
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

/** In a break: how long it still is, and the way out of it. */
export function OnBreak() {
  const until = session.me.value?.driver?.paused_until;
  if (!until) return null;
  return (
    <section class="card on-break" aria-labelledby="break-title">
      <h2 class="with-icon" id="break-title">
        <Icon name="coffee" />
        {words.on}
      </h2>
      <p class="break-left" role="timer">
        {countdown(until, session.now.value)}
        <span class="visually-hidden"> {words.left}</span>
      </p>
      <p class="muted">{words.until(clockTime(until))}</p>
      <button type="button" class="button big primary" disabled={busy.value.has("driver.resume ")} onClick={() => void resume()}>
        {words.resume}
      </button>
      <button type="button" class="button quiet" onClick={() => void endShift()}>
        {words.end}
      </button>
    </section>
  );
}
