import { countdown, moment, telLink } from "../shared/format";
import type { Alert, Order, Place } from "../shared/protocol";
import { ChatPanel } from "../shared/ui/chat-panel";
import { Icon } from "../shared/ui/icons";
import { StatusChip } from "../shared/ui/status-chip";
import { Timeline } from "../shared/ui/timeline";
import { vehicleWord } from "../shared/called";
import { chatWords, timelineWords } from "../shared/words";
import { alertInWords } from "./alert-words";
import { acknowledge } from "./commands";
import { ReachedBy } from "./driver-state";
import { Actions } from "./order-actions";
import { ProofFacts } from "./proof";
import { Since } from "./since";
import { chat, lists, session, zoneName } from "./state";
import { words } from "./words";

export function OrderTitle({ order }: { order: Order }) {
  return (
    <>
      <span class="code">{order.code}</span>
      <StatusChip status={order.status} />
    </>
  );
}

/** Everything about one order: what is wrong, what can be done, who has to do with it, what was said, what happened. */
export function OrderDetail({ order }: { order: Order }) {
  return (
    <>
      <p class="with-icon">
        <Icon name="clock" />
        <span>
          {words.since} <Since order={order} />
        </span>
      </p>
      {order.problem && <Banner text={words.problemBy(order.problem.reason, order.problem.note)} />}
      {(session.alerts.value.get(order.id) ?? []).map((alert) => (
        <AlertBanner key={alert.id} alert={alert} />
      ))}
      {order.cancel_reason && <Banner text={order.cancel_reason} />}
      {order.offer && <Reach offer={order.offer} />}
      <Actions order={order} />
      <Facts order={order} />
      <section class="stack">
        <h3>{chatWords.title}</h3>
        <ChatPanel chat={chat} order={order.id} />
      </section>
      <section class="stack">
        <h3>{timelineWords.title}</h3>
        <Timeline order={order.id} version={order.version} rest={session.rest} />
      </section>
    </>
  );
}

/** What the hub is worried about, until it is over; whoever looks after it says so. */
function AlertBanner({ alert }: { alert: Alert }) {
  return (
    <div class="banner tone-alarm" role="group" aria-label={words.alerts[alert.code]}>
      <Icon name="circle-alert" />
      <span>{alertInWords(alert)}</span>
      {alert.acknowledged_at ? (
        <span class="muted">{words.seenBy(alert.acknowledged_by ?? "", moment(alert.acknowledged_at, session.now.value))}</span>
      ) : (
        <button type="button" class="button quiet" onClick={() => void acknowledge(alert.id)}>
          {words.acknowledge}
        </button>
      )}
    </div>
  );
}

function Banner({ text }: { text: string }) {
  return (
    <p class="banner tone-alarm">
      <Icon name="circle-alert" />
      <span>{text}</span>
    </p>
  );
}

/** How far the offer got: each number is a part of the one before it, but for the last. */
function Reach({ offer }: { offer: NonNullable<Order["offer"]> }) {
  const { reach } = offer;
  return (
    <section class="reach" aria-label={words.reach}>
      <p class="with-icon">
        <Icon name="timer" />
        {words.round(offer.round, countdown(offer.expires_at, session.now.value))}
      </p>
      {reach && (
        <dl>
          {(["sent", "delivered", "seen", "declined"] as const).map((part) => (
            <div key={part}>
              <dt>{words.reachParts[part]}</dt>
              <dd>{reach[part]}</dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}

/** By what way the driver of an open order is reached: the list of drivers is newer than the order's last event. */
function DriverNow({ driver }: { driver: NonNullable<Order["driver"]> }) {
  const known = lists.drivers.rows.value?.find(({ id }) => id === driver.id);
  return driver.reach && <ReachedBy reach={known?.reach ?? driver.reach} />;
}

function Facts({ order }: { order: Order }) {
  const { vendor, driver } = order;
  return (
    <dl class="facts">
      {driver && (
        <Fact term={words.parts.driver}>
          <dd class="row spread">
            <span>
              <strong>{driver.name}</strong> {driver.vehicle && <span class="muted">{vehicleWord(driver.vehicle)}</span>} <DriverNow driver={driver} />
            </span>
            {driver.phone && <Call name={driver.name} phone={driver.phone} />}
          </dd>
        </Fact>
      )}
      <Fact term={words.parts.vendor}>
        <dd class="row spread">
          <span>
            <strong>{vendor.name}</strong> <span class="muted">{order.pickup.address}</span>
          </span>
          {vendor.phone && <Call name={vendor.name} phone={vendor.phone} />}
        </dd>
      </Fact>
      {order.dropoff && (
        <Fact term={words.parts.dropoff}>
          <Dropoff place={order.dropoff} />
        </Fact>
      )}
      <Fact term={words.parts.zone}>
        <dd>{zoneName(order.zone)}</dd>
      </Fact>
      {order.proof && Object.values(order.proof).some(Boolean) && (
        <Fact term={words.parts.proof}>
          <ProofFacts order={order.id} proof={order.proof} />
        </Fact>
      )}
      {order.scheduled_for && (
        <Fact term={words.parts.scheduled}>
          <dd>{moment(order.scheduled_for, session.now.value)}</dd>
        </Fact>
      )}
      {order.items.length > 0 && (
        <Fact term={words.parts.items}>
          {order.items.map((item, index) => (
            <dd key={index}>
              {item.quantity} × {item.name} {item.note && <span class="muted">{item.note}</span>}
            </dd>
          ))}
        </Fact>
      )}
      {order.notes && (
        <Fact term={words.parts.notes}>
          <dd>{order.notes}</dd>
        </Fact>
      )}
      {order.external_id && (
        <Fact term={words.parts.external}>
          <dd>{order.external_id}</dd>
        </Fact>
      )}
    </dl>
  );
}

function Fact({ term, children }: { term: string; children: preact.ComponentChildren }) {
  return (
    <div>
      <dt>{term}</dt>
      {children}
    </div>
  );
}

function Call({ name, phone }: { name: string; phone: string }) {
  return (
    <a class="icon-button call" href={telLink(phone)} aria-label={words.call(name)} title={phone}>
      <Icon name="phone" />
    </a>
  );
}

function Dropoff({ place }: { place: Place }) {
  return (
    <>
      <dd class="row spread">
        <span>
          {place.contact_name && <strong>{place.contact_name}</strong>} {place.address}
        </span>
        {place.phone && <Call name={place.contact_name ?? words.parts.dropoff} phone={place.phone} />}
      </dd>
      {place.instructions && <dd class="muted">{place.instructions}</dd>}
    </>
  );
}
