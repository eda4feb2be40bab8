import { Icon } from "../shared/ui/icons";
import type { DraftItem } from "./draft";
import { formWords as words } from "./words";

const QUANTITY_MAX = 99;

interface Props {
  items: readonly DraftItem[];
  errorOf: (field: string) => string | undefined;
  onChange: (items: readonly DraftItem[]) => void;
}

export function ItemRows({ items, errorOf, onChange }: Props) {
  const set = (key: number, change: Partial<DraftItem>) => onChange(items.map((item) => (item.key === key ? { ...item, ...change } : item)));
  return (
    <ol class="stack">
      {items.map((item, index) => {
        const error = errorOf(`items[${index}].name`) ?? errorOf(`items.${index}.name`) ?? errorOf(`items[${index}].quantity`);
        return (
          <li key={item.key} class={`item-row ${error ? "has-error" : ""}`}>
            <div class="field">
              <input
                aria-label={`${words.item} ${index + 1}`}
                aria-invalid={error ? "true" : undefined}
                placeholder={words.itemPlaceholder}
                value={item.name}
                autocomplete="off"
                onInput={(event) => set(item.key, { name: event.currentTarget.value })}
              />
            </div>
            <div class="stepper" role="group" aria-label={words.quantity(item.name)}>
              <button
                type="button"
                class="icon-button"
                aria-label={words.fewer}
                disabled={item.quantity <= 1}
                onClick={() => set(item.key, { quantity: item.quantity - 1 })}
              >
                <Icon name="minus" />
              </button>
              <output aria-live="polite">{item.quantity}</output>
              <button
                type="button"
                class="icon-button"
                aria-label={words.more}
                disabled={item.quantity >= QUANTITY_MAX}
                onClick={() => set(item.key, { quantity: item.quantity + 1 })}
              >
                <Icon name="plus" />
              </button>
            </div>
            {items.length > 1 && (
              <button
                type="button"
                class="icon-button"
                aria-label={words.remove(item.name)}
                onClick={() => onChange(items.filter((one) => one.key !== item.key))}
              >
                <Icon name="trash-2" />
              </button>
            )}
            {error && <p class="field-error">{error}</p>}
          </li>
        );
      })}
    </ol>
  );
}
