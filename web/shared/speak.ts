// The language that the pages speak. A language is a folder of `words`, found by its name; nothing else names it.
//
// A page's first module waits for [`speak`] before it loads the rest, so that everywhere else words are plain values.

/** A file of words: one for each page, and some for what several pages say. */
export type Book = "shared" | "refusals" | "map" | "vendor" | "driver" | "admin" | "track" | "landing";

/** Spoken where a browser asks for none that there is. Every other language says exactly what this one says. */
export const FIRST_LANGUAGE = "en";

const PLACE = "waypost.language";
const files = import.meta.glob<object>("../words/*/*.ts");
const known = new Map<Book, object>();

/** The codes of the languages there are, `de` for example. */
export const languages: readonly string[] = [...new Set(Object.keys(files).map((path) => path.split("/").at(-2) ?? ""))].sort();

/** The one chosen on this browser, or else the first of the browser's own that there is. */
export function language(): string {
  const wanted = [chosen(), ...(globalThis.navigator?.languages ?? [])];
  const short = wanted.map((tag) => tag?.toLowerCase().split("-")[0] ?? "");
  return short.find((code) => languages.includes(code)) ?? FIRST_LANGUAGE;
}

/** Speaks it from now on: the page is loaded anew. */
export function chooseLanguage(code: string): void {
  try {
    localStorage.setItem(PLACE, code);
  } catch {
    // A browser that forbids storage goes on in its own language.
  }
  location.reload();
}

/** What a language calls itself: `Deutsch`. */
export function languageName(code: string): string {
  const name = new Intl.DisplayNames([code], { type: "language" }).of(code) ?? code;
  return name.charAt(0).toLocaleUpperCase(code) + name.slice(1);
}

/** Loads the words of these books. To be awaited before anything that uses them is imported. */
export async function speak(...books: Book[]): Promise<void> {
  const code = language();
  if (globalThis.document) document.documentElement.lang = code;
  await Promise.all(books.map(async (book) => known.set(book, await load(code, book))));
}

/** The words of a book that [`speak`] has loaded. */
export function spoken<T extends object>(book: Book): T {
  const words = known.get(book);
  if (!words) throw new Error(`the words of "${book}" are used before they are loaded`);
  return words as T;
}

async function load(code: string, book: Book): Promise<object> {
  const file = files[`../words/${code}/${book}.ts`] ?? files[`../words/${FIRST_LANGUAGE}/${book}.ts`];
  if (!file) throw new Error(`no language has the words of "${book}"`);
  return file();
}

function chosen(): string | null {
  try {
    return localStorage.getItem(PLACE);
  } catch {
    return null;
  }
}
