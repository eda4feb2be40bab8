// What this page says, in the language that is spoken.

import { spoken } from "../shared/speak";

export const { words, formWords, leaveWords, problemWords, detailWords, toolWords } = spoken<typeof import("../words/en/vendor")>("vendor");
