import "./preferences.css";
import { useState } from "preact/hooks";
import { type Preferences, prefer, preferences, TEXTS, THEMES } from "../preferences";
import { sound, testSound } from "../sound";
import type { Melody } from "../sound/melody";
import { preferenceWords as words } from "../words";
import { Icon } from "./icons";
import { Language } from "./language";
import { Sheet } from "./sheet";

interface Props {
  /** The sound that matters on this page, to be tried out. */
  melody: Melody;
  /** The page has a right-handed and a left-handed side. */
  handed?: boolean;
  onClose: () => void;
  /** What only this page has. */
  children?: preact.ComponentChildren;
}

/** How this browser is to look and to sound. Everything is in force as soon as it is chosen. */
export function PreferencesSheet({ melody, handed, onClose, children }: Props) {
  const now = preferences.value;
  return (
    <Sheet title={words.title} onClose={onClose}>
      <Sound melody={melody} />
      <Choice legend={words.text} name="text" values={TEXTS} word={(value) => words.texts[value]} />
      <Choice legend={words.theme} name="theme" values={THEMES} word={(value) => words.themes[value]} />
      <Switch label={words.contrast} checked={now.contrast === "high"} onChange={(on) => prefer({ contrast: on ? "high" : "normal" })} />
      {handed && <Switch label={words.left} hint={words.leftHint} checked={now.hand === "left"} onChange={(on) => prefer({ hand: on ? "left" : "right" })} />}
      <Language />
      {children}
    </Sheet>
  );
}

/** On or off, how loud, and a test, which also unlocks the sound. To be shown at the start of a shift, too. */
export function Sound({ melody, onTested }: { melody: Melody; onTested?: (played: boolean) => void }) {
  const [tested, setTested] = useState<"played" | "silent" | null>(null);
  const { sound: on, volume } = preferences.value;
  const test = async () => {
    setTested(null);
    const played = await testSound(melody);
    setTested(played ? "played" : "silent");
    onTested?.(played);
  };
  return (
    <section class="stack" aria-label={words.sound}>
      <Switch label={words.sound} hint={words.soundHint[melody]} checked={on} onChange={(value) => prefer({ sound: value })} />
      <div class="row volume">
        <Icon name={on && volume > 0 ? "volume-2" : "volume-x"} />
        <input
          type="range"
          aria-label={words.volume}
          aria-valuetext={`${volume} %`}
          min={0}
          max={100}
          step={5}
          value={volume}
          disabled={!on}
          onInput={(event) => prefer({ volume: Number(event.currentTarget.value) })}
        />
        <button type="button" class="button" disabled={!on} onClick={() => void test()}>
          <Icon name="bell" />
          {words.test}
        </button>
      </div>
      <p class="muted sound-said" role="status">
        {tested ? words[tested] : sound.value === "unsupported" ? words.silent : ""}
      </p>
    </section>
  );
}

type Chosen = "text" | "theme";

function Choice<N extends Chosen>(props: { legend: string; name: N; values: readonly Preferences[N][]; word: (value: Preferences[N]) => string }) {
  const { legend, name, values, word } = props;
  return (
    <fieldset>
      <legend>{legend}</legend>
      <div class="segments">
        {values.map((value) => (
          <label key={value} class={`choice in-${name} is-${value}`}>
            <input
              type="radio"
              name={`preference-${name}`}
              checked={preferences.value[name] === value}
              onChange={() => prefer({ [name]: value } as Pick<Preferences, N>)}
            />
            <span>{word(value)}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function Switch({ label, hint, checked, onChange }: { label: string; hint?: string; checked: boolean; onChange: (on: boolean) => void }) {
  return (
    <label class="switch">
      <input type="checkbox" role="switch" checked={checked} onChange={(event) => onChange(event.currentTarget.checked)} />
      <span class="switch-track" aria-hidden="true" />
      <span>
        <strong>{label}</strong>
        {hint && (
          <>
            <br />
            <span class="muted">{hint}</span>
          </>
        )}
      </span>
    </label>
  );
}
