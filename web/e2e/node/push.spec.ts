// Web Push as a phone in a pocket gets it: signed, encrypted, and confirmed to the vendor.

import { ask, connect, next, work } from "../duty";
import { PUSH_ENV, PushService } from "../push-service";
import { expect, test } from "../test";

test.use({ hubEnv: PUSH_ENV });

interface Round {
  drivers: { name: string; channel: string; delivered_at: string | null }[];
}

test("an offer reaches a phone whose page is closed, and the vendor sees that it did", async ({ hub, town }) => {
  const service = await PushService.open(hub.base);
  const ann = await work(town.ann, "mitte");
  await ask(ann.socket, "push.subscribe", service.browser("ann"));
  ann.goHome();
  const reach = () => town.admin.api.get<{ reach: string }>(`/drivers/${town.ann.id}`).then((driver) => driver.reach);
  await expect.poll(reach).toBe("push_only");

  const order = await town.vendor.api.submit("Gyoza", { ready: true });
  const push = await service.next("ann");
  expect(push).toMatchObject({ urgency: "high", topic: order.id.replaceAll("-", "") });
  expect(push.ttl_s).toBeGreaterThan(30);
  expect(push.said).toMatchObject({ kind: "offer", order: order.id, code: order.code, tag: `order-${order.id}`, url: "/driver", words: { vendor: "Ramen Bar" } });

  const receipt = await fetch(`${hub.base}/api/v1/push/receipts`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ receipt: push.said.receipt, what: "delivered" }),
  });
  expect(receipt.status).toBe(204);
  const asked = async () => (await town.vendor.api.get<{ data: Round[] }>(`/orders/${order.id}/offers`)).data[0]?.drivers;
  await expect.poll(asked).toMatchObject([{ name: "Ann", channel: "push", delivered_at: expect.any(String) }]);

  const bob = await work(town.bob, "mitte");
  await ask(bob.socket, "order.claim", { id: order.id });
  const end = await service.next("ann");
  expect(end).toMatchObject({ urgency: "low", topic: push.topic, said: { kind: "offer_ended", tag: push.said.tag, words: { ended_by: "claimed" } } });

  service.forget("ann");
  await town.vendor.api.submit("Udon", { ready: true });
  await expect.poll(reach, "a browser that is gone is forgotten").toBe("unreachable");
  bob.goHome();
  await service.close();
});

test("a vendor whose page is closed is told that its driver is here", async ({ hub, town }) => {
  const service = await PushService.open(hub.base);
  const till = connect(town.vendor, "/orders");
  await next(till, "sync");
  await ask(till, "push.subscribe", service.browser("till"));
  till.disconnect();
  const order = await town.vendor.api.submit("Ramen", { ready: true });
  const ann = await work(town.ann, "mitte");
  await ask(ann.socket, "order.claim", { id: order.id });
  await ask(ann.socket, "order.start", { id: order.id });
  await ask(ann.socket, "order.arrive", { id: order.id });
  expect((await service.next("till")).said).toMatchObject({ kind: "arrived", order: order.id, url: "/vendor", words: { driver: "Ann" } });
  ann.goHome();
  await service.close();
});
