// At the door: the proof that was begun goes with the delivery, cash is not forgotten, and no tap does more than it was meant to.

import { isReadable } from "../probes";
import { expect, type Page, test } from "../test";
import type { Order } from "../../shared/protocol";
import type { Person, Town } from "../town";

const OFFLINE = /ERR_INTERNET_DISCONNECTED|ERR_NETWORK_CHANGED|WebSocket connection|Failed to load resource/;
const PHOTO = new URL("../../../src/domain/photo/tests/door.jpg", import.meta.url).pathname;
const press = (page: Page, name: string | RegExp) => page.getByRole("button", { name, exact: true }).click();
const proofSheet = (page: Page) => page.getByRole("dialog", { name: "Proof of delivery" });

/** An order of his, as far as these steps have brought it. */
async function carried(town: Town, driver: Person, steps: readonly string[], more: object = {}): Promise<Order> {
  const order = await town.vendor.api.submit("Ramen", { ready: true, dropoff: { address: "2 Side Street", contact_name: "Kim" }, ...more });
  await town.admin.api.give(order, ["assign", { driver_id: driver.id }]);
  return driver.api.give(order, ...steps);
}

const TO_THE_DOOR = ["start", "arrive", "pick_up", "arrive"];

test("what was put together as a proof goes with the delivery, whichever button is pressed, and again after an undo", async ({ town, open }) => {
  const ann = await open(town.ann);
  const order = await carried(town, town.ann, TO_THE_DOOR, { cash_to_collect: { amount: 1990, currency: "EUR" } });
  const deliver = ann.getByRole("button", { name: "Delivered", exact: true });
  await expect(deliver).toBeVisible();
  const cash = ann.getByText("Collect €19.90 in cash");
  await expect(cash).toBeInViewport({ ratio: 1 });
  const [above, button] = [await cash.boundingBox(), await deliver.boundingBox()];
  expect((button?.y ?? 0) - ((above?.y ?? 0) + (above?.height ?? 0)), "the cash stands over the button").toBeLessThan(40);
  expect(await cash.evaluate((element) => element.contains(document.elementFromPoint(element.getBoundingClientRect().x + 4, element.getBoundingClientRect().y + 4)))).toBe(true);

  await press(ann, "Photo, name, PIN");
  await proofSheet(ann).locator("input[type=file]").setInputFiles(PHOTO);
  await expect(proofSheet(ann).getByRole("img", { name: "Your photo of the delivery" })).toBeVisible();
  const pin = proofSheet(ann).getByLabel("PIN the recipient says");
  await expect(pin).toHaveAttribute("inputmode", "numeric");
  await pin.fill("1234567890123");
  await expect(pin, "as much as the hub takes").toHaveValue("123456789012");
  await pin.fill("4711");
  await proofSheet(ann).getByLabel("Who took it?").fill("Kim");
  // A phone may close the page for its camera.
  await ann.reload();
  await expect(ann.getByText("Goes along: Photo, PIN the recipient says, Kim")).toBeVisible();
  await isReadable(ann, "a proof that goes along");
  await press(ann, "Photo, name, PIN");
  await expect(proofSheet(ann).getByLabel("Who took it?")).toHaveValue("Kim");
  await ann.keyboard.press("Escape");
  await deliver.click();
  await expect(ann.getByRole("status").filter({ hasText: `${order.code} is delivered` })).toBeVisible();
  const proof = async () => (await town.vendor.api.get<Order>(`/orders/${order.id}`)).proof;
  await expect.poll(proof).toMatchObject({ pin: "4711", name: "Kim", photo: expect.any(String) });
  await press(ann, /^Undo/);
  await expect(ann.getByText("Goes along: Photo")).toBeVisible();
  await deliver.click();
  await expect.poll(proof).toMatchObject({ pin: "4711", name: "Kim", photo: expect.any(String) });
});

test("a proof that the hub does not take stays as it was written, and is sent once it is mended", async ({ town, open }) => {
  const ann = await open(town.ann);
  const order = await carried(town, town.ann, TO_THE_DOOR);
  await press(ann, "Photo, name, PIN");
  const name = proofSheet(ann).getByLabel("Who took it?");
  await name.evaluate((input: HTMLInputElement) => input.removeAttribute("maxlength"));
  await name.fill("K".repeat(101));
  await proofSheet(ann).getByRole("button", { name: "Delivered" }).click();
  await expect(proofSheet(ann)).toContainText("must not be longer than 100 characters");
  await expect(name).toHaveValue("K".repeat(101));
  await name.fill("Kim");
  await proofSheet(ann).getByRole("button", { name: "Delivered" }).click();
  await expect.poll(async () => (await town.vendor.api.get<Order>(`/orders/${order.id}`)).proof?.name).toBe("Kim");
});

