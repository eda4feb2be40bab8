import { contents, telLink } from "../shared/format";
import type { Order } from "../shared/protocol";
import { Icon } from "../shared/ui/icons";
import { StatusChip } from "../shared/ui/status-chip";
import { callsByOrder } from "./board";
import { DriverLine, HandOverCode, NobodyComes, PaceChip, ReachLine, TimeLine, Worries } from "./card-parts";
import { sameAgain } from "./again";
import { CallDispatcher } from "./dispatch";
import { nameOf } from "./calls";
import { act, busy, chat, open, seenTo } from "./state";
import { waitingFor } from "./submitting";
import { words } from "./words";

/** One order on the board: the code, what and where, the time that matters, one action. */
export function Card({ order, onCancel }: { order: Order; onCancel: () => void }) {
  const unread = chat.unread.value.get(order.id) ?? 0;
  const call = callsByOrder.value.get(order.id);
  const who = [order.dropoff?.contact_name, order.dropoff?.address].filter(Boolean).join(", ");
  const see = () => (open.value = unread > 0 ? { what: "order", id: order.id, at: "chat" } : { what: "order", id: order.id });
  return (
    <article class={`card order-card ${call ? `is-called is-${call}` : ""}`} aria-label={order.code}>
      <header class="card-head">
        <span class="code huge">{order.code}</span>
        <PaceChip order={order} />
        <StatusChip status={order.status} />
      </header>
      <p class="card-contents">{contents(order)}</p>
      {who && (
        <p class="with-icon card-where">
          <Icon name="map-pin" />
          {who}
        </p>
      )}
      <TimeLine order={order} />
      <ReachLine order={order} />
      <Worries order={order} />
      <NobodyComes order={order} onCancel={onCancel} />
      <Trouble order={order} />
      <DriverLine order={order} />
      <HandOverCode order={order} />
      <Expired order={order} />
      <Action order={order} />
      <div class="card-foot">
        <button type="button" class="button quiet opens" onClick={see}>
          {unread > 0 ? (
            <span class="row unread">
              <Icon name="message-square" />
              {words.unread(unread)}
            </span>
          ) : (
            words.details
          )}
          <span class="visually-hidden"> {order.code}</span>
        </button>
        {order.status === "ready_for_pickup" && (
          <button type="button" class="button quiet" disabled={busy.value.has(`order.withdraw ${order.id}`)} onClick={() => void act("order.withdraw", order)}>
            {words.takeBack}
            <span class="visually-hidden"> {order.code}</span>
          </button>
        )}
      </div>
    </article>
  );
}

/** What somebody has said is wrong with it. */
export function Trouble({ order }: { order: Order }) {
  if (order.cancel_reason) return <Line icon="circle-x" text={order.cancel_reason} />;
  if (!order.problem || order.closed_at) return null;
  return <Line icon="triangle-alert" text={[order.problem.reason, order.problem.note].filter(Boolean).join(": ")} />;
}

function Line({ icon, text }: { icon: "circle-x" | "triangle-alert"; text: string }) {
  return (
    <p class="banner tone-alarm">
      <Icon name={icon} />
      <span>{text}</span>
    </p>
  );
}

/** No driver took it: how to go on. */
export function Expired({ order }: { order: Order }) {
  if (order.status !== "expired") return null;
  const name = nameOf(order, "expired");
  if (seenTo.value.includes(name)) return null;
  return (
    <div class="nobody">
      <p class="banner tone-alarm">
        <Icon name="circle-alert" />
        <span>{words.nobody.expired}</span>
      </p>
      <div class="next-steps">
        <button type="button" class="button primary" onClick={() => sameAgain(order)}>
          <Icon name="plus" />
          {words.nobody.sameAgain}
        </button>
        <CallDispatcher />
        <button type="button" class="button" onClick={() => seenTo.put(name)}>
          <Icon name="check" />
          {words.nobody.done}
        </button>
      </div>
    </div>
  );
}

/** The one thing a vendor can do next, if there is one. */
export function Action({ order }: { order: Order }) {
  const waits = waitingFor(order);
  if (waits) {
    return (
      <p class="banner tone-wait" role="status">
        <Icon name="upload" />
        <span>{words.queued.command(words.queued.commands[waits.name] ?? waits.name)}</span>
      </p>
    );
  }
  const action = actionOf(order);
  if (!action) return null;
  return (
    <button
      type="button"
      class={`button ${action.look}`}
      disabled={busy.value.has(`${action.name} ${order.id}`)}
      onClick={() => void act(action.name, order)}
    >
      <Icon name={action.icon} size_px={action.look.includes("big") ? 28 : 20} />
      {action.word}
      <span class="visually-hidden"> {order.code}</span>
    </button>
  );
}

function actionOf(order: Order) {
  switch (order.status) {
    case "scheduled":
    case "submitted":
      return { name: "order.ready", icon: "bell", word: words.ready, look: "big primary ready" } as const;
    case "arrived_at_pickup":
      return { name: "order.hand_over", icon: "hand", word: words.handOver, look: "big primary" } as const;
    case "assigned":
    case "enroute_to_pickup":
      return { name: "order.hand_over", icon: "hand", word: words.handOver, look: "" } as const;
    case "returning":
      return { name: "order.confirm_return", icon: "package-check", word: words.confirmReturn, look: "primary" } as const;
    default:
      return null;
  }
}

export function RecipientCall({ order }: { order: Order }) {
  const { phone, contact_name: name } = order.dropoff ?? {};
  if (!phone) return null;
  return (
    <a class="button" href={telLink(phone)}>
      <Icon name="phone" />
      {words.call(name || words.recipient)}
    </a>
  );
}
