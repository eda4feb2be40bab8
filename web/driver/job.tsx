import { useEffect, useState } from "preact/hooks";
import { money } from "../shared/format";
import type { Order } from "../shared/protocol";
import { Icon } from "../shared/ui/icons";
import { later } from "../shared/ui/later";
import { Sheet } from "../shared/ui/sheet";
import { dismiss, toast } from "../shared/ui/toasts";
import { StatusChip } from "../shared/ui/status-chip";
import { asked, bringBack, busy, isStepping, release, resting, showProof, solveProblem, step } from "./commands";
import { draftOf } from "./drafts";
import { JobMap } from "./job-map";
import { load } from "./load";
import { Waiting } from "./offline";
import { aboutChat, chat, waiting } from "./state";
import { Stop } from "./stop";
import { UndoBar } from "./undo-bar";
import { jobWords, offlineWords, shiftWords, stepWords, words } from "./words";

const failed = () => shiftWords.notLoaded;
const ChatPanel = later(() => import("../shared/ui/chat-panel").then((part) => part.ChatPanel), failed, "ahead");
const ReasonSheet = later(() => import("../shared/ui/reason-sheet").then((part) => part.ReasonSheet), failed, "ahead");
const ProblemSheet = later(() => import("./problem-sheet").then((part) => part.ProblemSheet), failed, "ahead");
const ProofSheet = later(() => import("./proof-sheet").then((part) => part.ProofSheet), failed, "ahead");

const BEFORE_PICKUP: readonly Order["status"][] = ["assigned", "enroute_to_pickup", "arrived_at_pickup"];
const AFTER_PICKUP: readonly Order["status"][] = ["picked_up", "arrived_at_dropoff"];
/** What each panel asks for, as long as the job stands there. */
const ASKED_WHILE: Record<string, readonly Order["status"][]> = {
  release: BEFORE_PICKUP,
  return: AFTER_PICKUP,
  code: ["arrived_at_pickup"],
  proof: AFTER_PICKUP,
};

