import { commonWords } from "../words";

interface Props {
  /** Tells this choice from others on the page. */
  name: string;
  /** The usual reasons, one tap each; something else is always the last. */
  reasons: readonly string[];
  chosen: string | null;
  onChoose: (reason: string) => void;
}

/** One reason of several. */
export function Reasons({ name, reasons, chosen, onChoose }: Props) {
  return (
    <fieldset class="choices">
      <legend>{commonWords.reasonLabel}</legend>
      {[...reasons, commonWords.otherReason].map((one) => (
        <label key={one} class="choice">
          <input type="radio" name={name} checked={chosen === one} onChange={() => onChoose(one)} />
          <span>{one}</span>
        </label>
      ))}
    </fieldset>
  );
}
