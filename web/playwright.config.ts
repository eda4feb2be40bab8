import { defineConfig } from "@playwright/test";

// The hub's own pages are tested, in Debian's Chromium or the one that CHROMIUM_PATH names; nothing is downloaded.
const CHROMIUM = process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium";

export default defineConfig({
  testDir: "e2e",
  outputDir: "e2e/output/failures",
  fullyParallel: true,
  workers: 2,
  retries: 0,
  forbidOnly: !!process.env["CI"],
  timeout: 90_000,
  expect: { timeout: 15_000 },
  reporter: [["list"]],
  projects: [
    { name: "node", testMatch: "node/*.spec.ts" },
    {
      name: "browser",
      testMatch: "browser/*.spec.ts",
      use: {
        browserName: "chromium",
        trace: "off",
        screenshot: "only-on-failure",
        actionTimeout: 15_000,
        launchOptions: {
          executablePath: CHROMIUM,
          args: [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
          ],
        },
      },
    },
  ],
});
