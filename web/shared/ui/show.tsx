import { type ComponentType, render } from "preact";
import type { PageRole } from "../key";
import { signInWords } from "../words";

/** Puts a page on the screen, under its name in the language that is spoken. */
export function show(role: PageRole, Page: ComponentType): void {
  document.title = `${signInWords.title[role]} · Waypost`;
  const place = document.getElementById("page");
  if (place) render(<Page />, place);
}
