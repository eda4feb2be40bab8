import { preferences } from "../preferences";
import { sound, unlock } from "../sound";
import { preferenceWords, type Tone } from "../words";
import { Icon } from "./icons";

/** A page that was loaded anew is silent until it is touched, and says so where somebody waits for it to ring. */
export function SoundHint({ tone, role }: { tone: Tone; role?: "status" }) {
  if (sound.value !== "locked" || !preferences.value.sound) return null;
  return (
    <p class={`banner tone-${tone} sound-hint`} role={role}>
      <Icon name="volume-x" />
      <span>{preferenceWords.touch}</span>
      <button type="button" class="button" onClick={() => void unlock()}>
        {preferenceWords.turnOn}
      </button>
    </p>
  );
}
