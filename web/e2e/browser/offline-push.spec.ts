// Pushes on the phone: a notice in its language while the page is closed, gone when the offer is, and no alarm twice.

import type { CDPSession } from "@playwright/test";
import { PUSH_ENV, PushService, stubPushManager } from "../push-service";
import { expect, type Page, test } from "../test";
import type { PushPayload } from "../../shared/protocol";

test.use({ hubEnv: PUSH_ENV });

/** Brings pushes into the browser, as its push service would: for as long as this page is open. */
async function courier(page: Page, origin: string): Promise<(push: PushPayload) => Promise<void>> {
  const cdp: CDPSession = await page.context().newCDPSession(page);
  const registration = new Promise<string>((found) =>
    cdp.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
      const ours = registrations.find(({ scopeURL }) => scopeURL === `${origin}/driver`);
      if (ours) found(ours.registrationId);
    }),
  );
  await cdp.send("ServiceWorker.enable");
  const registrationId = await registration;
  return async (push) => void (await cdp.send("ServiceWorker.deliverPushMessage", { origin, registrationId, data: JSON.stringify(push) }));
}

interface Shown {
  title: string;
  body: string;
  tag: string;
  stays: boolean;
}

test("an offer rings a phone whose page is closed, in its language, and is gone when another driver has it", async ({ hub, town, open }) => {
  const service = await PushService.open(hub.base);
  let ann = await open(town.ann, { locale: "de-DE", permissions: ["geolocation", "notifications"] });
  const context = ann.context();
  const openPage = async () => {
    const page = await context.newPage();
    await page.goto(`${hub.base}/driver`);
    return page;
  };
  // The key is there by now, and with a page that shows nothing the browser stays open.
  await context.addInitScript(stubPushManager, service.browser("ann"));
  const deliver = await courier(await context.newPage(), hub.base);
  await ann.reload();
  await ann.getByRole("switch", { name: "Mitte" }).click();
  await expect(ann.getByText("Im Dienst in Mitte")).toBeVisible();
  await ann.evaluate(async () => void (await navigator.serviceWorker.ready));
  const [worker] = context.serviceWorkers();
  const shown = () =>
    worker?.evaluate(async (): Promise<Shown[]> => {
      const { registration } = globalThis as unknown as { registration: ServiceWorkerRegistration };
      const notices = await registration.getNotifications();
      return notices.map(({ title, body, tag, requireInteraction }) => ({ title, body, tag, stays: requireInteraction }));
    });
  const reach = () => town.admin.api.get<{ reach: string }>(`/drivers/${town.ann.id}`).then((driver) => driver.reach);

  await ann.close();
  await expect.poll(reach).toBe("push_only");
  const order = await town.vendor.api.submit("Ramen", { ready: true });
  const { said } = await service.next("ann");
  await deliver(said);
  await expect.poll(shown).toMatchObject([{ title: "Neues Angebot: Ramen Bar", body: expect.stringContaining("1 Main Street"), tag: `order-${order.id}`, stays: true }]);
  type Round = { drivers: { channel: string; delivered_at: string | null }[] };
  const asked = async () => (await town.vendor.api.get<{ data: Round[] }>(`/orders/${order.id}/offers`)).data[0]?.drivers;
  await expect.poll(asked).toMatchObject([{ channel: "push", delivered_at: expect.any(String) }]);

  await town.admin.api.give(order, ["assign", { driver_id: town.bob.id }]);
  await deliver((await service.next("ann")).said);
  await expect.poll(shown).toEqual([]);

  // A late one is of no use, and a page that is looked at rings by itself.
  await deliver({ ...said, expires_at: "2020-01-01T00:00:00.000Z" });
  ann = await openPage();
  const next = await town.vendor.api.submit("Udon", { ready: true });
  await expect(ann.getByRole("article", { name: new RegExp(`^${next.code},`) })).toBeVisible();
  await ann.evaluate(() => navigator.serviceWorker.addEventListener("message", () => document.body.classList.add("was-asked")));
  await deliver({ ...said, order: next.id, code: next.code, tag: `order-${next.id}` });
  await expect(ann.locator("body.was-asked")).toBeVisible();
  await ann.close();
  await deliver({ ...said, kind: "message", tag: "order-later", expires_at: null, words: { from: "Ramen Bar", text: "Hallo" } as never });
  await expect.poll(async () => (await shown())?.map(({ tag }) => tag)).toEqual(["order-later"]);

  ann = await openPage();
  await ann.getByRole("button", { name: "Menü" }).click();
  await ann.getByRole("button", { name: "Abmelden" }).click();
  await expect(ann.getByRole("button", { name: "Anmelden" })).toBeVisible();
  await expect.poll(reach).toBe("unreachable");
  expect(await ann.evaluate(() => localStorage.getItem("test.push"))).toBeNull();
  await expect.poll(shown).toEqual([]);
  await service.close();
});
