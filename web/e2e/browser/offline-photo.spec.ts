// A photo of a delivery: taken without a network, sent when there is one, seen by those who may see it.

import { goTo, openOrder } from "../steps";
import { isReadable } from "../probes";
import { expect, type Page, test } from "../test";
import type { Order } from "../../shared/protocol";

const OFFLINE = /ERR_INTERNET_DISCONNECTED|ERR_NETWORK_CHANGED|WebSocket connection|Failed to load resource/;

/** What a camera writes: a picture larger than it has to be, and where it was taken. */
async function cameraPhoto(page: Page, width: number, height: number): Promise<Buffer> {
  const drawn = await page.evaluate(
    ([width, height]) => {
      const canvas = Object.assign(document.createElement("canvas"), { width, height });
      const pen = canvas.getContext("2d");
      for (let at = 0; pen && at < 4000; at++) {
        pen.fillStyle = `hsl(${(at * 37) % 360} 60% 50%)`;
        pen.fillRect((at * 97) % (width ?? 1), (at * 61) % (height ?? 1), 90, 60);
      }
      return canvas.toDataURL("image/jpeg", 0.95).split(",")[1] ?? "";
    },
    [width, height],
  );
  const jpeg = Buffer.from(drawn, "base64");
  // TIFF: one entry that points to the place, and in there "north".
  const tiff = Buffer.from("49492a0008000000010025880400010000001a00000000000000" + "0100010002000200000" + "04e00000000000000", "hex");
  const exif = Buffer.concat([Buffer.from("Exif\0\0"), tiff]);
  const head = Buffer.from([0xff, 0xe1, (exif.length + 2) >> 8, (exif.length + 2) & 0xff]);
  return Buffer.concat([jpeg.subarray(0, 2), head, exif, jpeg.subarray(2)]);
}

test("a photo is taken at the door without a network, survives a reload, and is seen by vendor and dispatcher only", async ({ town, open, forgive }) => {
  forgive(OFFLINE);
  const ann = await open(town.ann);
  const order = await town.vendor.api.submit("Ramen", { ready: true, dropoff: { address: "2 Side Street" } });
  await town.admin.api.give(order, ["assign", { driver_id: town.ann.id }]);
  await town.ann.api.give(order, "start", "arrive", "pick_up", "arrive");
  await expect(ann.getByRole("button", { name: "Delivered" })).toBeVisible();
  await ann.evaluate(async () => void (await navigator.serviceWorker.ready));
  await expect.poll(() => ann.evaluate(() => navigator.serviceWorker.controller?.state)).toBe("activated");

  await ann.context().setOffline(true);
  await expect(ann.getByText("No network.")).toBeVisible();
  await ann.getByRole("button", { name: "Photo, name, PIN" }).click();
  const sheet = ann.getByRole("dialog", { name: "Proof of delivery" });
  const camera = sheet.locator("input[type=file]");
  await camera.setInputFiles({ name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("no picture") });
  await expect(sheet.getByText("could not be read as a photo")).toBeVisible();
  const taken = await cameraPhoto(ann, 2400, 1800);
  expect(taken.includes("Exif")).toBe(true);
  await camera.setInputFiles({ name: "door.jpg", mimeType: "image/jpeg", buffer: taken });
  const preview = sheet.getByRole("img", { name: "Your photo of the delivery" });
  await expect(preview).toBeVisible();
  await isReadable(ann, "a proof with a photo");
  await sheet.getByRole("button", { name: "Remove the photo" }).click();
  await expect(preview).toBeHidden();
  await camera.setInputFiles({ name: "door.jpg", mimeType: "image/jpeg", buffer: taken });
  await expect(preview).toBeVisible();

  // The camera's app is large: a phone may close the page for it.
  await ann.reload();
  await ann.getByRole("button", { name: "Photo, name, PIN" }).click();
  await expect(preview).toBeVisible();
  expect(await preview.evaluate((image: HTMLImageElement) => image.decode().then(() => [image.naturalWidth, image.naturalHeight]))).toEqual([1600, 1200]);
  await sheet.getByLabel("Who took it?").fill("Kim");
  await sheet.getByRole("button", { name: "Delivered" }).click();
  const waiting = ann.getByRole("region", { name: "Waiting to be sent" });
  await expect(waiting).toContainText("Delivered with photo at");
  await ann.context().setOffline(false);
  await expect(ann.getByText("Everything is sent")).toBeVisible();

  const { proof } = await town.admin.api.get<Order>(`/orders/${order.id}`);
  expect(proof?.name).toBe("Kim");
  const image = (key: string) =>
    fetch(`${town.base}/api/v1/orders/${order.id}/photos/${proof?.photo}`, { headers: { Authorization: `Bearer ${key}` } });
  const seen = await image(town.vendor.key);
  expect([seen.status, seen.headers.get("content-type")]).toEqual([200, "image/jpeg"]);
  expect(Buffer.from(await seen.arrayBuffer()).includes("Exif")).toBe(false);
  expect((await image(town.ann.key)).status).toBe(403);
  const admin = await open(town.admin);
  await goTo(admin, "Orders");
  await admin.getByRole("radio", { name: /^Done/ }).check();
  const panel = await openOrder(admin, order.code);
  await expect(panel.getByRole("img", { name: "Photo of the delivery" })).toBeVisible();
});
