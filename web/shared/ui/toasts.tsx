import { signal } from "@preact/signals";
import { commonWords, type Tone } from "../words";
import { Icon, type IconName } from "./icons";

interface Toast {
  /** A second toast under the same key takes the place of the first. */
  key: string;
  text: string;
  tone: Tone;
  action: Action | undefined;
}

/** What can be done about it as long as it is shown. */
interface Action {
  word: string;
  act: () => void;
}

/** Good news is short. */
const SHOWN_MS: Record<Tone, number> = { done: 3000, move: 5000, wait: 8000, alarm: 8000 };
const SHOWN_MAX = 3;
const toneIcons: Record<Tone, IconName> = { wait: "info", move: "info", done: "check", alarm: "circle-alert" };

/** The open panels, the uppermost last: a modal panel hides everything beneath it, so the toasts move into it. */
export const panels = signal<readonly string[]>([]);

const toasts = signal<readonly Toast[]>([]);
const timers = new Map<string, ReturnType<typeof setTimeout>>();
let last = 0;

/** Says something for some seconds, at the edge of the page and to a screen reader. */
export function toast(text: string, tone: Tone = "done", key = `toast-${++last}`, action?: Action): void {
  clearTimeout(timers.get(key));
  timers.set(key, setTimeout(() => dismiss(key), SHOWN_MS[tone]));
  toasts.value = [...toasts.value.filter((one) => one.key !== key), { key, text, tone, action }].slice(-SHOWN_MAX);
}

/** Takes a toast away that is no longer true. */
export function dismiss(key: string): void {
  clearTimeout(timers.get(key));
  timers.delete(key);
  toasts.value = toasts.peek().filter((one) => one.key !== key);
}

/** Once on each page, and in each panel. The region is there before its text, or it would not be read out. */
export function Toasts({ panel }: { panel?: string }) {
  if (panels.value.at(-1) !== panel) return null;
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.value.map(({ key, text, tone, action }) => (
        <div class={`toast tone-${tone}`} key={key}>
          <Icon name={toneIcons[tone]} />
          <span>{text}</span>
          {action && (
            <button type="button" class="button quiet" onClick={() => (dismiss(key), action.act())}>
              {action.word}
            </button>
          )}
          <button type="button" class="icon-button" aria-label={commonWords.dismiss} onClick={() => dismiss(key)}>
            <Icon name="x" />
          </button>
        </div>
      ))}
    </div>
  );
}
