import { useEffect, useRef } from "preact/hooks";
import { countdown, distance, distance_m, money, pointOf } from "../shared/format";
import type { Order } from "../shared/protocol";
import { Icon } from "../shared/ui/icons";
import { busy, claim, decline, resting } from "./commands";
import { bearing_deg, compassPoint } from "./compass";
import { load } from "./load";
import { position } from "./position";
import { silence } from "./ringing";
import { session, tripOf } from "./state";
import { offlineWords, words } from "./words";

/** Most of a card; of one that is larger than the screen, as much as half a screen holds. */
const SEEN_PART = 0.6;
const SCREEN_PART = 0.5;
const LOOKS = Array.from({ length: 21 }, (_, at) => at / 20);
/** From here on the countdown is an alarm. */
const HURRY_MS = 10_000;

export function OfferCard({ order }: { order: Order }) {
  const card = useRef<HTMLElement>(null);
  const claiming = busy.value.has(`order.claim ${order.id}`);
  const isOffline = session.link.value.state === "offline";
  const trip = tripOf(order.id);
  useSeen(card, order);
  const press = (deed: (order: Order) => Promise<void>) => () => {
    silence([order]);
    void deed(order);
  };
  return (
    <article ref={card} class="card offer" aria-label={`${order.code}, ${order.vendor.name}`}>
      <Countdown order={order} />
      <header class="row spread offer-head">
        <div>
          <h2 class="offer-vendor">{order.vendor.name}</h2>
          <p class="muted">{[order.pickup.address, order.code].filter(Boolean).join(" · ")}</p>
        </div>
        <button type="button" class="button quiet decline" disabled={isOffline || busy.value.has(`order.decline ${order.id}`)} onClick={press(decline)}>
          {words.decline}
          <span class="visually-hidden"> {order.code}</span>
        </button>
      </header>
      {trip && (
        <p class="with-icon chip tone-move same-trip">
          <Icon name="route" size_px={16} />
          {words.sameTrip(trip.code)}
        </p>
      )}
      <div class="offer-body">
        <Way order={order} />
        <p class="with-icon">
          <Icon name="package" />
          <span>{load(order)}</span>
        </p>
        <Worth order={order} />
        <button type="button" class="button big primary claim" disabled={claiming || isOffline} aria-disabled={resting.value} onClick={press(claim)}>
          {isOffline ? offlineWords.claim : claiming ? words.claiming : words.claim}
          <span class="visually-hidden"> {order.code}</span>
        </button>
      </div>
    </article>
  );
}

/** In the place of an offer that has ended, for as long as it takes to read why. */
export function EndedCard({ order, why }: { order: Order; why: string }) {
  return (
    <div class="card offer is-ended" aria-hidden="true">
      <p>
        <strong>{order.code}</strong> · {order.vendor.name}
      </p>
      <p class="offer-why">{why}</p>
    </div>
  );
}

/** The time that is left, by the hub's clock: a bar for the corner of the eye, and in figures. */
function Countdown({ order }: { order: Order }) {
  if (!order.offer) return null;
  const { opened_at, expires_at } = order.offer;
  const now_ms = session.now.value;
  const left_ms = Math.max(0, Date.parse(expires_at) - now_ms);
  const whole_ms = Math.max(1, Date.parse(expires_at) - Date.parse(opened_at));
  const left = countdown(expires_at, now_ms);
  return (
    <div class={`countdown ${left_ms <= HURRY_MS ? "is-ending" : ""}`}>
      <svg class="countdown-bar" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
        <rect width="100" height="1" style={{ transform: `scaleX(${Math.min(1, left_ms / whole_ms)})` }} />
      </svg>
      <p class="with-icon" role="timer">
        <Icon name="timer" />
        <span>
          {left === "0:00" ? (
            words.ending
          ) : (
            <>
              <strong>{left}</strong> {words.leftToAnswer}
            </>
          )}
        </span>
      </p>
    </div>
  );
}

/** How far to the pickup, and from there on in which direction and how far. */
function Way({ order }: { order: Order }) {
  const pickup = pointOf(order.pickup);
  const dropoff = pointOf(order.dropoff);
  const away = position.value && pickup ? distance(distance_m(position.value, pickup)) : null;
  const bearing = pickup && dropoff ? bearing_deg(pickup, dropoff) : null;
  const onward = pickup && dropoff ? distance(distance_m(pickup, dropoff)) : null;
  if (!away && !onward) return null;
  return (
    <ul class="way">
      {away && (
        <li>
          <Icon name="store" size_px={24} />
          <span>
            <strong>{away}</strong> <span>{words.toPickup}</span>
          </span>
        </li>
      )}
      {onward && bearing !== null && (
        <li>
          <Arrow bearing={bearing} />
          <span>
            <strong>{onward}</strong> <span>{words.toDropoff(words.compass[compassPoint(bearing)] ?? "")}</span>
          </span>
        </li>
      )}
    </ul>
  );
}

/** North is up. */
function Arrow({ bearing }: { bearing: number }) {
  return (
    <svg class="icon" width="24" height="24" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d="M12 21V3M5 10l7-7 7 7" transform={`rotate(${Math.round(bearing)} 12 12)`} />
    </svg>
  );
}

function Worth({ order }: { order: Order }) {
  if (!order.driver_pay && !order.cash_to_collect) return null;
  return (
    <p class="worth">
      {order.driver_pay && <strong class="pay">{words.pay(money(order.driver_pay))}</strong>}
      {order.cash_to_collect && (
        <span class="with-icon">
          <Icon name="wallet" />
          {words.cash(money(order.cash_to_collect))}
        </span>
      )}
    </p>
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
        inView = entries.some(({ intersectionRect, intersectionRatio }) => {
          return intersectionRatio >= SEEN_PART || intersectionRect.height >= SCREEN_PART * innerHeight;
        });
        look();
      },
      { threshold: LOOKS },
    );
    observer.observe(card.current);
    document.addEventListener("visibilitychange", look);
    return () => {
      observer.disconnect();
      document.removeEventListener("visibilitychange", look);
    };
  }, [order.id, round, link.state]);
}
