// A form that the hub judges: what it refuses stands at the field, the rest at the button.

import { useState } from "preact/hooks";
import { Refused } from "../shared/live";
import type { FieldError } from "../shared/protocol";
import { commonWords } from "../shared/words";
import { session } from "./state";
import { peopleWords } from "./words";

export interface Form {
  errorOf(field: string): string | undefined;
  /** What is wrong and belongs to no field. */
  refusal: string | null;
  busy: boolean;
  /** Sends unless `wrong` has something to say already. */
  submit(event: Event, wrong: readonly FieldError[], send: () => Promise<void>): Promise<void>;
}

/** `fields` are those that show their own error. */
export function useForm(fields: readonly string[]): Form {
  const [errors, setErrors] = useState<readonly FieldError[]>([]);
  const [refusal, setRefusal] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  const show = (wrong: readonly FieldError[], otherwise: string | null) => {
    const others = wrong.filter((one) => !fields.includes(one.field)).map((one) => `${one.field} ${one.message}`);
    setErrors(wrong);
    setRefusal(others.length ? others.join("; ") : wrong.length ? null : otherwise);
  };

  const submit = async (event: Event, wrong: readonly FieldError[], send: () => Promise<void>) => {
    event.preventDefault();
    show(wrong, null);
    if (wrong.length || busy) return;
    setBusy(true);
    try {
      await send();
    } catch (error) {
      if (session.refused(error)) return;
      if (!(error instanceof Refused)) throw error;
      show(error.problem.errors ?? [], error.uncertain ? commonWords.uncertain : error.message);
    } finally {
      setBusy(false);
    }
  };

  return { errorOf: (field) => errors.find((error) => error.field === field)?.message, refusal, busy, submit };
}

/** Null for an empty field: the hub is told that there is nothing, not an empty text. */
export function textOf(typed: string): string | null {
  return typed.trim() || null;
}

/** A number, nothing, or an error at the field. */
export function numberOf(field: string, typed: string, errors: FieldError[]): number | null {
  if (!typed.trim()) return null;
  const value = Number(typed.trim().replace(",", "."));
  if (Number.isNaN(value)) errors.push({ field, message: peopleWords.number });
  return value;
}
