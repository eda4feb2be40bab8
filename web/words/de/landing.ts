// Deutsch: was die erste Seite sagt.

import type * as English from "../en/landing";

export const words: typeof English.words = {
  claim: "Fertige Bestellungen finden einen Fahrer, genau einen, und alle sehen dabei zu.",
  doors: "Seiten",
  vendor: { title: "Laden", text: "Bestellungen aufgeben, fertig melden, unterwegs verfolgen" },
  driver: { title: "Fahrer", text: "In Zonen gehen, ein Angebot annehmen, ausliefern" },
  admin: { title: "Disposition", text: "Alle Bestellungen, Fahrer und Zonen, live" },
  signIn: "Angemeldet wird mit dem Link, den Sie bekommen haben. Sie schreiben ein eigenes Programm? Lesen Sie die",
  api: "API",
};
