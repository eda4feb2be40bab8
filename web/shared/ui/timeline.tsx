import { useEffect, useState } from "preact/hooks";
import { moment } from "../format";
import type { Event } from "../protocol";
import type { Rest } from "../rest";
import { eventWords, timelineWords as words } from "../words";

interface Props {
  order: string;
  /** Read again when the order changes. */
  version: number;
  rest: () => Rest;
}

/** What happened to an order, oldest first. */
export function Timeline({ order, version, rest }: Props) {
  const [events, setEvents] = useState<Event[]>([]);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let wanted = true;
    rest()
      .all<Event>(`/orders/${order}/events?limit=200`)
      .then(
        (all) => wanted && (setEvents(all), setFailed(false)),
        () => wanted && setFailed(true),
      );
    return () => {
      wanted = false;
    };
  }, [order, version, rest]);

  if (failed) return <p class="muted">{words.failed}</p>;
  return (
    <ol class="timeline">
      {events
        .filter((event) => event.type !== "order.message")
        .map((event) => (
          <li key={event.id}>
            <time dateTime={event.at}>{moment(event.at, Date.now())}</time>
            <EventText event={event} />
          </li>
        ))}
    </ol>
  );
}

/** One event as a line of a history: what, by whom, when if it was told late, and why. */
export function EventText({ event }: { event: Event }) {
  const late = toldLate(event);
  const reason = reasonOf(event);
  return (
    <span>
      {eventWords[event.type] ?? plainly(event.type)}
      {event.actor?.name && <span class="muted"> {words.by(event.actor.name)}</span>}
      {late && <span class="muted"> ({words.doneAt(moment(late, Date.now()))})</span>}
      {reason && <q>{reason}</q>}
    </span>
  );
}

/** `offer.sent` reads as `Offer sent`: the history may hold more than this page knows. */
function plainly(type: string): string {
  const text = type.replace(/[._]/g, " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A phone that says at once what its driver does is a moment late all the same. */
const LATE_MS_MIN = 60_000;

/** When it was done, if a phone without a network told it later. */
function toldLate({ at, data }: Event): string {
  const { occurred_at } = data as { occurred_at?: unknown };
  if (typeof occurred_at !== "string" || Date.parse(at) - Date.parse(occurred_at) < LATE_MS_MIN) return "";
  return occurred_at;
}

function reasonOf(event: Event): string {
  const { reason, note } = event.data as { reason?: unknown; note?: unknown };
  return [reason, note].filter((part) => typeof part === "string" && part).join(": ");
}