/** One job: where to go now, what to carry, and the next step at the thumb. */
export function Job({ order }: { order: Order }) {
  const [sheet, setSheet] = useState<"chat" | "problem" | "release" | "return" | null>(null);
  const close = () => setSheet(null);
  const openChat = () => {
    dismiss(aboutChat(order.id));
    setSheet("chat");
  };
  const hubAsks = asked.value?.id === order.id ? asked.value.what : null;
  const stepping = isStepping(order.id);
  useEffect(() => {
    const open = hubAsks ?? sheet;
    if (!open || stepping || (ASKED_WHILE[open] ?? [order.status]).includes(order.status)) return;
    // Somebody else has moved it on: what the panel asks for can no longer be given.
    asked.value = null;
    close();
    toast(words.movedOn(order.code, jobWords[order.status] ?? ""), "alarm");
  }, [order.status, stepping, hubAsks, sheet]);
  const before = BEFORE_PICKUP.includes(order.status);
  const unread = chat.unread.value.get(order.id) ?? 0;
  const unsent = waiting.value.filter(({ line, name, state }) => line === order.id && name === "order.message" && state !== "refused");
  const next = stepWords[order.status];
  const toPickup = before || order.status === "returning";
  return (
    <article class="job" aria-label={order.code}>
      <header class="row spread wrap">
        <div>
          <h2 class="code huge">{order.code}</h2>
          {before && <p class="muted say-code">{words.sayCode}</p>}
        </div>
        <StatusChip status={order.status} word={jobWords[order.status]} />
      </header>
      <Waiting order={order} />
      {order.status === "returning" && (
        <p class="banner tone-alarm">
          <Icon name="undo-2" />
          <span>{words.returning(order.vendor.name)}</span>
        </p>
      )}
      {order.problem && (
        <p class="banner tone-alarm">
          <Icon name="circle-alert" />
          <span>{[order.problem.reason, order.problem.note].filter(Boolean).join(": ")}</span>
          <button type="button" class="button" disabled={busy.value.has(`order.problem ${order.id}`)} onClick={() => void solveProblem(order)}>
            {words.problemSolved}
          </button>
        </p>
      )}
      <ol class="stops">
        <Stop
          title={words.pickup}
          name={order.vendor.name}
          place={order.pickup}
          phone={order.pickup.phone ?? order.vendor.phone ?? null}
          when={toPickup ? "now" : "past"}
        />
        <Stop
          title={words.dropoff}
          name={order.dropoff?.contact_name ?? null}
          place={order.dropoff ?? {}}
          phone={order.dropoff?.phone ?? null}
          when={toPickup ? "later" : "now"}
        />
      </ol>
      <Load order={order} />
      <JobMap order={order} />
      <div class="job-more">
        <button type="button" class="button" onClick={openChat}>
          <Icon name="message-square" />
          {words.chat}
          {unread > 0 && <span class="tab-count">{words.fresh(unread)}</span>}
        </button>
        {!order.problem && (
          <button type="button" class="button" onClick={() => setSheet("problem")}>
            <Icon name="circle-alert" />
            {words.problem}
          </button>
        )}
        {order.status === "arrived_at_dropoff" && (
          <button type="button" class="button" onClick={() => showProof(order)}>
            <Icon name="camera" />
            {offlineWords.addProof}
          </button>
        )}
        {before && (
          <button type="button" class="button quiet warns" onClick={() => setSheet("release")}>
            {words.release}
          </button>
        )}
        {AFTER_PICKUP.includes(order.status) && (
          <button type="button" class="button quiet warns" onClick={() => setSheet("return")}>
            {words.bringBack}
          </button>
        )}
      </div>
      {next && (
        <div class="thumb">
          <UndoBar />
          {order.status === "arrived_at_dropoff" && <AtTheDoor order={order} />}
          <button type="button" class="button big primary" aria-disabled={stepping || resting.value} onClick={() => void step(order)}>
            {next}
          </button>
        </div>
      )}
      {sheet === "chat" && (
        <Sheet title={`${words.chat} ${order.code}`} onClose={close}>
          <ChatPanel
            chat={chat}
            order={order.id}
            quick={before ? words.quickEarly : words.quickLate}
            whole
            waiting={unsent.map(({ id, payload, at }) => ({ key: id, text: String(payload["text"]), at }))}
          />
        </Sheet>
      )}
      {sheet === "problem" && <ProblemSheet order={order} reasons={before ? words.earlyReasons : words.lateReasons} onClose={close} />}
      {sheet === "release" && (
        <ReasonSheet
          title={words.releaseTitle(order.code)}
          reasons={words.releaseReasons}
          button={words.releaseButton}
          onGive={(reason) => release(order, reason)}
          onClose={close}
        />
      )}
      {sheet === "return" && (
        <ReasonSheet
          title={words.returnTitle(order.code)}
          reasons={words.returnReasons}
          button={words.returnButton}
          onGive={(reason) => bringBack(order, reason)}
          onClose={close}
        />
      )}
      {hubAsks && <ProofSheet order={order} />}
    </article>
  );
}

function Load({ order }: { order: Order }) {
  return (
    <section class="card">
      <h3>{words.items}</h3>
      <ul>
        {order.items.map((item) => (
          <li key={item.name}>
            {item.quantity} × {item.name} {item.note && <span class="muted">{item.note}</span>}
          </li>
        ))}
      </ul>
      <p class="with-icon">
        <Icon name="package" />
        <strong>{load(order)}</strong>
      </p>
      {order.notes && (
        <p class="with-icon">
          <Icon name="info" />
          {order.notes}
        </p>
      )}
      {order.status !== "arrived_at_dropoff" && <Cash order={order} />}
    </section>
  );
}

/** Beside the next step, since it is forgotten with it: the cash, and what goes along as a proof. */
function AtTheDoor({ order }: { order: Order }) {
  const { photo, pin, name, note } = draftOf(order.id);
  const parts = [photo && offlineWords.photo, pin.trim() && words.proofPin, name.trim(), note.trim()].filter(Boolean);
  return (
    <>
      <Cash order={order} />
      <div role="status" class="goes-along">
        {parts.length > 0 && (
          <p class="with-icon">
            <Icon name="check" />
            <span>{offlineWords.goesAlong(parts.join(", "))}</span>
          </p>
        )}
      </div>
    </>
  );
}

function Cash({ order }: { order: Order }) {
  if (!order.cash_to_collect) return null;
  return (
    <p class="with-icon">
      <Icon name="wallet" />
      <strong>{words.cash(money(order.cash_to_collect))}</strong>
    </p>
  );
}
