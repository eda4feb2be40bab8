import type { InputHTMLAttributes } from "preact";
import { useId, useState } from "preact/hooks";
import { type Recipient, suggest } from "./recipients";
import { recipients } from "./state";
import { formWords as words } from "./words";

interface Props {
  label: string;
  field: "address" | "contact" | "phone";
  value: string;
  error?: string | undefined;
  type?: "text" | "tel";
  /** Where the form begins. */
  first?: boolean;
  onInput: (value: string) => void;
  onRecall: (one: Recipient) => void;
}

/** A field that knows the recipients of before: typing offers them, the arrow keys and Enter take one. */
export function Recall({ label, field, value, error, type = "text", first, onInput, onRecall }: Props) {
  const id = useId();
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const found = open ? suggest(recipients.value, field, value) : [];
  const shown = found.length > 0;
  const close = () => {
    setOpen(false);
    setActive(-1);
  };
  const take = (one: Recipient) => {
    close();
    onRecall(one);
  };
  const press = (event: KeyboardEvent) => {
    if (!shown) return;
    const chosen = found[active];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) setActive((active + step + found.length + (active < 0 && step < 0 ? 1 : 0)) % found.length);
    else if (event.key === "Enter" && chosen && !event.ctrlKey && !event.metaKey) take(chosen);
    else if (event.key === "Escape") close();
    else return;
    // Neither the form nor the panel it is in is to hear of this key.
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div class={`field recall ${error ? "has-error" : ""}`}>
      <label for={id}>{label}</label>
      <input
        id={id}
        {...({ type, role: "combobox" } as InputHTMLAttributes<HTMLInputElement>)}
        autocomplete="off"
        autofocus={first}
        aria-expanded={shown}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={shown && active >= 0 ? `${id}-${active}` : undefined}
        aria-invalid={error ? "true" : undefined}
        aria-describedby={error ? `${id}-note` : undefined}
        value={value}
        onInput={(event) => {
          onInput(event.currentTarget.value);
          setOpen(true);
          setActive(-1);
        }}
        onKeyDown={press}
        onBlur={close}
      />
      <ul id={`${id}-list`} class="recall-list" role="listbox" aria-label={words.remembered} hidden={!shown}>
        {found.map((one, index) => (
          <li
            key={`${one.phone} ${one.contact} ${one.address}`}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === active}
            // The press must not take the focus away first, or the list would be gone before it is heard.
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => take(one)}
          >
            <strong>{one.contact || one.phone || one.address}</strong>
            <span>{[one.contact && one.address, one.phone].filter(Boolean).join(" · ")}</span>
          </li>
        ))}
      </ul>
      <span class="visually-hidden" role="status">
        {shown && words.suggestions(found.length)}
      </span>
      {error && (
        <p class="field-note" id={`${id}-note`}>
          {error}
        </p>
      )}
    </div>
  );
}
