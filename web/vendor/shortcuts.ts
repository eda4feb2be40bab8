// Single keys for what is done most, unless somebody types or dictates.

import { panels } from "../shared/ui/toasts";
import { open, session, shortcuts } from "./state";

const KEYS: Readonly<Record<string, () => void>> = {
  n: () => (open.value = { what: "form" }),
  "/": () => (open.value = { what: "search" }),
};

window.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || event.repeat) return;
  if (!shortcuts.peek() || !session.door.peek().open || panels.peek().length > 0) return;
  if (event.target instanceof HTMLElement && event.target.closest("input, textarea, select, [contenteditable]")) return;
  const act = KEYS[event.key.toLowerCase()];
  if (!act) return;
  event.preventDefault();
  act();
});
