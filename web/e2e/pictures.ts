// Pictures of pages, on a phone and on a tablet, light and dark: into e2e/output/, to be looked at.

import { mkdir } from "node:fs/promises";
import { type Page, PHONE, TABLET } from "./test";

export const FOLDER = "e2e/output";

/** One state in both themes, as large as the page is at the moment. */
export async function picture(page: Page, name: string): Promise<void> {
  const wide = (page.viewportSize()?.width ?? 0) > 600 ? 1280 : 360;
  await mkdir(FOLDER, { recursive: true });
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: `${FOLDER}/${name}-${wide}-${colorScheme}.png`, animations: "disabled" });
  }
  await page.emulateMedia({ colorScheme: "light" });
}

/** On a phone and on a tablet. */
export async function both(page: Page, name: string): Promise<void> {
  for (const size of [PHONE, TABLET]) {
    await page.setViewportSize(size);
    await picture(page, name);
  }
}
