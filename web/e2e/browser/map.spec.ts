// The map: by finger, by key and in words; and tiles from where the operator says, and from nowhere else.

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import AxeBuilder from "@axe-core/playwright";
import { ask, connect, next } from "../duty";
import { goTo } from "../steps";
import { expect, type Page, PHONE, test } from "../test";

const ANN_AT = { lat: 52.51, lng: 13.39 };

async function openMap(page: Page) {
  await goTo(page, "Zones");
  const map = page.getByRole("region", { name: "The zones, seen from above" });
  await expect(map.getByRole("button", { name: "Zoom in" })).toBeVisible();
  return map;
}

test("the map shows zones and drivers without any other server, and says them in words", async ({ town, open }) => {
  const page = await open(town.admin);
  const ann = connect(town.ann, "/drivers");
  await next(ann, "sync");
  await ask(ann, "zone.join", { zone: town.zone.id });
  await ask(ann, "driver.location", ANN_AT);
  const map = await openMap(page);
  const places = map.getByRole("list", { name: "On the map" });
  await expect(places).toContainText("Zones: Mitte");
  await expect(places).toContainText("Driver: Ann");
  await expect(map.locator(".map-zone-name")).toHaveText(["Mitte"]);
  const sign = map.locator(".is-driver");
  await expect(sign).toHaveText("Ann");
  const before = await sign.boundingBox();
  await ask(ann, "driver.location", { lat: 52.53, lng: 13.41 });
  await expect(async () => expect((await sign.boundingBox())?.x).toBeGreaterThan(before?.x ?? Infinity)).toPass();
  ann.disconnect();
});

test("the map is worked by keys alone, and by fingers on targets of 44 px", async ({ town, open }) => {
  const page = await open(town.admin, { viewport: PHONE });
  const map = await openMap(page);
  const ground = map.getByRole("application", { name: /Arrow keys move the map/ });
  const name = map.locator(".map-zone-name");
  const at = async () => (await name.boundingBox())?.x ?? NaN;
  await ground.focus();
  const scale = map.getByText(/^[\d.]+ (ft|mi)$/);
  const [first, far] = [await at(), await scale.innerText()];
  await page.keyboard.press("ArrowRight");
  await expect(async () => expect(await at()).toBeLessThan(first)).toPass();
  await page.keyboard.press("+");
  await expect(scale, "nearer, so the same line is less far").not.toHaveText(far);
  for (const label of ["Zoom in", "Zoom out", "Show everything"]) {
    const button = map.getByRole("button", { name: label });
    const size = await button.boundingBox();
    expect(Math.min(size?.width ?? 0, size?.height ?? 0), label).toBeGreaterThanOrEqual(44);
    await page.keyboard.press("Tab");
    await expect(button).toBeFocused();
  }
  await page.keyboard.press("Enter");
  await expect(async () => expect(Math.abs((await at()) - first)).toBeLessThan(2)).toPass();
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).include(".map").analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(", ")}`)).toEqual([]);
  }
});

// A grey square, as a server of tiles would give it.
const TILE = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==", "base64");

const tiled = test.extend<{ tiles: { origin: string; asked: string[] } }>({
  tiles: async ({}, use) => {
    const asked: string[] = [];
    const server: Server = createServer((request, response) => {
      asked.push(request.url ?? "");
      response.writeHead(200, { "Content-Type": "image/png" }).end(TILE);
    });
    await new Promise<void>((listens) => server.listen(0, "127.0.0.1", listens));
    await use({ origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked });
    await new Promise((closed) => server.close(closed));
  },
  hubEnv: async ({ tiles }, use) => use({ WAYPOST_MAP_TILES_URL: `${tiles.origin}/t/{z}/{x}/{y}.png`, WAYPOST_MAP_TILES_ATTRIBUTION: "© <b>the people</b> of Mitte" }),
});

tiled("tiles come from the server that the operator names, and nothing else comes from it", async ({ town, open, tiles, forgive }) => {
  forgive(new RegExp(`request to another origin: ${tiles.origin}/t/|Content Security Policy`));
  const page = await open(town.admin);
  const map = await openMap(page);
  await expect(map.locator("img.leaflet-tile-loaded").first()).toBeVisible();
  expect(tiles.asked.filter((path) => !/^\/t\/\d+\/\d+\/\d+\.png$/.test(path))).toEqual([]);
  await expect(map.getByText("© <b>the people</b> of Mitte")).toBeVisible();
  const reached = await page.evaluate((address) => fetch(address, { mode: "no-cors" }).then(() => true, () => false), `${tiles.origin}/t/0/0/0.png`);
  expect(reached, "pictures, and no other request").toBe(false);
});
