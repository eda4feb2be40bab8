// Deutsch: was eine Karte sagt.

import type * as English from "../en/map";

export const mapWords: typeof English.mapWords = {
  zoomIn: "Vergrößern",
  zoomOut: "Verkleinern",
  all: "Alles zeigen",
  pickHere: "Markierung beim Kreuz setzen",
  pickHelp: "Tippen Sie auf den Ort, oder schieben Sie die Karte, bis er unter dem Kreuz liegt.",
  moveHelp: "Pfeiltasten verschieben die Karte, Plus und Minus vergrößern und verkleinern sie.",
  pickKeys: "Pfeiltasten verschieben die Karte, Plus und Minus vergrößern und verkleinern sie, die Eingabetaste setzt die Markierung beim Kreuz.",
  failed: "Die Karte konnte nicht geladen werden. Was auf ihr zu sehen wäre, steht hier.",
  loading: "Karte wird geladen",
  nothing: "Auf der Karte gibt es noch nichts zu sehen.",
  on: "Auf der Karte",
  zones: (names) => `Zonen: ${names}`,
  pin: { pickup: (label) => `Abholung: ${label}`, dropoff: (label) => `Ziel: ${label}` },
  driver: (name) => `Fahrer: ${name}`,
  driverQuiet: (name) => `Fahrer: ${name}, seit einer Weile nicht erreichbar`,
  me: "Sie sind hier",
  you: "Sie",
  away: { pickup: (what, distance) => `${what}, ${distance} von der Abholung entfernt`, dropoff: (what, distance) => `${what}, ${distance} vom Ziel entfernt` },
};
