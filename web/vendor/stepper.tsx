import { Icon } from "../shared/ui/icons";

interface Props {
  label: string;
  fewer: string;
  more: string;
  value: number;
  most: number;
  onChange: (value: number) => void;
}

/** A small number, one press at a time. */
export function Stepper({ label, fewer, more, value, most, onChange }: Props) {
  return (
    <div class="stepper" role="group" aria-label={label}>
      <button type="button" class="icon-button" aria-label={fewer} disabled={value <= 1} onClick={() => onChange(value - 1)}>
        <Icon name="minus" />
      </button>
      <output aria-live="polite">{value}</output>
      <button type="button" class="icon-button" aria-label={more} disabled={value >= most} onClick={() => onChange(value + 1)}>
        <Icon name="plus" />
      </button>
    </div>
  );
}
