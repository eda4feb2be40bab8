// What people do on the pages, in the words of the pages.

import { expect, type Locator, type Page } from "@playwright/test";

/** Fills the vendor's form with one dish and submits it; gives the code that the hub spoke. */
export async function submitOrder(page: Page, dish: string, { ready = false } = {}): Promise<string> {
  await page.getByRole("button", { name: "New order" }).click();
  const form = page.getByRole("dialog", { name: "New order" });
  await form.getByLabel("Item 1").fill(dish);
  await form.getByLabel("Address").fill("2 Side Street");
  await form.getByLabel("Name", { exact: true }).fill("Kim");
  await form.getByLabel("Phone").fill("+49 30 555 030");
  await form.getByLabel("Instructions for the driver").fill("3rd floor, the bell says Kim");
  if (ready) await form.getByRole("radio", { name: "Ready now" }).check();
  await form.getByRole("button", { name: /^Submit/ }).click();
  await expect(form).toBeHidden();
  return codeOf(page.getByRole("article").filter({ hasText: dish }));
}

/** The code that stands on a card. */
export async function codeOf(card: Locator): Promise<string> {
  const code = (await card.getAttribute("aria-label")) ?? "";
  expect(code).toMatch(/^[A-HJ-NP-Z2-9]{4,6}/);
  return code;
}

/** The vendor's card of an order. */
export function cardOf(page: Page, code: string): Locator {
  return page.getByRole("article", { name: code });
}

/** A driver's card of an offer, or his job. */
export function offerOf(page: Page, code: string): Locator {
  return page.getByRole("article", { name: new RegExp(`^${code},`) });
}

export async function goOnDuty(page: Page, zone: string): Promise<void> {
  await page.getByRole("switch", { name: zone }).click();
  await expect(page.getByText(`On duty in ${zone}`)).toBeVisible();
}

/** The dispatcher's row of an order. */
export function rowOf(page: Page, code: string): Locator {
  return page.getByRole("region", { name: "Orders" }).getByRole("button", { name: new RegExp(`^${code}`) });
}

export async function openOrder(page: Page, code: string): Promise<Locator> {
  await rowOf(page, code).click();
  const panel = page.getByRole("complementary", { name: `Order ${code}` });
  await expect(panel).toBeVisible();
  return panel;
}

export async function goTo(page: Page, view: "Orders" | "Drivers" | "Zones" | "Vendors" | "Keys"): Promise<void> {
  await page.getByRole("navigation", { name: "Pages" }).getByRole("button", { name: view }).click();
}

/** Chooses one of the reasons that a panel offers, and gives it. */
export async function giveReason(page: Page, reason: string, button: string): Promise<void> {
  const panel = page.getByRole("dialog").filter({ has: page.getByRole("radio", { name: reason }) }).last();
  await panel.getByRole("radio", { name: reason }).check();
  await panel.getByRole("button", { name: button, exact: true }).click();
  await expect(panel).toBeHidden();
}

/** The head of a panel about an order: its code and its status. */
export function titleOf(panel: Locator, code: string): Locator {
  return panel.getByRole("heading", { name: new RegExp(`^${code}`) });
}
