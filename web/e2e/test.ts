// The `test` of all stories: a hub and a town of its own for each, and pages that are watched for what must never happen.

import { test as plain, expect, type BrowserContextOptions, type Page } from "@playwright/test";
import { type Hub, startHub } from "./hub";
import { buildTown, type Person, type Town } from "./town";

export { expect };
export type { Page, Person, Town };

export interface Opened {
  /** What the page complained about: errors in the console, requests to another origin. */
  complaints: string[];
}

interface Fixtures {
  /** What the hub is told beside the usual, by its environment. */
  hubEnv: Record<string, string>;
  hub: Hub;
  town: Town;
  /** Opens somebody's page in a browser of their own. */
  open: (who: Person, options?: BrowserContextOptions) => Promise<Page>;
  /** The same for any address. */
  visit: (address: string, options?: BrowserContextOptions) => Promise<Page>;
  /** Takes the complaints that a story brings about on purpose, such as those of a page without a network. */
  forgive: (pattern: RegExp) => void;
}

export const PHONE = { width: 360, height: 740 };
export const TABLET = { width: 1280, height: 800 };

const HERE = { latitude: 52.515, longitude: 13.39 };

export const test = plain.extend<Fixtures>({
  hubEnv: async ({}, use) => use({}),

  hub: async ({ hubEnv }, use, info) => {
    const hub = await startHub(hubEnv);
    await use(hub);
    await hub.stop();
    expect(hub.log(), "no key and no fault in the log").not.toMatch(/wp_(admin|vendor|driver)_\w+|"level":"ERROR"/);
    expect(hub.log()).not.toContain(hub.adminKey);
    if (info.status !== info.expectedStatus) await info.attach("hub.log", { body: hub.log(), contentType: "text/plain" });
  },

  town: async ({ hub }, use) => use(await buildTown(hub)),

  forgive: async ({}, use, info) => {
    const patterns: RegExp[] = [];
    forgiven.set(info.testId, patterns);
    await use((pattern) => patterns.push(pattern));
  },

  visit: async ({ browser, hub, forgive }, use, info) => {
    void forgive;
    const complaints: string[] = [];
    const contexts: { close(): Promise<void> }[] = [];
    await use(async (address, options = {}) => {
      const context = await browser.newContext({ locale: "en-GB", timezoneId: "Europe/Berlin", reducedMotion: "reduce", viewport: TABLET, ...options });
      contexts.push(context);
      context.on("page", (page) => watch(page, hub.base, complaints));
      await context.addInitScript(() => {
        document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI, sourceFile }) => {
          console.error(`Content Security Policy: ${violatedDirective} ${blockedURI} ${sourceFile}`);
        });
      });
      const page = await context.newPage();
      await page.goto(address);
      return page;
    });
    await Promise.all(contexts.map((context) => context.close()));
    const patterns = forgiven.get(info.testId) ?? [];
    const left = complaints.filter((complaint) => !patterns.some((pattern) => pattern.test(complaint)));
    expect(left, "no page complained and none asked another origin for anything").toEqual([]);
  },

  open: async ({ visit }, use) => {
    await use(async (who, options = {}) => {
      const isDriver = who.link.includes("/driver#");
      const usual = isDriver ? { viewport: PHONE, geolocation: HERE, permissions: ["geolocation"] } : { viewport: TABLET };
      const page = await visit(who.link, { ...usual, ...options });
      // The page takes its key out of the address once it has kept it: from then on another tab is signed in too.
      await page.waitForURL((url) => !url.hash);
      return page;
    });
  },
});

const forgiven = new Map<string, RegExp[]>();

function watch(page: Page, base: string, complaints: string[]): void {
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(`console: ${message.text()} ${message.location().url}`);
  });
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(base) && !/^(data|blob):/.test(url)) complaints.push(`request to another origin: ${url}`);
  });
  page.on("websocket", (socket) => {
    if (!socket.url().startsWith(base.replace("http", "ws"))) complaints.push(`socket to another origin: ${socket.url()}`);
  });
}
