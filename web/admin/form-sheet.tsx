import type { ComponentChildren } from "preact";
import { Icon } from "../shared/ui/icons";
import { Sheet } from "../shared/ui/sheet";
import type { Form } from "./form";

interface Props {
  title: string;
  button: string;
  form: Form;
  onSubmit: (event: Event) => void;
  onClose: () => void;
  children: ComponentChildren;
}

/** A form in a panel, with its one button and what was refused at the bottom. */
export function FormSheet({ title, button, form, onSubmit, onClose, children }: Props) {
  return (
    <Sheet
      title={title}
      onClose={onClose}
      foot={
        <>
          {form.refusal && (
            <p class="banner tone-alarm" role="alert">
              <Icon name="circle-alert" />
              <span>{form.refusal}</span>
            </p>
          )}
          <button type="submit" form="party-form" class="button big primary" disabled={form.busy}>
            {button}
          </button>
        </>
      }
    >
      <form id="party-form" class="stack party-form" onSubmit={onSubmit} noValidate>
        {children}
      </form>
    </Sheet>
  );
}
