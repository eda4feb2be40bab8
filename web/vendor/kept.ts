// What this page keeps in its browser beside the key: read once, written whenever it changes, gone when somebody signs out.

import { effect, type Signal, signal } from "@preact/signals";

const all: (() => void)[] = [];

/** A signal that outlives the page. `parse` makes something of whatever is found there, or of nothing. */
export function kept<T>(name: string, parse: (found: unknown) => T): Signal<T> {
  const place = `waypost.vendor.${name}`;
  const value = signal(parse(read(place)));
  let first = true;
  effect(() => {
    const text = JSON.stringify(value.value);
    if (!first) write(place, text);
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
export function keptNames(name: string, most: number): Signal<readonly string[]> & { put(one: string): void } {
  const names = kept<readonly string[]>(name, (found) => (Array.isArray(found) ? found.filter((one) => typeof one === "string").slice(-most) : []));
  return Object.assign(names, {
    put: (one: string) => {
      if (!names.peek().includes(one)) names.value = [...names.peek(), one].slice(-most);
    },
  });
}

function read(place: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(place) ?? "null") ?? undefined;
  } catch {
    return undefined;
  }
}

function write(place: string, text: string): void {
  try {
    localStorage.setItem(place, text);
  } catch {
    // A browser that forbids storage forgets when the page is left.
  }
}
