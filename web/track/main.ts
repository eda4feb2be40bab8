import { speak } from "../shared/speak";

// The words first: every module of the page may then use them as if they had always been there.
await speak("track", "shared");
const { start } = await import("./page");
start();
