import type { InputHTMLAttributes } from "preact";
import { useId } from "preact/hooks";

interface Native {
  type?: "text" | "tel" | "number" | "search" | "url" | "datetime-local";
  inputMode?: "text" | "tel" | "numeric" | "decimal";
  autocomplete?: "off" | "on";
  placeholder?: string;
  maxLength?: number;
  min?: number;
  max?: number;
  required?: boolean;
  spellcheck?: boolean;
  disabled?: boolean | undefined;
}

interface Props extends Native {
  label: string;
  value: string;
  onInput: (value: string) => void;
  /** What the hub said about this field. */
  error?: string | null;
  hint?: string;
  rows?: number;
}

/** A labelled input, or a text area where `rows` is given, with its error beside it. */
export function Field({ label, value, onInput, error, hint, rows, type = "text", ...native }: Props) {
  const id = useId();
  const note = error ?? hint;
  const shared = {
    id,
    value,
    "aria-invalid": error ? ("true" as const) : undefined,
    "aria-describedby": note ? `${id}-note` : undefined,
    onInput: (event: { currentTarget: { value: string } }) => onInput(event.currentTarget.value),
  };
  return (
    <div class={`field ${error ? "has-error" : ""}`}>
      <label for={id}>{label}</label>
      {rows ? (
        <textarea {...shared} disabled={native.disabled} rows={rows} maxLength={native.maxLength} placeholder={native.placeholder} />
      ) : (
        <input {...({ type, ...native, ...shared } as InputHTMLAttributes<HTMLInputElement>)} />
      )}
      {note && (
        <p class="field-note" id={`${id}-note`}>
          {note}
        </p>
      )}
    </div>
  );
}
