import { useId } from "preact/hooks";

interface Props {
  label: string;
  value: string;
  options: readonly { value: string; word: string }[];
  onChange: (value: string) => void;
  error?: string | null;
  /** The label is only read out: the first option says what it is. */
  quiet?: boolean;
}

/** A labelled choice from a list, with its error beside it. */
export function Select({ label, value, options, onChange, error, quiet }: Props) {
  const id = useId();
  return (
    <div class={`field ${error ? "has-error" : ""}`}>
      <label for={id} class={quiet ? "visually-hidden" : ""}>
        {label}
      </label>
      <select
        id={id}
        value={value}
        aria-invalid={error ? "true" : undefined}
        aria-describedby={error ? `${id}-note` : undefined}
        onChange={(event) => onChange(event.currentTarget.value)}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.word}
          </option>
        ))}
      </select>
      {error && (
        <p class="field-note" id={`${id}-note`}>
          {error}
        </p>
      )}
    </div>
  );
}
