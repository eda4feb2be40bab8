// What this page says, in the language that is spoken.

import { spoken } from "../shared/speak";

export const { words, actionWords, peopleWords, zoneWords, keyWords } = spoken<typeof import("../words/en/admin")>("admin");
