import { locale } from "../shared/format";
import { Field } from "../shared/ui/field";
import { Select } from "../shared/ui/select";
import { Icon } from "../shared/ui/icons";
import { currencies, currencyOf } from "./amount";
import { newItem, SIZES } from "./draft";
import { ItemRows } from "./item-rows";
import type { Part } from "./order-form";
import { lastCurrency } from "./state";
import { Stepper } from "./stepper";
import { formWords as words, words as pageWords } from "./words";

const PACKAGES_MAX = 99;

/** What is in it. */
export function What({ now, set, errorOf }: Part) {
  return (
    <fieldset class="stack">
      <legend>{words.items}</legend>
      <ItemRows items={now.items} errorOf={errorOf} onChange={(items) => set({ items })} />
      {errorOf("items") && <p class="field-error">{errorOf("items")}</p>}
      <button type="button" class="button quiet add-item" onClick={() => set({ items: [...now.items, newItem()] })}>
        <Icon name="plus" />
        {words.addItem}
      </button>
    </fieldset>
  );
}

/** How large it is, and what it takes to carry it. */
export function Load({ now, set, errorOf, onOffer }: Part) {
  const needsError = errorOf("needs") ?? Array.from({ length: 10 }, (_, n) => errorOf(`needs[${n}]`)).find(Boolean);
  return (
    <fieldset class="stack">
      <legend class="visually-hidden">{words.size}</legend>
      <div role="radiogroup" aria-label={words.size}>
        <h3 aria-hidden="true">{words.size}</h3>
        <div class="pills sizes">
          {SIZES.map((size) => (
            <label key={size} class="pill">
              <input type="radio" name="size" checked={now.size === size} disabled={onOffer} onChange={() => set({ size })} />
              <span>{pageWords.sizes[size]}</span>
            </label>
          ))}
        </div>
      </div>
      <div class="row spread">
        <span class="label">{words.packages}</span>
        <Stepper label={words.packages} fewer={words.fewerPackages} more={words.morePackages} value={now.packages} most={PACKAGES_MAX} onChange={(packages) => set({ packages })} />
      </div>
      <Field label={words.needs} hint={words.needsHint} autocomplete="off" disabled={onOffer} value={now.needs} error={needsError ?? null} onInput={(needs) => set({ needs })} />
      {onOffer && <p class="muted">{words.onOffer}</p>}
    </fieldset>
  );
}

/** What the driver takes at the door. */
export function Cash({ now, set, errorOf }: Part) {
  const error = errorOf("cash_to_collect") ?? errorOf("cash_to_collect.amount") ?? errorOf("cash_to_collect.currency");
  const likely = [now.currency, ...(lastCurrency.value ? [lastCurrency.value] : []), currencyOf(locale())];
  return (
    <div class="cash">
      <Field label={words.cash} inputMode="decimal" autocomplete="off" value={now.cash} error={error ?? null} onInput={(cash) => set({ cash })} />
      <Select
        label={words.currency}
        value={now.currency}
        options={currencies(...likely).map((code) => ({ value: code, word: code }))}
        onChange={(currency) => set({ currency })}
      />
    </div>
  );
}
