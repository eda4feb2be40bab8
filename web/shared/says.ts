// Pages that are there without a script, in the first language: each element names the words that it says.

/** Says everything on the page in these words. An element's `data-says` is `claim` or `vendor.title`. */
export function sayAll(words: object): void {
  for (const element of document.querySelectorAll<HTMLElement>("[data-says]")) {
    const path = (element.dataset["says"] ?? "").split(".");
    const said = path.reduce<unknown>((at, name) => (typeof at === "object" && at !== null ? (at as Record<string, unknown>)[name] : undefined), words);
    if (typeof said === "string") element.textContent = said;
  }
}
