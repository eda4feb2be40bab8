import { sayAll } from "../shared/says";
import { speak, spoken } from "../shared/speak";
import type { words as English } from "../words/en/landing";

// The page is there without this script, in the first language; the script says it in the reader's.
await speak("landing");
sayAll(spoken<{ words: typeof English }>("landing").words);
