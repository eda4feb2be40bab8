import { useState } from "preact/hooks";
import { stopAlarm, testSound } from "../shared/sound";
import { Icon } from "../shared/ui/icons";
import {
  allowLocation,
  allowNotifications,
  canInstall,
  CHECKS,
  type Grant,
  heard,
  install,
  installed,
  isApple,
  location,
  notifications,
  notNow,
  readyCount,
  say,
} from "./device";
import { shiftWords } from "./words";

const words = shiftWords.check;

/** At the start of a shift: out of the way once all is well, or for this shift if the driver says so. */
export function StartOfShift() {
  if (readyCount.value === CHECKS) {
    return (
      <p class="with-icon duty is-on">
        <Icon name="check" />
        {words.ready}
      </p>
    );
  }
  return (
    <section class="card checklist" aria-labelledby="checklist-title">
      <header class="row spread">
        <h2 id="checklist-title">{words.title}</h2>
        <button type="button" class="button quiet" onClick={notNow}>
          {words.later}
        </button>
      </header>
      <p class="muted">{words.hint}</p>
      <Checks />
    </section>
  );
}

/** What a phone needs for a shift, each with its state in words and the one button that mends it. */
export function Checks() {
  return (
    <ul class="checks">
      <Check title={words.location.title} state={stateOf(location.value)} text={words.location[location.value]}>
        {location.value === "prompt" && (
          <Mend word={words.location.allow} title={words.location.title} onClick={allowLocation} />
        )}
      </Check>
      <SoundCheck />
      <Check title={words.notifications.title} state={stateOf(notifications.value)} text={notificationText()}>
        {notifications.value === "prompt" && (
          <Mend word={words.notifications.allow} title={words.notifications.title} onClick={() => void allowNotifications()} />
        )}
      </Check>
      <Check title={words.home.title} state={installed.value ? "good" : "open"} text={homeText()}>
        {!installed.value && canInstall.value && (
          <Mend word={words.home.button} title={words.home.title} onClick={() => void install()} />
        )}
      </Check>
    </ul>
  );
}

/** Plays the alarm, which also unlocks the sound of the page, and asks whether it was heard. */
function SoundCheck() {
  const [asking, ask] = useState(false);
  const test = async () => {
    stopAlarm();
    if (await testSound("alarm")) ask(true);
    else say("not_heard");
  };
  const answer = (what: "heard" | "not_heard") => {
    say(what);
    ask(false);
  };
  const state = heard.value === "heard" ? "good" : heard.value === "not_heard" ? "bad" : "open";
  return (
    <Check title={words.sound.title} state={state} text={asking ? words.sound.playing : words.sound[heard.value]}>
      {asking ? (
        <span class="row wrap">
          <button type="button" class="button primary" onClick={() => answer("heard")}>
            {words.sound.yes}
          </button>
          <button type="button" class="button" onClick={() => answer("not_heard")}>
            {words.sound.no}
          </button>
        </span>
      ) : (
        <Mend word={heard.value === "untested" ? words.sound.test : words.sound.again} title={words.sound.title} onClick={() => void test()} />
      )}
    </Check>
  );
}

/** `Allow` is enough for who sees beside what it stands. */
function Mend({ word, title, onClick }: { word: string; title: string; onClick: () => void }) {
  return (
    <button type="button" class="button" aria-label={`${word}: ${title}`} onClick={onClick}>
      {word}
    </button>
  );
}

type State = "good" | "open" | "bad";

function Check({ title, state, text, children }: { title: string; state: State; text: string; children?: preact.ComponentChildren }) {
  return (
    <li class={`check is-${state}`}>
      <Icon name={state === "good" ? "check" : state === "bad" ? "circle-alert" : "circle"} size_px={24} />
      <div class="check-text" role="status">
        <h3>{title}</h3>
        <p class="muted">{text}</p>
      </div>
      {children}
    </li>
  );
}

function stateOf(grant: Grant): State {
  return grant === "granted" ? "good" : grant === "prompt" ? "open" : "bad";
}

function notificationText(): string {
  return isApple && notifications.value === "unsupported" ? words.notifications.apple : words.notifications[notifications.value];
}

function homeText(): string {
  if (installed.value) return words.home.installed;
  if (canInstall.value) return words.home.install;
  return isApple ? words.home.apple : words.home.other;
}
