import { type Signal, useSignal } from "@preact/signals";
import { useState } from "preact/hooks";
import { randomId } from "../shared/id";
import { Refused } from "../shared/live";
import type { FieldError, Order, OrderStatus } from "../shared/protocol";
import { Icon } from "../shared/ui/icons";
import { Sheet } from "../shared/ui/sheet";
import { toast } from "../shared/ui/toasts";
import { OutboxFull } from "../shared/waiting";
import { commonWords } from "../shared/words";
import { changesOf, type Draft, draftOf, isEmpty, payloadOf } from "./draft";
import { Cash, Load, What } from "./form-what";
import { When } from "./form-when";
import { Who } from "./form-who";
import { atOnce, draft, draftToSubmit, nextDraft, Offline, open, session, submitted, typeInstead } from "./state";
import { submit } from "./submitting";
import { formWords as words, words as pageWords } from "./words";

/** What each part of the form is given. */
export interface Part {
  now: Draft;
  set: (change: Partial<Draft>) => void;
  errorOf: (field: string) => string | undefined;
  /** Drivers are being asked for it. */
  onOffer?: boolean;
  /** The status of the order that is changed; none for a new one. */
  changed?: OrderStatus;
}

/** A new order. What was typed stays until it is in, even if the page is closed or the link is down. */
export function NewOrder() {
  const isDown = session.link.value.state !== "live";
  const send = async (): Promise<Said> => {
    let now: Draft;
    try {
      now = draftToSubmit();
      const outcome = await submit(now);
      // The key stays as long as it may be the same order. After a clear refusal it is another one.
      if (outcome.is === "refused") {
        draft.value = { ...draft.peek(), key: randomId() };
        return outcome;
      }
      if (outcome.is === "waiting") toast(words.waits, "move");
    } catch (error) {
      if (!(error instanceof OutboxFull)) throw error;
      return { errors: [], detail: words.full };
    }
    submitted(now);
    open.value = null;
    return null;
  };
  const clear = () => {
    const typed = draft.peek();
    nextDraft();
    toast(words.cleared, "wait", "cleared", { word: commonWords.undo, act: () => typeInstead(typed) });
  };
  return (
    <OrderForm
      title={words.title}
      draft={draft}
      onSend={send}
      button={draft.value.when === "ready" ? words.submitReady : words.submit}
      note={isDown ? words.keeps : null}
      onClear={isEmpty(draft.value) ? null : clear}
    />
  );
}

/** An order that no driver has yet, to be changed. */
export function ChangeOrder({ order }: { order: Order }) {
  const [before] = useState(() => ({ draft: draftOf(order), version: order.version }));
  const now = useSignal(before.draft);
  const back = () => (open.value = { what: "order", id: order.id });
  const send = async (): Promise<Said> => {
    const changes = changesOf(before.draft, now.peek(), before.version);
    if (!changes) {
      toast(words.nothingChanged, "wait");
      back();
      return null;
    }
    try {
      await atOnce(() => session.live().send("order.update", { id: order.id, ...changes }));
    } catch (error) {
      if (error instanceof Offline) return { errors: [], detail: pageWords.offline };
      if (!(error instanceof Refused)) throw error;
      if (error.uncertain) return { errors: [], detail: commonWords.uncertain };
      if (error.code === "version_conflict" || error.code === "invalid_transition") {
        toast(error.code === "version_conflict" ? words.conflict : words.gone, "alarm");
        back();
        return null;
      }
      return { errors: error.problem.errors ?? [], detail: error.problem.detail };
    }
    toast(words.saved(order.code));
    back();
    return null;
  };
  return <OrderForm title={words.changeTitle(order.code)} draft={now} onSend={send} button={words.save} note={null} onClear={null} order={order} />;
}

/** What the hub did not like; null if the form is done with. */
type Said = { errors: readonly FieldError[]; detail: string } | null;

interface Props {
  title: string;
  draft: Signal<Draft>;
  button: string;
  note: string | null;
  onSend: () => Promise<Said>;
  onClear: (() => void) | null;
  /** The order that is changed. */
  order?: Order;
}

function OrderForm({ title, draft, button, note, onSend, onClear, order }: Props) {
  const [errors, setErrors] = useState<readonly FieldError[]>([]);
  const [refusal, setRefusal] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const part: Part = {
    now: draft.value,
    set: (change) => (draft.value = { ...draft.peek(), ...change }),
    errorOf: (field) => errors.find((error) => error.field === field)?.message,
    ...(order && { changed: order.status, onOffer: order.status === "ready_for_pickup" }),
  };

  const send = async (event: Event) => {
    event.preventDefault();
    if (busy) return;
    // An order whose time has come keeps it, whatever else is changed about it.
    const { errors: wrong } = payloadOf(draft.peek(), order && order.status !== "scheduled" ? 0 : session.now.peek());
    setRefusal(null);
    if (wrong.length) return complain(wrong);
    setErrors([]);
    setBusy(true);
    const said = await onSend().finally(() => setBusy(false));
    if (!said) return;
    complain(said.errors);
    const isSaid = said.errors.length > 0 && said.errors.every((one) => SHOWN.test(one.field));
    setRefusal(isSaid ? null : said.detail);
  };
  const complain = (wrong: readonly FieldError[]) => {
    setErrors(wrong);
    // After this has been drawn: the first field that is wrong is where one goes on.
    setTimeout(() => document.querySelector<HTMLElement>("#order-form [aria-invalid]")?.focus());
  };

  return (
    <Sheet
      title={title}
      kind="wide"
      onClose={() => (open.value = order ? { what: "order", id: order.id } : null)}
      foot={
        <>
          {refusal && (
            <p class="banner tone-alarm" role="alert">
              <Icon name="circle-alert" />
              <span>{refusal}</span>
            </p>
          )}
          {note && (
            <p class="banner tone-wait" role="status">
              <Icon name="wifi-off" />
              <span>{note}</span>
            </p>
          )}
          <div class="form-buttons">
            {onClear && (
              <button type="button" class="button" onClick={onClear}>
                <Icon name="trash-2" />
                {words.clear}
              </button>
            )}
            <button type="submit" form="order-form" class="button big primary" disabled={busy} aria-keyshortcuts="Control+Enter">
              {button}
              <kbd aria-hidden="true">Ctrl ⏎</kbd>
            </button>
          </div>
        </>
      }
    >
      <form id="order-form" class="order-form" onSubmit={send} onKeyDown={hurry} noValidate>
        <Who {...part} />
        <div class="stack apart">
          <What {...part} />
          <Load {...part} />
        </div>
        <div class="stack apart">
          <When {...part} />
          <Cash {...part} />
        </div>
      </form>
    </Sheet>
  );
}

/** Control and Enter submit. Enter alone goes to the next field: half an order is worse than one more key. */
function hurry(event: KeyboardEvent): void {
  const form = event.currentTarget as HTMLFormElement;
  const from = event.target as HTMLElement;
  if (event.key !== "Enter") return;
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault();
    form.requestSubmit();
  } else if (from.tagName === "INPUT") {
    event.preventDefault();
    const fields = [...form.querySelectorAll<HTMLElement>("input, textarea, select")].filter((one) => one.checkVisibility());
    fields[fields.indexOf(from) + 1]?.focus();
  }
}

/** The fields whose errors stand beside them; others are said at the button. */
const SHOWN = /^(items.*|notes|prep_minutes|scheduled_for|cash_to_collect.*|needs.*|dropoff\.(address|contact_name|phone|instructions|lat|lng))$/;
