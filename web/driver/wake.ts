// Keeps the screen on while there is something on it to be done.

import { computed, effect } from "@preact/signals";
import { jobs, offers } from "./state";

const wanted = computed(() => jobs.value.length > 0 || offers.value.length > 0);

let lock: WakeLockSentinel | null = null;
let asking = false;

effect(() => {
  if (wanted.value) void take();
  else release();
});

// The browser lets go of it whenever the page is out of sight.
document.addEventListener("visibilitychange", () => {
  if (wanted.peek()) void take();
});

async function take(): Promise<void> {
  if (lock || asking || !("wakeLock" in navigator) || document.visibilityState !== "visible") return;
  asking = true;
  try {
    const taken = await navigator.wakeLock.request("screen");
    taken.addEventListener("release", () => (lock = lock === taken ? null : lock));
    lock = taken;
    if (!wanted.peek()) release();
  } catch {
    // A phone that saves its battery says no; the next look at the page asks again.
  } finally {
    asking = false;
  }
}

function release(): void {
  void lock?.release();
  lock = null;
}
