// What this page keeps in its browser beside the key: read once, written whenever it changes, gone when somebody signs out.

import { effect, type Signal, signal } from "@preact/signals";

const all: (() => void)[] = [];

/**
 * A signal that outlives the page. `parse` makes something of whatever is found there, or of nothing. What is `of_tab` is each
 * tab's own; a new tab begins with what any other kept last.
 */
export function kept<T>(name: string, parse: (found: unknown) => T, whose: "of_browser" | "of_tab" = "of_browser"): Signal<T> {
  const place = placeOf(name);
  const isOfTab = whose === "of_tab";
  const value = signal(parse((isOfTab ? read(place, "sessionStorage") : undefined) ?? read(place)));
  let first = true;
  effect(() => {
    const text = JSON.stringify(value.value);
    if (!first) write(place, text);
    if (!first && isOfTab) write(place, text, "sessionStorage");
    first = false;
  });
  all.push(() => (value.value = parse(undefined)));
  return value;
}

/** As if nothing had ever been kept. */
export function forgetAll(): void {
  for (const forget of all) forget();
}

/** A set of names that were dealt with, the last so many of them. */
export function keptNames(name: string, most: number): Signal<readonly string[]> & { put(one: string): void; has(one: string): boolean } {
  const parse = (found: unknown): readonly string[] => (Array.isArray(found) ? found.filter((one) => typeof one === "string").slice(-most) : []);
  const names = kept(name, parse);
  // Other tabs put theirs there meanwhile.
  const all = () => [...new Set([...parse(read(placeOf(name))), ...names.peek()])];
  return Object.assign(names, {
    put: (one: string) => {
      if (!names.peek().includes(one)) names.value = [...all(), one].slice(-most);
    },
    has: (one: string) => all().includes(one),
  });
}

type Storage = "localStorage" | "sessionStorage";

function placeOf(name: string): string {
  return `waypost.vendor.${name}`;
}

function read(place: string, storage: Storage = "localStorage"): unknown {
  try {
    return JSON.parse(globalThis[storage].getItem(place) ?? "null") ?? undefined;
  } catch {
    return undefined;
  }
}

function write(place: string, text: string, storage: Storage = "localStorage"): void {
  try {
    globalThis[storage].setItem(place, text);
  } catch {
    // A browser that forbids storage forgets when the page is left.
  }
}
