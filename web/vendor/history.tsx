import { useEffect, useState } from "preact/hooks";
import { clockTime, moment } from "../shared/format";
import type { AskedDriver, Event, OfferRound, Order } from "../shared/protocol";
import { EventText } from "../shared/ui/timeline";
import { session } from "./state";
import { detailWords as words } from "./words";

type Line = { at: string; key: string } & ({ event: Event } | { round: OfferRound });

/** What happened to an order, oldest first, with each round of its offers and what became of it at each driver. */
export function History({ order }: { order: Order }) {
  const [lines, setLines] = useState<readonly Line[]>([]);
  const [failed, setFailed] = useState(false);
  const { reach, round } = order.offer ?? {};
  useEffect(() => {
    let wanted = true;
    const rest = session.rest();
    Promise.all([rest.all<Event>(`/orders/${order.id}/events?limit=200`), rest.all<OfferRound>(`/orders/${order.id}/offers?limit=50`)]).then(
      ([events, rounds]) => {
        if (!wanted) return;
        setLines(inOrder(events, rounds));
        setFailed(false);
      },
      () => wanted && setFailed(true),
    );
    return () => {
      wanted = false;
    };
  }, [order.id, order.version, round, reach?.sent, reach?.delivered, reach?.seen, reach?.declined]);

  if (failed) return <p class="muted">{words.historyFailed}</p>;
  return (
    <ol class="timeline">
      {lines.map((line) => (
        <li key={line.key}>
          <time dateTime={line.at}>{moment(line.at, session.now.peek())}</time>
          {"event" in line ? <EventText event={line.event} /> : <RoundLine round={line.round} />}
        </li>
      ))}
    </ol>
  );
}

/** The chat stands elsewhere. A round comes right after what began it. */
function inOrder(events: readonly Event[], rounds: readonly OfferRound[]): Line[] {
  const lines: Line[] = [
    ...events.filter((event) => event.type !== "order.message").map((event) => ({ at: event.at, key: event.id, event })),
    ...rounds.filter((round) => round.drivers.length > 0).map((round) => ({ at: round.opened_at, key: `${round.opened_at} ${round.round}`, round })),
  ];
  return lines.sort((a, b) => a.at.localeCompare(b.at) || Number("round" in a) - Number("round" in b));
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
