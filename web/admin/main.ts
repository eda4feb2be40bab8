import { speak } from "../shared/speak";

// The words first: every module of the page may then use them as if they had always been there.
await speak("admin", "shared");
const [{ show }, { Page }] = await Promise.all([import("../shared/ui/show"), import("./page")]);
show("admin", Page);
