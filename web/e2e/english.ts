// What the English books say, to be looked for where another language is spoken.

import * as admin from "../words/en/admin";
import * as driver from "../words/en/driver";
import * as landing from "../words/en/landing";
import * as map from "../words/en/map";
import * as shared from "../words/en/shared";
import * as track from "../words/en/track";
import * as vendor from "../words/en/vendor";
import * as deAdmin from "../words/de/admin";
import * as deDriver from "../words/de/driver";
import * as deLanding from "../words/de/landing";
import * as deMap from "../words/de/map";
import * as deShared from "../words/de/shared";
import * as deTrack from "../words/de/track";
import * as deVendor from "../words/de/vendor";

const ENGLISH = { admin, driver, landing, map, shared, track, vendor };
const GERMAN = { admin: deAdmin, driver: deDriver, landing: deLanding, map: deMap, shared: deShared, track: deTrack, vendor: deVendor };

/** Below this a piece could be a name, or a word that two languages share. */
const CHARS_MIN = 8;

/** Every piece of text in a book: sentences whole, and of those with gaps what stands between the gaps. */
function piecesOf(words: unknown): string[] {
  if (typeof words === "string") return [words];
  if (typeof words === "function") {
    const gaps = Array.from({ length: words.length }, () => GAP);
    return said(() => (words as (...gaps: string[]) => unknown)(...gaps)).flatMap((text) => text.split(GAP));
  }
  // Reasons are chosen and kept: an order that was cancelled in English stays so.
  return typeof words === "object" && words ? Object.entries(words).flatMap(([name, value]) => (/Reasons$/.test(name) ? [] : piecesOf(value))) : [];
}

const GAP = "\u0000";

function said(say: () => unknown): string[] {
  try {
    const text = say();
    return typeof text === "string" ? [text] : [];
  } catch {
    return [];
  }
}

const german = new Set(piecesOf(GERMAN).map((piece) => piece.trim()));

/** Two words or more that no German book says. */
const sentences = [...new Set(piecesOf(ENGLISH).map((piece) => piece.trim()))].filter(
  (piece) => piece.length >= CHARS_MIN && /\p{L}{2,} \p{L}{2,}/u.test(piece) && !german.has(piece),
);

/** The English sentences in a text. */
export function englishIn(text: string): string[] {
  return sentences.filter((sentence) => new RegExp(`(?<!\\p{L})${escaped(sentence)}(?!\\p{L})`, "u").test(text));
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
