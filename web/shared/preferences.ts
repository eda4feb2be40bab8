// How somebody wants this browser to look and to sound: kept here, the same on every page, and nobody else's business.

import { type ReadonlySignal, signal } from "@preact/signals";

export const TEXTS = ["normal", "large", "larger"] as const;
export const THEMES = ["system", "light", "dark"] as const;

export interface Preferences {
  sound: boolean;
  /** In percent. */
  volume: number;
  text: (typeof TEXTS)[number];
  theme: (typeof THEMES)[number];
  contrast: "normal" | "high";
  /** The side at which the thumb is. */
  hand: "right" | "left";
}

const PLACE = "waypost.preferences";

const kept = signal<Preferences>(read());

export const preferences: ReadonlySignal<Preferences> = kept;

/** Changes some of them, at once and for next time. */
export function prefer(change: Partial<Preferences>): void {
  kept.value = { ...kept.value, ...change };
  apply(kept.value);
  try {
    localStorage.setItem(PLACE, JSON.stringify(kept.value));
  } catch {
    // A browser that forbids storage begins anew next time.
  }
}

/** What is no preference, or is out of range, is as if it had never been chosen. */
export function preferencesOf(text: string | null, usual: Preferences): Preferences {
  const found = parsed(text);
  const one = <T,>(value: unknown, all: readonly T[], otherwise: T): T => (all.includes(value as T) ? (value as T) : otherwise);
  const volume = typeof found["volume"] === "number" ? Math.round(found["volume"]) : usual.volume;
  return {
    sound: one(found["sound"], [true, false], usual.sound),
    volume: volume >= 0 && volume <= 100 ? volume : usual.volume,
    text: one(found["text"], TEXTS, usual.text),
    theme: one(found["theme"], THEMES, usual.theme),
    contrast: one(found["contrast"], ["normal", "high"] as const, usual.contrast),
    hand: one(found["hand"], ["right", "left"] as const, usual.hand),
  };
}

function parsed(text: string | null): Record<string, unknown> {
  try {
    const found: unknown = JSON.parse(text ?? "{}");
    return typeof found === "object" && found !== null ? (found as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function read(): Preferences {
  const asked = typeof matchMedia === "function" && matchMedia("(prefers-contrast: more)").matches;
  const usual: Preferences = { sound: true, volume: 80, text: "normal", theme: "system", contrast: asked ? "high" : "normal", hand: "right" };
  try {
    return preferencesOf(localStorage.getItem(PLACE), usual);
  } catch {
    return usual;
  }
}

/** Attributes, which the style sheets know: the pages' policy allows no inline style. */
function apply({ theme, text, contrast, hand }: Preferences): void {
  if (typeof document === "undefined") return;
  Object.assign(document.documentElement.dataset, { theme, text, contrast, hand });
}

apply(kept.value);
if (typeof window !== "undefined") {
  // Another tab of the same browser is the same pair of eyes.
  window.addEventListener("storage", ({ key }) => {
    if (key !== PLACE) return;
    kept.value = read();
    apply(kept.value);
  });
}
