import { sayAll } from "../shared/says";
import { speak } from "../shared/speak";

await speak("track");
const { words } = await import("./words");
document.title = words.gone.title;
sayAll(words);
