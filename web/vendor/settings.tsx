import { Icon } from "../shared/ui/icons";
import { PreferencesSheet } from "../shared/ui/preferences";
import { toast } from "../shared/ui/toasts";
import { notices, permission, setNotices } from "./push";
import { isSame } from "./recipients";
import { open, recipients, remembers, shortcuts } from "./state";
import { toolWords as words } from "./words";

/** How the page sounds and looks, its shortcuts, and what it remembers. */
export function Settings() {
  return (
    <PreferencesSheet melody="bell" onClose={() => (open.value = null)}>
      <label class="switch">
        <input type="checkbox" role="switch" checked={shortcuts.value} onChange={(event) => (shortcuts.value = event.currentTarget.checked)} />
        <span class="switch-track" aria-hidden="true" />
        <span>
          <strong>{words.shortcuts}</strong>
          <br />
          <span class="muted">{words.shortcutsHint}</span>
        </span>
      </label>
      <Notices />
      <Remembered />
    </PreferencesSheet>
  );
}

/** Also while the page is closed. */
function Notices() {
  const isImpossible = permission.value === "denied" || permission.value === "unsupported";
  return (
    <label class="switch">
      <input type="checkbox" role="switch" checked={notices.value} disabled={isImpossible} onChange={(event) => void setNotices(event.currentTarget.checked)} />
      <span class="switch-track" aria-hidden="true" />
      <span>
        <strong>{words.notices}</strong>
        <br />
        <span class="muted">{isImpossible ? words.noticesNot[permission.value === "denied" ? "denied" : "unsupported"] : words.noticesHint}</span>
      </span>
    </label>
  );
}

function Remembered() {
  const forget = (which: typeof recipients.value) => {
    recipients.value = recipients.peek().filter((one) => !which.some((other) => isSame(one, other)));
    toast(words.forgotten);
  };
  const choose = (on: boolean) => {
    remembers.value = on;
    if (!on) recipients.value = [];
  };
  const known = recipients.value;
  return (
    <section class="stack" aria-label={words.recipients}>
      <label class="switch">
        <input type="checkbox" role="switch" checked={remembers.value} onChange={(event) => choose(event.currentTarget.checked)} />
        <span class="switch-track" aria-hidden="true" />
        <span>
          <strong>{words.rememberThem}</strong>
          <br />
          <span class="muted">{words.recipientsHint}</span>
        </span>
      </label>
      {known.length > 0 && (
        <details>
          <summary>
            <Icon name="chevron-down" />
            {words.recipients} ({known.length})
          </summary>
          <ul class="remembered">
            {known.map((one) => (
              <li key={`${one.phone} ${one.contact} ${one.address}`}>
                <span>
                  <strong>{one.contact || one.phone}</strong> {one.address}
                </span>
                <button type="button" class="icon-button" aria-label={words.forget(one.contact || one.phone || one.address)} onClick={() => forget([one])}>
                  <Icon name="trash-2" />
                </button>
              </li>
            ))}
          </ul>
          <button type="button" class="button" onClick={() => forget(known)}>
            <Icon name="trash-2" />
            {words.forgetAll}
          </button>
        </details>
      )}
    </section>
  );
}
