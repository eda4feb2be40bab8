// What this page says, in the language that is spoken.

import { spoken } from "../shared/speak";

export const { offlineWords, words, jobWords, stepWords, shiftWords } = spoken<typeof import("../words/en/driver")>("driver");
