// Tests use the modules of pages, so the words are loaded before each file of them.

import { speak } from "./speak";

await speak("shared", "map", "vendor", "driver", "admin", "track");
