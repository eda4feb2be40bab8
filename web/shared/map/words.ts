// What a map says. Loaded with it: a page that shows no map does not carry its words.

import { spoken } from "../speak";

export type MapWords = typeof import("../../words/en/map").mapWords;

/** To be asked for once the book was loaded. */
export function mapWords(): MapWords {
  return spoken<{ mapWords: MapWords }>("map").mapWords;
}
