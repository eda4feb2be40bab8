import { ago, clockTime, contents, countdown, telLink } from "../shared/format";
import type { Order } from "../shared/protocol";
import { Icon } from "../shared/ui/icons";
import { StatusChip } from "../shared/ui/status-chip";
import { act, busy, chat, open, session } from "./state";
import { words } from "./words";

/** One order on the board: the code, what and where, the time that matters, one action. */
export function Card({ order }: { order: Order }) {
  const unread = chat.unread.value.get(order.id) ?? 0;
  const where = order.dropoff?.address;
  return (
    <article class="card" aria-label={order.code}>
      <header class="row spread wrap">
        <span class="code">{order.code}</span>
        <StatusChip status={order.status} />
      </header>
      <p class="card-contents">{contents(order)}</p>
      {where && (
        <p class="with-icon">
          <Icon name="map-pin" />
          {where}
        </p>
      )}
      <TimeLine order={order} />
      <Worries order={order} />
      {order.driver && <DriverLine driver={order.driver} />}
      <Action order={order} />
      <button type="button" class="button quiet card-details" onClick={() => (open.value = { what: "order", id: order.id })}>
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
    </article>
  );
}

/** What is the matter with it, as things are: a shop that knows can act. */
export function Worries({ order }: { order: Order }) {
  const alerts = session.alerts.value.get(order.id) ?? [];
  return (
    <>
      {alerts.map((alert) => (
        <p key={alert.id} class="banner tone-wait" role="status">
          <Icon name="circle-alert" />
          <span>{words.alerts[alert.code]}</span>
        </p>
      ))}
    </>
  );
}

/** The time that matters in this status. */
export function TimeLine({ order }: { order: Order }) {
  const text = timeText(order, session.now.value);
  return text ? (
    <p class="with-icon">
      <Icon name="clock" />
      <span>{text}</span>
    </p>
  ) : null;
}

function timeText(order: Order, now: number): string | null {
  switch (order.status) {
    case "scheduled":
      return order.scheduled_for ? words.scheduledFor(clockTime(order.scheduled_for)) : null;
    case "submitted": {
      if (!order.submitted_at) return null;
      if (order.prep_minutes == null) return ago(Date.parse(order.submitted_at), now);
      const due = Date.parse(order.submitted_at) + order.prep_minutes * 60_000;
      const minutes = Math.ceil((due - now) / 60_000);
      return minutes >= 0 ? `${words.readyIn(minutes)}, ${words.due(clockTime(due))}` : words.late(-minutes);
    }
    case "ready_for_pickup":
      return order.offer
        ? words.round(order.offer.round, countdown(order.offer.expires_at, now), order.offer.reach?.sent ?? null)
        : order.ready_at
          ? words.waiting(ago(Date.parse(order.ready_at), now))
          : null;
    case "arrived_at_pickup":
      return order.arrived_at_pickup_at ? words.arrived(ago(Date.parse(order.arrived_at_pickup_at), now)) : null;
    case "picked_up":
    case "arrived_at_dropoff":
    case "returning":
      return order.picked_up_at ? words.pickedUp(ago(Date.parse(order.picked_up_at), now)) : null;
    case "expired":
      return words.noDriver;
    default:
      return order.closed_at ? words.closed(clockTime(order.closed_at)) : null;
  }
}

export function DriverLine({ driver }: { driver: NonNullable<Order["driver"]> }) {
  return (
    <div class="row spread driver-line">
      <p class="with-icon">
        <Icon name="bike" />
        <span>
          <strong>{driver.name}</strong> {driver.vehicle && <span class="muted">{driver.vehicle}</span>}
        </span>
      </p>
      {driver.phone && (
        <a class="icon-button" href={telLink(driver.phone)} aria-label={words.call(driver.name)}>
          <Icon name="phone" />
        </a>
      )}
    </div>
  );
}

/** The one thing a vendor can do next, if there is one. */
export function Action({ order }: { order: Order }) {
  const action = actionOf(order);
  if (!action) return null;
  return (
    <button
      type="button"
      class={`button ${action.large ? "big primary" : ""}`}
      disabled={busy.value.has(`${action.name} ${order.id}`)}
      onClick={() => void act(action.name, order)}
    >
      <Icon name={action.icon} />
      {action.word}
      <span class="visually-hidden"> {order.code}</span>
    </button>
  );
}

function actionOf(order: Order) {
  switch (order.status) {
    case "scheduled":
    case "submitted":
      return { name: "order.ready", icon: "bell", word: words.ready, large: true } as const;
    case "arrived_at_pickup":
      return { name: "order.hand_over", icon: "hand", word: words.handOver, large: true } as const;
    case "assigned":
    case "enroute_to_pickup":
      return { name: "order.hand_over", icon: "hand", word: words.handOver, large: false } as const;
    case "returning":
      return { name: "order.confirm_return", icon: "package-check", word: words.confirmReturn, large: false } as const;
    default:
      return null;
  }
}