test("a proof that was refused after it had waited is completed and sent", async ({ town, open, forgive }) => {
  forgive(OFFLINE);
  const ann = await open(town.ann);
  const order = await carried(town, town.ann, TO_THE_DOOR);
  await press(ann, "Photo, name, PIN");
  await ann.context().setOffline(true);
  await expect(ann.getByText("No network.")).toBeVisible();
  const name = proofSheet(ann).getByLabel("Who took it?");
  await name.evaluate((input: HTMLInputElement) => input.removeAttribute("maxlength"));
  await name.fill("K".repeat(101));
  await proofSheet(ann).getByRole("button", { name: "Delivered" }).click();
  await expect(ann.getByRole("region", { name: "Waiting to be sent" })).toBeVisible();
  await ann.context().setOffline(false);
  await ann.getByRole("region", { name: `${order.code}: not everything was accepted` }).getByRole("button", { name: "Add what is missing" }).click();
  await expect(name).toHaveValue("K".repeat(101));
  await name.fill("Kim");
  await proofSheet(ann).getByRole("button", { name: "Delivered" }).click();
  await expect.poll(async () => (await town.vendor.api.get<Order>(`/orders/${order.id}`)).proof?.name).toBe("Kim");
});

test("a glove that taps five times takes one step", async ({ town, open }) => {
  const ann = await open(town.ann);
  const order = await carried(town, town.ann, []);
  const box = await ann.getByRole("button", { name: "Start to the pickup" }).boundingBox();
  const [x, y] = [(box?.x ?? 0) + 100, (box?.y ?? 0) + 30];
  // By the page's own clock, as fast as such taps come: each is on what lies there at that moment.
  await ann.evaluate(
    ([x, y]) =>
      new Promise<void>((done) => {
        let taps = 0;
        const tap = () => {
          document.elementFromPoint(x ?? 0, y ?? 0)?.closest("button")?.click();
          taps += 1;
          if (taps === 5) clearInterval(timer);
          if (taps === 5) done();
        };
        const timer = setInterval(tap, 250);
      }),
    [x, y],
  );
  const next = ann.getByRole("button", { name: "I am at the pickup" });
  await expect(next).toBeEnabled();
  expect((await town.vendor.api.get<Order>(`/orders/${order.id}`)).status).toBe("enroute_to_pickup");
  await next.click();
  await expect(ann.getByRole("button", { name: "Picked up", exact: true })).toBeVisible();
});

test("a panel about a job that somebody else has moved on closes, and says so", async ({ town, open }) => {
  const ann = await open(town.ann);
  const order = await carried(town, town.ann, TO_THE_DOOR);
  await press(ann, "Photo, name, PIN");
  await expect(proofSheet(ann)).toBeVisible();
  await town.admin.api.give(order, ["return", { reason: "The customer cancelled" }]);
  await expect(proofSheet(ann)).toBeHidden();
  await expect(ann.getByText(`${order.code} has moved on meanwhile: On the way back`)).toBeVisible();

  const second = await carried(town, town.bob, []);
  const bob = await open(town.bob);
  await press(bob, "Give back");
  const release = bob.getByRole("dialog", { name: `Give ${second.code} back?` });
  await expect(release).toBeVisible();
  await town.bob.api.give(second, "start", "arrive", "pick_up");
  await expect(release).toBeHidden();
  await expect(bob.getByText(`${second.code} has moved on meanwhile: On the way to the drop-off`)).toBeVisible();
});

test("the last step can be taken back after a reload and in another tab, and nothing else in its place", async ({ town, open }) => {
  const ann = await open(town.ann);
  const order = await carried(town, town.ann, ["start"]);
  const tab = await ann.context().newPage();
  await tab.goto(`${town.base}/driver`);
  await expect(tab.getByRole("button", { name: "I am at the pickup" })).toBeVisible();
  await press(ann, "I am at the pickup");
  const [undo, other] = [ann, tab].map((page) => page.getByRole("button", { name: /^Undo/ }));
  await expect(other!).toBeVisible();
  await ann.reload();
  await expect(undo!).toBeVisible();
  await press(tab, "Picked up");
  await expect(tab.getByText(`${order.code}: picked up`)).toBeVisible();
  // What this tab shows now is the other's step, by its name.
  await expect(ann.getByText(`${order.code}: picked up`)).toBeVisible();
  await undo!.click();
  await expect(ann.getByRole("button", { name: "Picked up", exact: true })).toBeVisible();
  await expect(other!).toBeHidden();
  expect((await town.vendor.api.get<Order>(`/orders/${order.id}`)).status).toBe("arrived_at_pickup");
  await expect(tab.getByText("Everything is sent"), "nothing had to wait").toBeHidden();
  await expect(ann.getByText("Everything is sent")).toBeHidden();
});
