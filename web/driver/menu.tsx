// The menu, and what it asks before somebody signs out.

import { useEffect, useState } from "preact/hooks";
import { telLink } from "../shared/format";
import { readSettings } from "../shared/settings";
import { Icon, type IconName } from "../shared/ui/icons";
import { Sheet } from "../shared/ui/sheet";
import { commonWords } from "../shared/words";
import { CHECKS, readyCount } from "./device";
import { sheet } from "./sheets";
import { onDuty, outbox, session } from "./state";
import { offlineWords, shiftWords as words } from "./words";

const close = () => (sheet.value = null);

/** What was not sent yet goes with everything else, so it is asked first. */
function askToSignOut(): void {
  if (unsent() > 0) sheet.value = "leave";
  else void signOut();
}

function unsent(): number {
  return outbox.entries.value.filter((entry) => entry.state !== "refused").length;
}

async function signOut(): Promise<void> {
  close();
  const { unsubscribePush } = await import("./push");
  await unsubscribePush();
  session.signOut();
}

export function Leave() {
  return (
    <Sheet
      kind="small"
      title={offlineWords.leaveTitle}
      onClose={close}
      foot={
        <button type="button" class="button big danger" onClick={() => void signOut()}>
          {commonWords.signOut}
        </button>
      }
    >
      <p>{offlineWords.leaveText(unsent())}</p>
    </Sheet>
  );
}

export function Menu() {
  const [phone, setPhone] = useState<string | null>(null);
  useEffect(() => {
    readSettings().then(
      (settings) => setPhone(settings.dispatch_phone),
      () => undefined,
    );
  }, []);
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
        {onDuty.value && line("coffee", words.pause.button, () => (sheet.value = "pause"))}
        {line("clock", words.day.title, () => (sheet.value = "day"))}
        {line("smartphone", words.check.open, () => (sheet.value = "phone"), words.check.count(readyCount.value, CHECKS))}
        {line("settings", words.display, () => (sheet.value = "display"))}
        {phone && (
          <li>
            <a class="button big menu-line" href={telLink(phone)}>
              <Icon name="phone" size_px={24} />
              <span>{words.callDispatch}</span>
            </a>
          </li>
        )}
      </ul>
      <button type="button" class="button" onClick={askToSignOut}>
        <Icon name="log-out" />
        {commonWords.signOut}
      </button>
    </Sheet>
  );
}
