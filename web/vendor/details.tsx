import { useState } from "preact/hooks";
import { telLink } from "../shared/format";
import type { Order, Place } from "../shared/protocol";
import { ChatPanel } from "../shared/ui/chat-panel";
import { Icon } from "../shared/ui/icons";
import { ReasonSheet } from "../shared/ui/reason-sheet";
import { Sheet } from "../shared/ui/sheet";
import { StatusChip } from "../shared/ui/status-chip";
import { Timeline } from "../shared/ui/timeline";
import { chatWords, timelineWords } from "../shared/words";
import { Action, DriverLine, TimeLine } from "./card";
import { act, busy, cancel, chat, open, session } from "./state";
import { words } from "./words";

const CANCELLABLE: readonly Order["status"][] = [
  "scheduled",
  "submitted",
  "ready_for_pickup",
  "assigned",
  "enroute_to_pickup",
  "arrived_at_pickup",
];

/** Everything about one order, beside the board. */
export function Details({ order }: { order: Order }) {
  const [cancelling, setCancelling] = useState(false);
  const close = () => (open.value = null);
  const reach = order.offer?.reach;
  const title = (
    <>
      <span class="code">{order.code}</span>
      <StatusChip status={order.status} />
    </>
  );
  return (
    <Sheet title={title} onClose={close}>
      <div class="stack">
        <TimeLine order={order} />
        {order.status === "ready_for_pickup" && reach && reach.sent > 0 && (
          <p class="muted">{words.reach(reach.delivered, reach.seen, reach.declined)}</p>
        )}
        {order.driver && <DriverLine driver={order.driver} />}
        {order.cancel_reason && (
          <p class="banner tone-alarm">
            <Icon name="circle-x" />
            <span>{order.cancel_reason}</span>
          </p>
        )}
        <Action order={order} />
        {order.status === "ready_for_pickup" && (
          <button type="button" class="button" disabled={busy.value.has(`order.withdraw ${order.id}`)} onClick={() => void act("order.withdraw", order)}>
            <Icon name="undo-2" />
            {words.withdraw}
          </button>
        )}
      </div>
      <Contents order={order} />
      <section class="stack">
        <h3>{chatWords.title}</h3>
        <ChatPanel chat={chat} order={order.id} />
      </section>
      <section class="stack">
        <h3>{timelineWords.title}</h3>
        <Timeline order={order.id} version={order.version} rest={session.rest} />
      </section>
      {CANCELLABLE.includes(order.status) && (
        <button type="button" class="button quiet warns" onClick={() => setCancelling(true)}>
          <Icon name="circle-x" />
          {words.cancel}
        </button>
      )}
      {cancelling && (
        <ReasonSheet
          title={words.cancelTitle(order.code)}
          reasons={words.cancelReasons}
          button={words.cancelButton}
          danger
          onGive={(reason) => cancel(order, reason)}
          onClose={() => setCancelling(false)}
        />
      )}
    </Sheet>
  );
}

function Contents({ order }: { order: Order }) {
  return (
    <dl class="facts">
      {order.items.length > 0 && (
        <div>
          <dt>{words.parts.items}</dt>
          {order.items.map((item) => (
            <dd key={item.name}>
              {item.quantity} × {item.name} {item.note && <span class="muted">{item.note}</span>}
            </dd>
          ))}
        </div>
      )}
      {order.notes && (
        <div>
          <dt>{words.parts.notes}</dt>
          <dd>{order.notes}</dd>
        </div>
      )}
      {order.dropoff && (
        <div>
          <dt>{words.parts.dropoff}</dt>
          <PlaceLines place={order.dropoff} />
        </div>
      )}
    </dl>
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
