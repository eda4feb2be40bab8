// How the hub is run, as it tells every page: read once, when somebody first asks.

import type { Settings } from "./protocol";

const WAIT_MS = 10_000;

let asked: Promise<Settings> | null = null;

/** Rejects if the hub does not answer; asking again then tries again. */
export function readSettings(): Promise<Settings> {
  asked ??= ask().catch((error: unknown) => {
    asked = null;
    throw error;
  });
  return asked;
}

async function ask(): Promise<Settings> {
  const response = await fetch("/api/v1/settings", { signal: AbortSignal.timeout(WAIT_MS) });
  if (!response.ok) throw new Error(`the hub answered ${response.status}`);
  return (await response.json()) as Settings;
}
