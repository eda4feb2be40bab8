// What takes the hub longer than a test may last, told to a page at once. Everything else the page hears is the hub's own.

import type { Page } from "@playwright/test";
import type { Order } from "../shared/protocol";

/** Stands between the page and its hub, and can tell it what the hub would say if an offer had ended. */
export async function betweenHubAnd(page: Page, base: string): Promise<(order: Order) => void> {
  let seq = 0;
  let say: (text: string) => void = () => undefined;
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
