import { signal } from "@preact/signals";
import { Icon, type IconName } from "../shared/ui/icons";
import { PreferencesSheet } from "../shared/ui/preferences";
import { Sheet } from "../shared/ui/sheet";
import { commonWords } from "../shared/words";
import { Checks } from "./checklist";
import { CHECKS, readyCount } from "./device";
import { session } from "./state";
import { shiftWords as words } from "./words";

/** What lies over the page, beside the sheets of a job. */
export const sheet = signal<"menu" | "phone" | "display" | null>(null);

const close = () => (sheet.value = null);

function signOut(): void {
  close();
  session.signOut();
}

export function Sheets() {
  switch (sheet.value) {
    case "menu":
      return <Menu />;
    case "phone":
      return (
        <Sheet title={words.check.title} onClose={close}>
          <Checks />
        </Sheet>
      );
    case "display":
      return <PreferencesSheet melody="alarm" handed onClose={close} />;
    case null:
      return null;
  }
}

function Menu() {
  const line = (icon: IconName, word: string, onClick: () => void, more?: string) => (
    <li>
      <button type="button" class="button big menu-line" onClick={onClick}>
        <Icon name={icon} size_px={24} />
        <span>{word}</span>
        {more && <span class="muted">{more}</span>}
        <Icon name="chevron-right" />
      </button>
    </li>
  );
  return (
    <Sheet title={words.menu} onClose={close}>
      <ul class="stack">
        {line("smartphone", words.check.open, () => (sheet.value = "phone"), words.check.count(readyCount.value, CHECKS))}
        {line("settings", words.display, () => (sheet.value = "display"))}
      </ul>
      <button type="button" class="button" onClick={signOut}>
        <Icon name="log-out" />
        {commonWords.signOut}
      </button>
    </Sheet>
  );
}
