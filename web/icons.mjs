// Draws `public/icons` from `public/favicon.svg`: `npm run icons`, after the favicon was changed. What it draws is committed,
// so that a build needs no browser.

import { readFile, writeFile } from "node:fs/promises";
import { chromium } from "@playwright/test";

const SVG = await readFile("public/favicon.svg", "utf8");
const GROUND = "#0b5551";
/** The whole of the mark, without its ground. */
const MARK = SVG.replace(/<rect[^>]*\/>/, "");

/**
 * `ground` is what is behind the mark, up to the edge: systems cut their own shape out of it. `mark` is how much of the
 * edge's length the mark takes.
 */
const ICONS = [
  { name: "192", size_px: 192, svg: SVG },
  { name: "512", size_px: 512, svg: SVG },
  { name: "maskable", size_px: 512, svg: MARK, ground: GROUND, mark: 0.78 },
  { name: "apple-touch-icon", size_px: 180, svg: MARK, ground: GROUND, mark: 0.92 },
  // Android takes only the shape of it.
  { name: "badge", size_px: 96, svg: MARK.replace("#f2b94b", "#fff") },
];

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
const page = await browser.newPage();
for (const { name, size_px, svg, ground = "transparent", mark = 1 } of ICONS) {
  await page.setViewportSize({ width: size_px, height: size_px });
  const inner_px = Math.round(size_px * mark);
  await page.setContent(
    `<style>*{margin:0}body{display:grid;place-items:center;height:100vh;background:${ground}}svg{width:${inner_px}px}</style>${svg}`,
  );
  await writeFile(`public/icons/${name}.png`, await page.screenshot({ omitBackground: true }));
}
await browser.close();
