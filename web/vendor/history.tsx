import { useEffect, useState } from "preact/hooks";
import { clockTime, moment } from "../shared/format";
import type { AskedDriver, Event, OfferRound, Order } from "../shared/protocol";
import { EventText } from "../shared/ui/timeline";
import { session } from "./state";
import { detailWords as words } from "./words";

/** What happened to an order, oldest first, with each round of its offers and what became of it at each driver. */
export function History({ order }: { order: Order }) {
  const [events, setEvents] = useState<readonly Event[]>([]);
  const [failed, setFailed] = useState(false);
  const { reach, round } = order.offer ?? {};
  useEffect(() => {
    let wanted = true;
    session
      .rest()
      .all<Event>(`/orders/${order.id}/events?limit=200`)
      .then(
        (all) => wanted && (setEvents(all), setFailed(false)),
        () => wanted && setFailed(true),
      );
    return () => {
      wanted = false;
    };
  }, [order.id, order.version, round, reach?.sent, reach?.delivered, reach?.seen, reach?.declined]);

  if (failed) return <p class="muted">{words.historyFailed}</p>;
  return (
    <ol class="timeline">
      {events
        // The chat stands elsewhere.
        .filter((event) => event.type !== "order.message")
        .map((event) => {
          const { offer_round: asked } = event.data as { offer_round?: OfferRound };
          return (
            <li key={event.id}>
              <time dateTime={event.at}>{moment(event.at, session.now.peek())}</time>
              <div>
                <EventText event={event} />
                {asked && asked.drivers.length > 0 && <RoundLine round={asked} />}
              </div>
            </li>
          );
        })}
    </ol>
  );
}

function RoundLine({ round }: { round: OfferRound }) {
  const { sent, delivered, seen } = round.reach;
  return (
    <details class="round">
      <summary>
        <span>
          {words.offered(round.round, round.drivers.length)} <span class="muted">{words.receipts(sent, delivered, seen)}</span>
        </span>
      </summary>
      <ul>
        {round.drivers.map((driver) => (
          <li key={driver.id}>
            <strong>{driver.name}</strong> <span class="muted">{becameOf(driver)}</span>
            {driver.reason && <q>{driver.reason}</q>}
          </li>
        ))}
      </ul>
    </details>
  );
}

/** `seen 19:02, declined 19:03` */
function becameOf(driver: AskedDriver): string {
  const receipt = driver.seen_at ? ["seen", driver.seen_at] : driver.delivered_at ? ["delivered", driver.delivered_at] : ["sent", driver.sent_at];
  const parts = [receipt, ...(driver.answer && driver.answered_at ? [[driver.answer, driver.answered_at]] : [])] as [keyof typeof words.asked, string][];
  return parts.map(([what, at]) => `${words.asked[what]} ${clockTime(at)}`).join(", ");
}
