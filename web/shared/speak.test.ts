import { expect, test } from "vitest";
import { FIRST_LANGUAGE, language, languageName, languages } from "./speak";

const books = import.meta.glob<Record<string, unknown>>("../words/*/*.ts", { eager: true });

/** Every place in a book where something is said, as `words.columns.looking`. */
function places(words: unknown, at = ""): string[] {
  if (typeof words !== "object" || words === null || Array.isArray(words)) return [`${at}: ${Array.isArray(words) ? "list" : typeof words}`];
  return Object.entries(words).flatMap(([name, value]) => places(value, at ? `${at}.${name}` : name));
}

const others = Object.keys(books).filter((path) => !path.includes(`/${FIRST_LANGUAGE}/`));

test.each(others)("%s says everything that the first language says, and nothing else", (path) => {
  const first = books[path.replace(/words\/\w+\//, `words/${FIRST_LANGUAGE}/`)];
  expect(places(books[path]).sort()).toEqual(places(first).sort());
});

test.each(languages)("every language has every book: %s", (code) => {
  const booksOf = (one: string) => Object.keys(books).filter((path) => path.includes(`/${one}/`)).map((path) => path.split("/").at(-1));
  expect(booksOf(code).sort()).toEqual(booksOf(FIRST_LANGUAGE).sort());
});

test("a language that is not there is answered in the first one", () => {
  expect(languages).toContain(FIRST_LANGUAGE);
  expect(language()).toBe(FIRST_LANGUAGE);
  expect(languageName("de")).toBe("Deutsch");
});
