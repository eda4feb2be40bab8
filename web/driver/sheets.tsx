import { signal } from "@preact/signals";
import { later } from "../shared/ui/later";
import { Sheet } from "../shared/ui/sheet";
import { shiftWords as words } from "./words";

const failed = () => words.notLoaded;
const Day = later(() => import("./day").then((part) => part.Day), failed, "ahead");
const Checks = later(() => import("./checklist").then((part) => part.Checks), failed, "ahead");
const Menu = later(() => import("./menu").then((part) => part.Menu), failed, "ahead");
const Leave = later(() => import("./menu").then((part) => part.Leave), failed, "ahead");
const PauseSheet = later(() => import("./pause-sheet").then((part) => part.PauseSheet), failed, "ahead");
const PreferencesSheet = later(() => import("../shared/ui/preferences").then((part) => part.PreferencesSheet), failed, "ahead");

/** What lies over the page, beside the sheets of a job. */
export const sheet = signal<"menu" | "day" | "phone" | "display" | "pause" | "leave" | null>(null);

const close = () => (sheet.value = null);

export function Sheets() {
  switch (sheet.value) {
    case "menu":
      return <Menu />;
    case "day":
      return (
        <Sheet title={words.day.title} onClose={close}>
          <Day />
        </Sheet>
      );
    case "phone":
      return (
        <Sheet title={words.check.title} onClose={close}>
          <Checks />
        </Sheet>
      );
    case "display":
      return <PreferencesSheet melody="alarm" handed onClose={close} />;
    case "pause":
      return <PauseSheet onClose={close} />;
    case "leave":
      return <Leave />;
    case null:
      return null;
  }
}
