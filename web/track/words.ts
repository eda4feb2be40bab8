// What this page says, in the language that is spoken.

import { spoken } from "../shared/speak";

export const { words } = spoken<typeof import("../words/en/track")>("track");
