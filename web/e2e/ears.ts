// What a page gives to the loudspeaker and to its icon, counted in the page itself.

import type { Page } from "@playwright/test";

/** To be installed before the page is loaded. */
export async function listen(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const heard = { rings: 0, badge: 0, printed: 0 };
    Object.assign(window, { heard, print: () => (heard.printed += 1) });
    const start = AudioBufferSourceNode.prototype.start;
    AudioBufferSourceNode.prototype.start = function (...when) {
      heard.rings += 1;
      return start.apply(this, when);
    };
    Object.assign(navigator, {
      setAppBadge: async (n: number) => void (heard.badge = n),
      clearAppBadge: async () => void (heard.badge = 0),
    });
  });
  await page.reload();
}

export function heard(page: Page): Promise<{ rings: number; badge: number; printed: number }> {
  return page.evaluate(() => (window as unknown as { heard: { rings: number; badge: number; printed: number } }).heard);
}

/** Every sound and shake in order, from the next load on: `alarm on`, `alarm off`, `bell`, `shake`. */
export async function overhear(page: Page): Promise<() => Promise<readonly string[]>> {
  await page.addInitScript(() => {
    const overheard: string[] = [];
    Object.assign(window, { overheard });
    const { start, stop } = AudioBufferSourceNode.prototype;
    AudioBufferSourceNode.prototype.start = function (...when) {
      overheard.push(this.loop ? "alarm on" : "bell");
      return start.apply(this, when);
    };
    AudioBufferSourceNode.prototype.stop = function (...when) {
      overheard.push("alarm off");
      return stop.apply(this, when);
    };
    Object.defineProperty(navigator, "vibrate", { value: () => (overheard.push("shake"), true) });
  });
  await page.reload();
  return () => page.evaluate(() => (window as unknown as { overheard: string[] }).overheard);
}
