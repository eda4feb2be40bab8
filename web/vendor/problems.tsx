import { computed } from "@preact/signals";
import { useState } from "preact/hooks";
import { ago, telLink } from "../shared/format";
import type { Order } from "../shared/protocol";
import { Icon } from "../shared/ui/icons";
import { ReasonSheet } from "../shared/ui/reason-sheet";
import { Sheet } from "../shared/ui/sheet";
import { StatusChip } from "../shared/ui/status-chip";
import { toast } from "../shared/ui/toasts";
import { sameAgain } from "./again";
import { calls } from "./board";
import { nameOf } from "./calls";
import { RecipientCall } from "./card";
import { CallDispatcher } from "./dispatch";
import { CANCELLABLE } from "./lists";
import { busy, cancel, open, problem, seenTo, session } from "./state";
import { problemWords as words, words as pageWords } from "./words";

/** What needs a decision from the counter, the most urgent first. */
const waiting = computed(() => calls.value.filter(({ call }) => call === "problem" || call === "expired"));

/** It comes up by itself, but over nobody's typing: a form shows a line instead. */
export function ProblemPopUp() {
  const over = open.value;
  if (over?.what === "form" || over?.what === "change") return null;
  const first = waiting.value.find(({ order }) => over?.what !== "order" || over.id !== order.id);
  if (!first) return null;
  const key = `${first.order.id} ${first.call}`;
  return first.call === "problem" ? <ProblemSheet key={key} order={first.order} /> : <ExpiredSheet key={key} order={first.order} />;
}

/** In a form: that something waits, and the way to it. The draft stays. */
export function ProblemNotice() {
  const [first] = waiting.value;
  if (!first) return null;
  return (
    <p class="banner tone-alarm" role="status">
      <Icon name="triangle-alert" />
      <span>{pageWords.told[first.call](first.order.code, "")}</span>
      <button type="button" class="button" onClick={() => (open.value = null)}>
        {words.look}
      </button>
    </p>
  );
}

function ProblemSheet({ order }: { order: Order }) {
  const [cancelling, setCancelling] = useState(false);
  const see = () => seenTo.put(nameOf(order, "problem"));
  if (!order.problem) return null;
  return (
    <Sheet title={<Title order={order} text={words.title(order.code)} />} kind="small" onClose={see}>
      <ProblemText order={order} />
      <ProblemChoices order={order} onCancel={() => setCancelling(true)} onDone={see} />
      {cancelling && <CancelSheet order={order} onClose={() => setCancelling(false)} />}
    </Sheet>
  );
}

function Title({ order, text }: { order: Order; text: string }) {
  return (
    <>
      {text}
      <StatusChip status={order.status} />
    </>
  );
}

/** Who says what is wrong, and since when. */
export function ProblemText({ order }: { order: Order }) {
  const { problem: said } = order;
  if (!said) return null;
  const who = said.reported_by === "driver" ? (order.driver?.name ?? words.driver) : words.dispatcher;
  return (
    <div class="stack">
      <p class="muted">{words.says(who, ago(Date.parse(said.at), session.now.value))}</p>
      <p class="banner tone-alarm problem-said">
        <Icon name="triangle-alert" size_px={24} />
        <span>
          <strong>{said.reason}</strong>
          {said.note && (
            <>
              <br />
              {said.note}
            </>
          )}
        </span>
      </p>
    </div>
  );
}

/** What the counter can do about it. */
export function ProblemChoices({ order, onCancel, onDone }: { order: Order; onCancel: () => void; onDone: () => void }) {
  const { driver } = order;
  const solve = async () => {
    if (await problem(order, null)) toast(words.solvedSaid(order.code));
  };
  const write = () => {
    onDone();
    open.value = { what: "order", id: order.id, at: "chat" };
  };
  return (
    <div class="choices-of-problem">
      <button type="button" class="button primary" onClick={write}>
        <Icon name="message-square" />
        {words.message}
      </button>
      {driver?.phone && (
        <a class="button" href={telLink(driver.phone)}>
          <Icon name="phone" />
          {words.callDriver(driver.name)}
        </a>
      )}
      <RecipientCall order={order} />
      <CallDispatcher />
      <button type="button" class="button" disabled={busy.value.has(`order.problem ${order.id}`)} onClick={() => void solve()}>
        <Icon name="check" />
        {words.solved}
      </button>
      {CANCELLABLE.includes(order.status) && (
        <button type="button" class="button" onClick={onCancel}>
          <Icon name="circle-x" />
          {pageWords.cancel}
        </button>
      )}
      <button type="button" class="button" onClick={onDone}>
        <Icon name="hand" />
        {words.later}
      </button>
    </div>
  );
}

function ExpiredSheet({ order }: { order: Order }) {
  const see = () => seenTo.put(nameOf(order, "expired"));
  return (
    <Sheet title={<Title order={order} text={pageWords.told.expired(order.code, "")} />} kind="small" onClose={see}>
      <p class="banner tone-alarm problem-said">
        <Icon name="circle-alert" size_px={24} />
        <span>{pageWords.nobody.expired}</span>
      </p>
      <div class="choices-of-problem">
        <button type="button" class="button primary" onClick={() => sameAgain(order)}>
          <Icon name="plus" />
          {pageWords.nobody.sameAgain}
        </button>
        <CallDispatcher />
        <RecipientCall order={order} />
        <button type="button" class="button" onClick={see}>
          <Icon name="check" />
          {pageWords.nobody.done}
        </button>
      </div>
    </Sheet>
  );
}

export function CancelSheet({ order, onClose }: { order: Order; onClose: () => void }) {
  return (
    <ReasonSheet
      title={pageWords.cancelTitle(order.code)}
      reasons={pageWords.cancelReasons}
      button={pageWords.cancelButton}
      danger
      onGive={(reason) => cancel(order, reason)}
      onClose={onClose}
    />
  );
}
