import { ago, clockTime, countdown, distance, lasted, telLink } from "../shared/format";
import type { DriverReach, Order } from "../shared/protocol";
import { Icon, type IconName } from "../shared/ui/icons";
import { vehicleWord } from "../shared/called";
import type { Tone } from "../shared/words";
import { away, callsByOrder } from "./board";
import { nobodyComes } from "./calls";
import { CallDispatcher } from "./dispatch";
import { dueOf, type Grade, paceOf } from "./pace";
import { askAgain, busy, places, reaches, session } from "./state";
import { words } from "./words";

const gradeTones: Record<Grade, Tone | null> = { fine: null, soon: "wait", late: "alarm" };
const gradeIcons: Record<Grade, IconName> = { fine: "clock", soon: "hourglass", late: "triangle-alert" };

/** How long it has been there and whether that is too long: by colour, icon and words. */
export function PaceChip({ order }: { order: Order }) {
  const pace = paceOf(order, session.now.value);
  if (!pace) return null;
  const { grade, for_ms, left_ms } = pace;
  const tone = gradeTones[grade];
  const isPromised = left_ms !== null;
  // Where nothing was promised, nothing is on time: how long it has been says enough until that is too long.
  const parts = grade === "late" && isPromised ? [words.pace.lateBy(lasted(-left_ms))] : [lasted(for_ms), ...(isPromised || tone ? [words.pace[grade]] : [])];
  return (
    <span class={`chip pace ${tone ? `tone-${tone}` : ""}`}>
      <Icon name={gradeIcons[grade]} size_px={16} />
      {parts.join(" · ")}
    </span>
  );
}

/** The time that matters in this status, beside how long it has been there. */
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
  if (order.status === "scheduled") return order.scheduled_for ? auto(order, words.scheduledFor(clockTime(order.scheduled_for))) : null;
  if (order.status === "submitted") {
    const due = dueOf(order);
    if (due === null) return null;
    const minutes = Math.ceil((due - now) / 60_000);
    return auto(order, minutes > 0 ? `${words.readyIn(minutes)}, ${words.due(clockTime(due))}` : words.due(clockTime(due)));
  }
  return order.closed_at ? words.closed(clockTime(order.closed_at)) : null;
}

function auto(order: Order, text: string): string {
  return order.auto_ready ? `${text}, ${words.autoReady}` : text;
}

/** How many drivers an offer has reached by now, in words, and how long this round lasts. */
export function ReachLine({ order }: { order: Order }) {
  const { offer } = order;
  if (!offer) return null;
  const { sent = 0, delivered = 0, seen = 0, declined = 0 } = offer.reach ?? {};
  const parts = [
    words.reach.offered(sent),
    ...(sent ? [words.reach.delivered(delivered), words.reach.seen(seen)] : []),
    ...(declined ? [words.reach.declined(declined)] : []),
    words.reach.round(offer.round),
  ];
  return (
    <p class="with-icon reach">
      <Icon name="radio" />
      <span>
        {parts.join(", ")}, <span class="reach-left">{words.reach.left(countdown(offer.expires_at, session.now.value))}</span>
      </span>
    </p>
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

/** Nobody comes: what is so, and what can be done about it. */
export function NobodyComes({ order, onCancel }: { order: Order; onCancel: () => void }) {
  const alerts = session.alerts.value.get(order.id) ?? [];
  if (!nobodyComes(order, alerts.length > 0, session.now.value)) return null;
  return (
    <div class="nobody">
      {alerts.length === 0 && (
        <p class="banner tone-wait" role="status">
          <Icon name="circle-alert" />
          <span>{words.nobody.title}</span>
        </p>
      )}
      <div class="next-steps">
        <button type="button" class="button" disabled={busy.value.has(`order.withdraw ${order.id}`) || busy.value.has(`order.ready ${order.id}`)} onClick={() => void askAgain(order)}>
          <Icon name="refresh-cw" />
          {words.nobody.again}
        </button>
        <CallDispatcher />
        <button type="button" class="button" onClick={onCancel}>
          <Icon name="circle-x" />
          {words.nobody.cancel}
          <span class="visually-hidden"> {order.code}</span>
        </button>
      </div>
    </div>
  );
}

/** Who comes, on what, how far away, and how to reach them. */
export function DriverLine({ order }: { order: Order }) {
  const { driver } = order;
  if (!driver) return null;
  const isNear = callsByOrder.value.get(order.id) === "near";
  const where = whereText(order);
  return (
    <div class="driver-line">
      <div class="row spread">
        <p class="with-icon">
          <Icon name="bike" />
          <span>
            <strong>{driver.name}</strong> {driver.vehicle && <span class="muted">{vehicleWord(driver.vehicle)}</span>}
            {where && <span class="driver-where">{where}</span>}
          </span>
        </p>
        {driver.phone && (
          <a class="icon-button" href={telLink(driver.phone)} aria-label={words.call(driver.name)}>
            <Icon name="phone" />
          </a>
        )}
      </div>
      <div class="row wrap">
        {isNear && (
          <span class="chip tone-move">
            <Icon name="map-pin" size_px={16} />
            {words.near}
          </span>
        )}
        <ReachChip order={order} />
      </div>
    </div>
  );
}

const reachLooks = {
  live: { tone: "tone-done", icon: "wifi" },
  push_only: { tone: "tone-done", icon: "smartphone" },
  stale: { tone: "tone-wait", icon: "circle-alert" },
  unreachable: { tone: "tone-wait", icon: "wifi-off" },
} as const satisfies Record<DriverReach, object>;

/** Whether a message would reach them: only of who still has to do with the order. */
function ReachChip({ order }: { order: Order }) {
  const { driver } = order;
  if (!driver || order.closed_at) return null;
  const reach = reaches.value.get(driver.id) ?? driver.reach;
  if (!reach) return null;
  const { tone, icon } = reachLooks[reach];
  return (
    <span class={`chip ${tone}`}>
      <Icon name={icon} size_px={16} />
      {words.reached[reach]}
    </span>
  );
}

/** A position older than this is said with its age. */
const FRESH_MS = 90_000;

function whereText(order: Order): string | null {
  const m = away.value.get(order.id);
  if (m === undefined || !order.driver) return null;
  const { id, location } = order.driver;
  const at = places.value.get(id)?.heard_ms ?? (location ? Date.parse(location.recorded_at) : 0);
  const now = session.now.value;
  return now - at > FRESH_MS ? words.awayAsOf(distance(m), ago(at, now)) : words.away(distance(m));
}

/** The code that the driver must name: in the details as large as it can be read from the other side of the counter. */
export function HandOverCode({ order }: { order: Order }) {
  if (!order.pickup_code_required || order.status !== "arrived_at_pickup") return null;
  return (
    <p class="hand-over-code">
      <span>{words.handOverCode}</span>
      <strong class="code">{order.code}</strong>
      <span class="muted">{words.handOverHint}</span>
    </p>
  );
}
