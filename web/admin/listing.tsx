import type { ComponentChildren } from "preact";
import { Icon } from "../shared/ui/icons";
import { commonWords } from "../shared/words";
import type { List } from "./lists";
import { peopleWords as words } from "./words";

interface Props<T> {
  list: List<T>;
  empty: { title: string; text: string };
  children: (rows: readonly T[]) => ComponentChildren;
}

/** A list that may still be loading, have failed, or hold nothing yet. */
export function Listing<T>({ list, empty, children }: Props<T>) {
  const rows = list.rows.value;
  return (
    <>
      {list.failed.value && (
        <p class="banner tone-alarm">
          <Icon name="circle-alert" />
          <span>{words.loadFailed}</span>
          <button type="button" class="button" onClick={() => void list.load()}>
            {words.tryAgain}
          </button>
        </p>
      )}
      {rows === null && !list.failed.value && <p class="muted">{commonWords.loading}</p>}
      {rows?.length === 0 && (
        <p class="empty">
          <strong>{empty.title}</strong>
          {empty.text}
        </p>
      )}
      {rows && rows.length > 0 && children(rows)}
    </>
  );
}

interface HeadProps {
  title: string;
  note?: string;
  button: string;
  onMake: () => void;
  children?: ComponentChildren;
}

/** The head of a view: what it is, a search, and the one thing to begin. */
export function ListHead({ title, note, button, onMake, children }: HeadProps) {
  return (
    <header class="list-head">
      <h2>
        {title} {note && <span class="muted">{note}</span>}
      </h2>
      {children}
      <button type="button" class="button primary" onClick={onMake}>
        <Icon name="plus" />
        {button}
      </button>
    </header>
  );
}

export function Search({ label, value, onInput }: { label: string; value: string; onInput: (value: string) => void }) {
  return (
    <div class="field list-search">
      <input type="search" aria-label={label} placeholder={label} value={value} onInput={(event) => onInput(event.currentTarget.value)} />
    </div>
  );
}
