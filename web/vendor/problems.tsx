import { computed, signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { ago, telLink } from "../shared/format";
import type { Order } from "../shared/protocol";
import { Icon } from "../shared/ui/icons";
import { ReasonSheet } from "../shared/ui/reason-sheet";
import { inPanels, Sheet } from "../shared/ui/sheet";
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
const waiting = computed(() =>
  calls.value.flatMap(({ order, call }) => (call === "problem" || call === "expired" ? [{ order, call, name: nameOf(order, call) }] : [])),
);

/** Closed without a word: it still waits, in a line on the board, and no longer comes up by itself. */
const closed = signal<ReadonlySet<string>>(new Set());
/** What somebody went to look at from a line. */
const looking = signal<string | null>(null);

let shown: string | null = null;

/** It comes up by itself over the board, and over nothing that somebody does: a panel shows a line instead. */
const popUp = computed(() => {
  const wanted = waiting.value.find(({ name }) => name === looking.value);
  const fresh = open.value ? [] : waiting.value.filter(({ name }) => !closed.value.has(name));
  // What is being read stays, whatever else comes meanwhile.
  const found = wanted ?? fresh.find(({ name }) => name === shown) ?? fresh[0] ?? null;
  shown = found?.name ?? null;
  return found;
});
export function ProblemPopUp() {
  const found = popUp.value;
  if (!found) return null;
  const { order, call, name } = found;
  const see = () => seenTo.put(name);
  const close = () => {
    closed.value = new Set(closed.peek()).add(name);
    looking.value = null;
  };
  return call === "problem" ? <ProblemSheet key={name} order={order} onSee={see} onClose={close} /> : <ExpiredSheet key={name} order={order} onSee={see} onClose={close} />;
}

/** On the board: what was closed and not seen to. */
export function ClosedProblem() {
  const first = waiting.value.find(({ name }) => closed.value.has(name));
  return first && !popUp.value ? <Line {...first} /> : null;
}

// In a panel: that something waits, and the way to it. What is done there stays as it is beneath.
inPanels.Notice = function ProblemNotice() {
  const over = open.value;
  const first = waiting.value.find(({ order }) => over?.what !== "order" || over.id !== order.id);
  const isSaid = !!first && !popUp.value;
  // It takes room from what is read and typed above it.
  useEffect(() => {
    if (isSaid) document.activeElement?.scrollIntoView({ block: "nearest" });
  }, [isSaid]);
  return isSaid ? <Line {...first} /> : null;
};

function Line({ order, call, name }: (typeof waiting.value)[number]) {
  return (
    <p class="banner tone-alarm" role="status">
      <Icon name="triangle-alert" />
      <span>{pageWords.told[call](order.code, "")}</span>
      <button type="button" class="button" onClick={() => (looking.value = name)}>
        {words.look}
        <span class="visually-hidden"> {order.code}</span>
      </button>
    </p>
  );
}

interface Props {
  order: Order;
  onSee: () => void;
  onClose: () => void;
}

function ProblemSheet({ order, onSee, onClose }: Props) {
  const [cancelling, setCancelling] = useState(false);
  if (!order.problem) return null;
  return (
    <Sheet title={<Title order={order} text={words.title(order.code)} />} kind="small" onClose={onClose}>
      <Begin>
        <ProblemText order={order} />
      </Begin>
      <ProblemChoices order={order} onCancel={() => setCancelling(true)} onDone={onSee} />
      {cancelling && <CancelSheet order={order} onClose={() => setCancelling(false)} />}
    </Sheet>
  );
}

/** The focus begins here and not on a button: who presses Enter just as it comes up has not chosen anything. */
function Begin({ children }: { children: ComponentChildren }) {
  return (
    <div class="begin" tabIndex={-1} autofocus>
      {children}
    </div>
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

function ExpiredSheet({ order, onSee, onClose }: Props) {
  return (
    <Sheet title={<Title order={order} text={pageWords.told.expired(order.code, "")} />} kind="small" onClose={onClose}>
      <Begin>
        <p class="banner tone-alarm problem-said">
          <Icon name="circle-alert" size_px={24} />
          <span>{pageWords.nobody.expired}</span>
        </p>
      </Begin>
      <div class="choices-of-problem">
        <button type="button" class="button primary" onClick={() => sameAgain(order)}>
          <Icon name="plus" />
          {pageWords.nobody.sameAgain}
        </button>
        <CallDispatcher />
        <RecipientCall order={order} />
        <button type="button" class="button" onClick={onSee}>
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

/** Says what is wrong at the counter. An order has one problem: where another came meanwhile, it asks which is to stand. */
export function ReportSheet({ order, onClose }: { order: Order; onClose: () => void }) {
  const isAsked = isOthers(order);
  const write = () => {
    onClose();
    open.value = { what: "order", id: order.id, at: "chat" };
  };
  return (
    <ReasonSheet
      title={words.reportTitle(order.code)}
      reasons={words.reasons}
      button={isAsked ? words.replace : words.reportButton}
      danger={isAsked}
      onGive={async (reason) => {
        if (!(await problem(order, reason))) throw new Error("the problem was not reported");
      }}
      onClose={onClose}
    >
      <div class="stack" role="status">
        {isAsked && (
          <>
            <ProblemText order={order} />
            <p>{words.meanwhile}</p>
          </>
        )}
      </div>
      {isAsked && (
        <button type="button" class="button" onClick={write}>
          <Icon name="message-square" />
          {words.writeInstead}
        </button>
      )}
    </ReasonSheet>
  );
}

/** Somebody else says that something is wrong with it. */
export function isOthers({ problem: said, closed_at }: Order): boolean {
  return !!said && said.reported_by !== "vendor" && !closed_at;
}
