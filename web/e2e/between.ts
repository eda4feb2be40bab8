// Between a page and its hub: what takes the hub longer than a test may last is told at once, and what must not come yet is
// held back. Everything that the page hears beside that is the hub's own.

import type { Page } from "@playwright/test";
import type { Order } from "../shared/protocol";

/** Stands between the page and its hub, and can tell it what the hub would say if an offer had ended. */
export async function betweenHubAnd(page: Page, base: string): Promise<(order: Order) => void> {
  let seq = 0;
  let say: (text: string) => void = () => undefined;
  // A page that is left before it has kept its key is signed out.
  await page.getByText("Live", { exact: true }).waitFor();
  await page.routeWebSocket(/socket\.io/, (there) => {
    const hub = there.connectToServer();
    say = (text) => there.send(text);
    hub.onMessage((text) => {
      there.send(text);
      if (!String(text).startsWith("42/orders,")) return;
      const [, payload] = JSON.parse(String(text).slice(String(text).indexOf("["))) as [string, { seq?: number; cursor?: { seq: number } }];
      seq = payload.cursor?.seq ?? payload.seq ?? seq;
    });
  });
  await page.goto(`${base}/vendor`);
  await page.getByText("Live", { exact: true }).waitFor();
  return (order) => {
    const at = new Date().toISOString();
    const over = { ...order, status: "expired", version: order.version + 1, offer: null, closed_at: at };
    say(`42/orders,${JSON.stringify(["order.expired", { id: "told-by-the-test", seq: seq + 1, prev: seq, type: "order.expired", at, actor: null, order: over, data: {} }])}`);
  };
}

/** Stands between a page and its hub from its next load on, and can let answers pass while events wait. */
export async function holdingNewsOf(page: Page): Promise<{ hold(): void; letGo(): void }> {
  let isHeld = false;
  let letGo = () => undefined as void;
  await page.routeWebSocket(/socket\.io/, (there) => {
    const hub = there.connectToServer();
    let waiting: (string | Buffer)[] = [];
    hub.onMessage((text) => {
      if (isHeld && String(text).startsWith("42")) waiting.push(text);
      else there.send(text);
    });
    letGo = () => {
      isHeld = false;
      for (const text of waiting) there.send(text);
      waiting = [];
    };
  });
  await page.reload();
  await page.getByText("Live", { exact: true }).waitFor();
  return { hold: () => void (isHeld = true), letGo: () => letGo() };
}
