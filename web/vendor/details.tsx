import { useEffect, useRef, useState } from "preact/hooks";
import { needWord } from "../shared/called";
import { money, telLink } from "../shared/format";
import type { Order, Place } from "../shared/protocol";
import { ChatPanel } from "../shared/ui/chat-panel";
import { Icon } from "../shared/ui/icons";
import { Sheet } from "../shared/ui/sheet";
import { StatusChip } from "../shared/ui/status-chip";
import { Action, Expired, Trouble } from "./card";
import { DriverLine, HandOverCode, NobodyComes, PaceChip, ReachLine, TimeLine, Worries } from "./card-parts";
import { History } from "./history";
import { CANCELLABLE, CHANGEABLE } from "./lists";
import { printSlip } from "./print";
import { CancelSheet, isOthers, ProblemChoices, ProblemText, ReportSheet } from "./problems";
import { Proof } from "./proof";
import { act, busy, chat, open, problem } from "./state";
import { linesFor } from "./submitting";
import { Tracking } from "./tracking";
import { detailWords, problemWords, words } from "./words";

/** Everything about one order, beside the board. */
export function Details({ order }: { order: Order }) {
  const [asking, setAsking] = useState<"cancel" | "problem" | null>(null);
  const title = (
    <>
      <span class="code huge">{order.code}</span>
      <StatusChip status={order.status} />
      <PaceChip order={order} />
    </>
  );
  return (
    <Sheet title={title} onClose={() => (open.value = null)}>
      <div class="stack">
        <TimeLine order={order} />
        <ReachLine order={order} />
        <Worries order={order} />
        <NobodyComes order={order} onCancel={() => setAsking("cancel")} />
        {isOthers(order) ? (
          <>
            <ProblemText order={order} />
            <ProblemChoices order={order} onCancel={() => setAsking("cancel")} onDone={() => (open.value = null)} />
          </>
        ) : (
          <Trouble order={order} />
        )}
        <DriverLine order={order} />
        <HandOverCode order={order} />
        <Expired order={order} />
        <Action order={order} />
        <Buttons order={order} onAsk={setAsking} />
      </div>
      <Contents order={order} />
      <Proof order={order} />
      <Talk order={order} />
      <Tracking order={order} />
      <section class="stack">
        <h3>{detailWords.history}</h3>
        <History order={order} />
      </section>
      {asking === "cancel" && <CancelSheet order={order} onClose={() => setAsking(null)} />}
      {asking === "problem" && <ReportSheet order={order} onClose={() => setAsking(null)} />}
    </Sheet>
  );
}

function Buttons({ order, onAsk }: { order: Order; onAsk: (what: "cancel" | "problem") => void }) {
  const mine = order.problem?.reported_by === "vendor";
  return (
    <div class="order-buttons">
      {order.status === "ready_for_pickup" && (
        <button type="button" class="button" disabled={busy.value.has(`order.withdraw ${order.id}`)} onClick={() => void act("order.withdraw", order)}>
          <Icon name="undo-2" />
          {words.withdraw}
        </button>
      )}
      {CHANGEABLE.includes(order.status) && (
        <button type="button" class="button" onClick={() => (open.value = { what: "change", id: order.id })}>
          <Icon name="pencil" />
          {words.change}
        </button>
      )}
      <button type="button" class="button" onClick={() => printSlip(order)}>
        <Icon name="printer" />
        {words.print}
      </button>
      {!order.closed_at && mine && (
        <button type="button" class="button" disabled={busy.value.has(`order.problem ${order.id}`)} onClick={() => void problem(order, null)}>
          <Icon name="check" />
          {problemWords.solved}
        </button>
      )}
      {!order.closed_at && !order.problem && (
        <button type="button" class="button" onClick={() => onAsk("problem")}>
          <Icon name="triangle-alert" />
          {problemWords.report}
        </button>
      )}
      {CANCELLABLE.includes(order.status) && (
        <button type="button" class="button quiet warns" onClick={() => onAsk("cancel")}>
          <Icon name="circle-x" />
          {words.cancel}
        </button>
      )}
    </div>
  );
}

/** The chat, with what is said most often as one press. */
function Talk({ order }: { order: Order }) {
  const waits = useRef<HTMLDivElement>(null);
  const n = linesFor(order).length;
  useEffect(() => {
    if (n > 0) waits.current?.scrollIntoView({ block: "nearest" });
  }, [n]);
  const now = open.value;
  const wanted = now?.what === "order" && now.at === "chat";
  return (
    <section class="stack">
      <h3>{detailWords.chat}</h3>
      <ChatPanel chat={chat} order={order.id} quick={!order.closed_at && order.driver ? detailWords.quick : []} whole={wanted} />
      <div class="stack" ref={waits}>
        {linesFor(order).map(({ id, payload }) => (
          <p key={id} class="banner tone-wait" role="status">
            <Icon name="upload" />
            <span>{words.queued.command(String(payload["text"]))}</span>
          </p>
        ))}
      </div>
    </section>
  );
}

function Contents({ order }: { order: Order }) {
  const { parts } = words;
  return (
    <dl class="facts">
      {order.items.length > 0 && (
        <div>
          <dt>{parts.items}</dt>
          {order.items.map((item) => (
            <dd key={item.name}>
              {item.quantity} × {item.name} {item.note && <span class="muted">{item.note}</span>}
            </dd>
          ))}
        </div>
      )}
      {order.cash_to_collect && <Fact name={parts.cash} text={money(order.cash_to_collect)} />}
      {order.notes && <Fact name={parts.notes} text={order.notes} />}
      {order.dropoff && (
        <div>
          <dt>{parts.dropoff}</dt>
          <PlaceLines place={order.dropoff} />
        </div>
      )}
      {(order.size !== "small" || order.package_count > 1) && (
        <Fact name={parts.size} text={[words.sizes[order.size], order.package_count > 1 && `${order.package_count} ${parts.packages}`].filter(Boolean).join(", ")} />
      )}
      {order.needs.length > 0 && <Fact name={parts.needs} text={order.needs.map(needWord).join(", ")} />}
    </dl>
  );
}

function Fact({ name, text }: { name: string; text: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{text}</dd>
    </div>
  );
}

function PlaceLines({ place }: { place: Place }) {
  return (
    <>
      {place.address && <dd>{place.address}</dd>}
      {(place.contact_name || place.phone) && (
        <dd>
          {place.contact_name} {place.phone && <a href={telLink(place.phone)}>{place.phone}</a>}
        </dd>
      )}
      {place.instructions && <dd class="muted">{place.instructions}</dd>}
    </>
  );
}
