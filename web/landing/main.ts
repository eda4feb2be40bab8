import { speak, spoken } from "../shared/speak";
import type { words as English } from "../words/en/landing";

// The page is there without this script, in the first language; the script says it in the reader's.
await speak("landing");
const { words } = spoken<{ words: typeof English }>("landing");
for (const element of document.querySelectorAll<HTMLElement>("[data-says]")) {
  const [first, second] = (element.dataset["says"] ?? "").split(".");
  const said = words[first as keyof typeof words];
  element.textContent = typeof said === "string" ? said : (said?.[second as keyof typeof said] ?? element.textContent);
}
