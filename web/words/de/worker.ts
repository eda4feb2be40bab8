// Deutsch: was die Hinweise auf dem Sperrbildschirm sagen.

import type * as English from "../en/worker";

export const pushWords: typeof English.pushWords = {
  offer: (vendor) => `Neues Angebot: ${vendor}`,
  away: (distance) => `${distance} von der Abholung bis zur Lieferung`,
  packages: (n) => `${n} Pakete`,
  assigned: (code, vendor) => `${code} gehört Ihnen: ${vendor}`,
  unassigned: (code, vendor) => `${code} gehört nicht mehr Ihnen: ${vendor}`,
  message: (from, code) => `${from}, ${code}`,
  arrived: (driver, code) => `${driver} ist da und holt ${code}`,
  problem: (code) => `Ein Problem mit ${code}`,
  expired: (code) => `Kein Fahrer hat ${code} genommen`,
  expiredText: "Bieten Sie es noch einmal an, oder rufen Sie die Disposition an.",
  ended: (code) => `Das Angebot ${code} ist vorbei`,
  open: "Öffnen",
  renewTitle: "Waypost einmal öffnen",
  renewTexts: {
    "/driver": "Das Telefon hat seine Adresse für Hinweise gewechselt. Sobald Sie die Seite geöffnet haben, erreichen Angebote Sie wieder.",
    "/vendor": "Der Browser hat seine Adresse für Mitteilungen gewechselt. Sie kommen wieder an, sobald Sie die Seite geöffnet haben.",
  },
};
