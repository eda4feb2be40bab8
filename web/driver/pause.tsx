import { clockTime, countdown } from "../shared/format";
import { Icon } from "../shared/ui/icons";
import { busy, endShift, resume } from "./commands";
import { session } from "./state";
import { shiftWords } from "./words";

const words = shiftWords.pause;

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
