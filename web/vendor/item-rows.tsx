import { useLayoutEffect, useRef } from "preact/hooks";
import { Icon } from "../shared/ui/icons";
import { type DraftItem, newItem } from "./draft";
import { Stepper } from "./stepper";
import { formWords as words } from "./words";

const QUANTITY_MAX = 99;

interface Props {
  items: readonly DraftItem[];
  errorOf: (field: string) => string | undefined;
  onChange: (items: readonly DraftItem[]) => void;
}

/** One row for each thing. Enter in a row goes to the next one, and makes it where there is none. */
export function ItemRows({ items, errorOf, onChange }: Props) {
  const list = useRef<HTMLOListElement>(null);
  const rows = useRef(items.length);
  // Before the next key comes, or a quick typist's first letter would land in the row before.
  useLayoutEffect(() => {
    const grew = items.length === rows.current + 1;
    rows.current = items.length;
    if (grew) inputs(list.current).at(-1)?.focus();
  }, [items.length]);

  const set = (key: number, change: Partial<DraftItem>) => onChange(items.map((item) => (item.key === key ? { ...item, ...change } : item)));
  const press = (event: KeyboardEvent, index: number) => {
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey || !items[index]?.name.trim()) return;
    event.preventDefault();
    event.stopPropagation();
    if (index < items.length - 1) inputs(list.current)[index + 1]?.focus();
    else onChange([...items, newItem()]);
  };
  return (
    <ol class="stack" ref={list}>
      {items.map((item, index) => {
        const error = errorOf(`items[${index}].name`) ?? errorOf(`items.${index}.name`) ?? errorOf(`items[${index}].quantity`);
        return (
          <li key={item.key} class={`item-row ${error ? "has-error" : ""}`}>
            <div class="field">
              <input
                class="item-name"
                aria-label={`${words.item} ${index + 1}`}
                aria-invalid={error ? "true" : undefined}
                placeholder={words.itemPlaceholder}
                value={item.name}
                autocomplete="off"
                onInput={(event) => set(item.key, { name: event.currentTarget.value })}
                onKeyDown={(event) => press(event, index)}
              />
            </div>
            <Stepper
              label={words.quantity(item.name)}
              fewer={words.fewer}
              more={words.more}
              value={item.quantity}
              most={QUANTITY_MAX}
              onChange={(quantity) => set(item.key, { quantity })}
            />
            {items.length > 1 && (
              <button type="button" class="icon-button" aria-label={words.remove(item.name)} onClick={() => onChange(items.filter((one) => one.key !== item.key))}>
                <Icon name="trash-2" />
              </button>
            )}
            {item.note && (
              <div class="field item-note">
                <input aria-label={words.itemNote(item.name)} value={item.note} autocomplete="off" onInput={(event) => set(item.key, { note: event.currentTarget.value })} />
              </div>
            )}
            {error && <p class="field-error">{error}</p>}
          </li>
        );
      })}
    </ol>
  );
}

function inputs(list: HTMLElement | null): HTMLInputElement[] {
  return [...(list?.querySelectorAll<HTMLInputElement>(".item-name") ?? [])];
}
