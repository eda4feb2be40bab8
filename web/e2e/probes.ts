// What must hold of any page in any state, each looked at in the browser itself.

import AxeBuilder from "@axe-core/playwright";
import type { Locator } from "@playwright/test";
import { expect, type Page } from "./test";

const STANDARD = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"];

/** A phone; a tablet at 200 %; a tablet at 400 %, which is as narrow as the standard asks for. */
const WIDTHS_PX = [640, 360, 320];
const TARGET_PX_MIN = 44;

/** All that can be seen without pressing anything. */
export async function holdsEverywhere(page: Page, what: string): Promise<void> {
  expect(await page.evaluate(tooSmall, TARGET_PX_MIN), `${what}: what can be pressed is large enough for a finger`).toEqual([]);
  expect(await movingOn(page), `${what}: nothing moves for whoever asked for less of it`).toEqual([]);
  await isReadable(page, what);
  await reflows(page, what);
}

/** What moves, or would. */
export function movingOn(page: Page): Promise<string[]> {
  return page.evaluate(moving);
}

/** Nothing serious; only colours differ in the dark. */
export async function isReadable(page: Page, what: string): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    // Without frames there is nothing to gather in a page of its own, which takes longer than the look itself.
    const axe = new AxeBuilder({ page }).setLegacyMode(true);
    const { violations } = await (colorScheme === "light" ? axe.withTags(STANDARD) : axe.withRules(["color-contrast"])).analyze();
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`);
    expect(found, `${what} in the ${colorScheme} theme`).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: "light" });
}

/** Never scrolls sideways, however narrow, and nothing is pushed out at the side. */
export async function reflows(page: Page, what: string): Promise<void> {
  const before = page.viewportSize() ?? { width: 1280, height: 800 };
  for (const width of WIDTHS_PX) {
    await page.setViewportSize({ width, height: 740 });
    expect(await page.evaluate(sideways), `${what} at ${width} px`).toEqual([]);
  }
  await page.setViewportSize(before);
}

/** Every control is reached with Tab, shows that it is, and is not hidden beneath something else. */
export async function isWorkedByKeys(page: Page, what: string): Promise<void> {
  const wanted = await page.evaluate(controls);
  const reached = new Set<string>();
  const faults = new Set<string>();
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  // Twice as often as there are controls: the browser itself may take some, and a scrolling part is a stop too.
  for (let presses = 0; presses < 2 * wanted.length + 10 && reached.size < wanted.length; presses++) {
    await page.keyboard.press("Tab");
    const { name, fault } = await page.evaluate(focused);
    if (wanted.includes(name)) reached.add(name);
    if (fault) faults.add(`${name}: ${fault}`);
  }
  expect(wanted.filter((name) => !reached.has(name)), `${what}: not reached with Tab`).toEqual([]);
  expect([...faults], `${what}: focus`).toEqual([]);
}

/** A panel opened from the keyboard takes the focus, keeps it, closes with Escape and gives the focus back. */
export async function trapsFocus(page: Page, opener: Locator, what: string, within?: (panel: Locator) => Promise<void>): Promise<void> {
  await opener.focus();
  await page.keyboard.press("Enter");
  const panel = page.getByRole("dialog").last();
  await expect(panel).toBeVisible();
  const inside = () => page.evaluate(() => !!document.activeElement?.closest("dialog[open]") || document.activeElement === document.body);
  expect(await inside(), `${what} takes the focus`).toBe(true);
  const stops = await page.evaluate(controls);
  for (let presses = 0; presses < stops.length + 3; presses++) {
    await page.keyboard.press("Tab");
    expect(await inside(), `${what} keeps the focus`).toBe(true);
  }
  await within?.(panel);
  await page.keyboard.press("Escape");
  await expect(panel).toBeHidden();
  await expect(opener, `${what} gives the focus back`).toBeFocused();
}

/** Everything that a page says, in sight or to a screen reader. */
export function saidOn(page: Page): Promise<string> {
  return page.evaluate(() => {
    const attributes = ["aria-label", "placeholder", "title", "alt", "aria-valuetext"];
    const named = [...document.querySelectorAll("*")].flatMap((element) => attributes.map((name) => element.getAttribute(name) ?? ""));
    return [document.title, document.body.innerText, document.body.textContent, ...named].filter(Boolean).join("\n").replace(/\s+/g, " ");
  });
}

// The rest runs in the page, so each function stands alone.

function tooSmall(least_px: number): string[] {
  const top = [...document.querySelectorAll("dialog[open]")].at(-1) ?? document;
  const all = [...top.querySelectorAll<HTMLElement>('a[href], button, input, select, textarea, summary, [role="button"], [role="switch"]')];
  return all.flatMap((element) => {
    if (!element.checkVisibility({ visibilityProperty: true }) || element.closest("[inert]")) return [];
    // A box or a dot is pressed through its label.
    const { type } = element as HTMLInputElement;
    const target = type === "checkbox" || type === "radio" ? (element.closest("label") ?? element) : element;
    const { width, height } = target.getBoundingClientRect();
    if (width === 0 && height === 0) return [];
    // The standard's own exception: a link in a line of text is as high as the line.
    const isInline = getComputedStyle(element).display === "inline" && element.tagName === "A";
    if (isInline && element.parentElement?.textContent?.trim() !== element.textContent?.trim()) return [];
    // Half a pixel is lost in rounding.
    if (width >= least_px - 0.5 && height >= least_px - 0.5) return [];
    return [`${element.outerHTML.slice(0, 120)} is ${Math.round(width)} × ${Math.round(height)}`];
  });
}

function moving(): string[] {
  const longest_s = (list: string) => Math.max(...list.split(",").map((one) => parseFloat(one) * (one.trim().endsWith("ms") ? 0.001 : 1)));
  return [...document.querySelectorAll("*")].flatMap((element) => {
    const moves = ["", "::before", "::after"].some((part) => {
      const { animationName, animationDuration, transitionDuration, scrollBehavior } = getComputedStyle(element, part);
      const animates = animationName !== "none" && longest_s(animationDuration) > 0.01;
      return animates || longest_s(transitionDuration) > 0.01 || scrollBehavior === "smooth";
    });
    return moves ? [element.outerHTML.slice(0, 100)] : [];
  });
}

function sideways(): string[] {
  const { scrollWidth, clientWidth } = document.documentElement;
  const wide = [...document.querySelectorAll<HTMLElement>("main, header, nav, dialog[open], dialog[open] *")].filter((element) => {
    const { overflowX } = getComputedStyle(element);
    return element.checkVisibility() && element.scrollWidth > element.clientWidth + 1 && (overflowX === "auto" || overflowX === "scroll");
  });
  const found = wide.map((element) => `scrolls sideways: ${element.outerHTML.slice(0, 100)}`);
  return scrollWidth > clientWidth ? [`the page is ${scrollWidth} px wide`, ...found] : found;
}

function controls(): string[] {
  const top = [...document.querySelectorAll("dialog[open]")].at(-1) ?? document;
  const all = [...top.querySelectorAll<HTMLElement>('a[href], button, input, select, textarea, summary, [tabindex]:not([tabindex="-1"])')];
  const names = all.flatMap((element) => {
    const { disabled, type, name, checked } = element as HTMLInputElement;
    const isOut = disabled || element.tabIndex < 0 || !element.checkVisibility({ visibilityProperty: true }) || !!element.closest("[inert]");
    // Arrow keys go through a group of dots; Tab stops once.
    const others = type === "radio" ? [...top.querySelectorAll<HTMLInputElement>(`input[type=radio][name="${name}"]`)] : [];
    const isPassed = type === "radio" && !checked && (others.some((one) => one.checked) || others[0] !== element);
    if (isOut || isPassed) return [];
    element.dataset["stop"] ??= String((document.body.dataset["stops"] = String(Number(document.body.dataset["stops"] ?? 0) + 1)));
    return [`${element.dataset["stop"]} ${element.outerHTML.replace(/ data-stop="\d+"/, "").slice(0, 90)}`];
  });
  return names;
}

function focused(): { name: string; fault: string | null } {
  const element = document.activeElement as HTMLElement | null;
  if (!element || element === document.body) return { name: "", fault: null };
  const name = `${element.dataset["stop"] ?? ""} ${element.outerHTML.replace(/ data-stop="\d+"/, "").slice(0, 90)}`;
  const shows = (one: Element | null) => {
    if (!one) return false;
    const { outlineStyle, outlineWidth } = getComputedStyle(one);
    return outlineStyle !== "none" && parseFloat(outlineWidth) >= 1;
  };
  const label = element.closest("label");
  const target = label ?? element;
  const { left, top, right, bottom } = target.getBoundingClientRect();
  const points = [0.1, 0.5, 0.9].flatMap((x) => [0.2, 0.5, 0.8].map((y) => [left + (right - left) * x, top + (bottom - top) * y] as const));
  const isSeen = points.some(([x, y]) => {
    const hit = document.elementFromPoint(x, y);
    return !!hit && (target.contains(hit) || hit.contains(target));
  });
  const fault = !shows(element) && !shows(label) ? "does not show" : isSeen ? null : "is hidden beneath something";
  return { name, fault };
}
