import { useEffect, useRef } from "preact/hooks";
import { countdown, distance, distance_m, money, pointOf } from "../shared/format";
import type { Order } from "../shared/protocol";
import { Icon } from "../shared/ui/icons";
import { busy, claim, decline } from "./commands";
import { position } from "./position";
import { session, tripOf } from "./state";
import { words } from "./words";

const SEEN_PART = 0.6;

export function OfferCard({ order }: { order: Order }) {
  const card = useRef<HTMLElement>(null);
  const claiming = busy.value.has(`order.claim ${order.id}`);
  const trip = tripOf(order.id);
  useSeen(card, order);
  return (
    <article ref={card} class="card offer" aria-label={`${order.code}, ${order.vendor.name}`}>
      <header class="row spread">
        <span class="code huge">{order.code}</span>
        <button type="button" class="button quiet decline" disabled={busy.value.has(`order.decline ${order.id}`)} onClick={() => void decline(order)}>
          {words.decline}
          <span class="visually-hidden"> {order.code}</span>
        </button>
      </header>
      <div>
        <div class="row spread">
          <h2>{order.vendor.name}</h2>
          <Countdown order={order} />
        </div>
        {order.pickup.address && (
          <p class="with-icon offer-where">
            <Icon name="map-pin" />
            {order.pickup.address}
          </p>
        )}
      </div>
      {trip && (
        <p class="with-icon chip tone-move same-trip">
          <Icon name="route" size_px={16} />
          {words.sameTrip(trip.code)}
        </p>
      )}
      <Facts order={order} />
      <button type="button" class="button big primary" disabled={claiming} onClick={() => void claim(order)}>
        {claiming ? words.claiming : words.claim}
        <span class="visually-hidden"> {order.code}</span>
      </button>
    </article>
  );
}

function Countdown({ order }: { order: Order }) {
  if (!order.offer) return null;
  const left = countdown(order.offer.expires_at, session.now.value);
  return (
    <span class="chip tone-wait countdown" role="timer">
      <Icon name="timer" size_px={16} />
      {left === "0:00" ? words.ending : left}
    </span>
  );
}

function Facts({ order }: { order: Order }) {
  const pickup = pointOf(order.pickup);
  const dropoff = pointOf(order.dropoff);
  const away = position.value && pickup && distance(distance_m(position.value, pickup));
  const onward = pickup && dropoff && distance(distance_m(pickup, dropoff));
  return (
    <ul class="facts">
      {(away || onward) && (
        <li class="with-icon">
          <Icon name="route" />
          {[away && words.toPickup(away), onward && words.toDropoff(onward)].filter(Boolean).join(", ")}
        </li>
      )}
      <li class="with-icon">
        <Icon name="package" />
        {[words.packages(order.package_count), order.size, ...order.needs.map((need) => need.replace(/_/g, " "))].filter(Boolean).join(", ")}
      </li>
      {order.driver_pay && (
        <li class="with-icon">
          <Icon name="wallet" />
          <strong>{words.pay(money(order.driver_pay))}</strong>
        </li>
      )}
      {order.cash_to_collect && (
        <li class="with-icon">
          <Icon name="wallet" />
          {words.cash(money(order.cash_to_collect))}
        </li>
      )}
    </ul>
  );
}

/** Reports the offer as seen once most of its card is on a screen that somebody can look at. */
function useSeen(card: { current: HTMLElement | null }, order: Order): void {
  const { value: link } = session.link;
  const round = order.offer?.round;
  useEffect(() => {
    if (!card.current || link.state !== "live") return;
    let inView = false;
    const look = () => {
      if (inView && document.visibilityState === "visible") session.live().seen(order);
    };
    const observer = new IntersectionObserver(
      (entries) => {
        inView = entries.some((entry) => entry.intersectionRatio >= SEEN_PART);
        look();
      },
      { threshold: SEEN_PART },
    );
    observer.observe(card.current);
    document.addEventListener("visibilitychange", look);
    return () => {
      observer.disconnect();
      document.removeEventListener("visibilitychange", look);
    };
  }, [order.id, round, link.state]);
}
