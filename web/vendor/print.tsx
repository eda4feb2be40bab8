import "./print.css";
import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { needWord } from "../shared/called";
import { clockTime, contents, day, money, moment } from "../shared/format";
import type { Order } from "../shared/protocol";
import { statusWords } from "../shared/words";
import { session } from "./state";
import { qrOf } from "./tracking";
import { detailWords, toolWords, words } from "./words";

type Paper = { what: "slip"; order: Order } | { what: "day"; orders: readonly Order[] };

/** What goes to the printer next. */
const paper = signal<Paper | null>(null);

export function printSlip(order: Order): void {
  paper.value = { what: "slip", order };
}

export function printDay(orders: readonly Order[]): void {
  paper.value = { what: "day", orders };
}

/** Seen only by printers. */
export function Print() {
  const now = paper.value;
  const sheet = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!now) return;
    let wanted = true;
    const pictures = [...(sheet.current?.querySelectorAll("img") ?? [])];
    // A code that cannot be fetched is left out; the slip is printed all the same.
    void Promise.all(pictures.map((picture) => picture.decode().catch(() => picture.remove()))).then(() => {
      if (!wanted) return;
      window.print();
      paper.value = null;
    });
    return () => {
      wanted = false;
    };
  }, [now]);
  return (
    <div class="paper" ref={sheet}>
      {now?.what === "slip" && <Slip order={now.order} />}
      {now?.what === "day" && <Day orders={now.orders} />}
    </div>
  );
}

/** Goes with the bag: the code large enough to be read across a counter. */
function Slip({ order }: { order: Order }) {
  const { dropoff: place, driver } = order;
  return (
    <article class="slip">
      <p class="slip-head">
        <strong>{order.vendor.name}</strong>
        <span>{toolWords.slipTime(moment(order.submitted_at ?? order.scheduled_for ?? session.now.value, session.now.value))}</span>
      </p>
      <p class="slip-code">{order.code}</p>
      {place && (
        <section>
          <p class="slip-name">{place.contact_name}</p>
          <p>{place.address}</p>
          <p>{place.phone}</p>
          <p>{place.instructions}</p>
        </section>
      )}
      <ul class="slip-items">
        {order.items.map((item) => (
          <li key={item.name}>
            <strong>{item.quantity} ×</strong> {item.name} {item.note && <em>{item.note}</em>}
          </li>
        ))}
      </ul>
      {order.notes && <p class="slip-notes">{order.notes}</p>}
      {order.cash_to_collect && (
        <p class="slip-cash">
          {words.parts.cash}: <strong>{money(order.cash_to_collect)}</strong>
        </p>
      )}
      {order.package_count > 1 && (
        <p>
          {words.parts.packages}: <strong>{order.package_count}</strong>
        </p>
      )}
      {order.needs.length > 0 && (
        <p>
          {words.parts.needs}: {order.needs.map(needWord).join(", ")}
        </p>
      )}
      {driver && (
        <p>
          {words.parts.driver}: {driver.name}
        </p>
      )}
      {order.tracking_url && <img src={qrOf(order.tracking_url)} alt={detailWords.qrOf(order.code)} width={120} height={120} />}
    </article>
  );
}

function Day({ orders }: { orders: readonly Order[] }) {
  const { dayColumns: names } = toolWords;
  return (
    <table class="day">
      <caption>{toolWords.dayTitle(session.me.value?.name ?? "", day(session.now.value))}</caption>
      <thead>
        <tr>
          {Object.values(names).map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {orders.map((order) => (
          <tr key={order.id}>
            <th scope="row">{order.code}</th>
            <td>{order.submitted_at ? clockTime(order.submitted_at) : ""}</td>
            <td>{[order.dropoff?.contact_name, order.dropoff?.address].filter(Boolean).join(", ")}</td>
            <td>{contents(order)}</td>
            <td>{order.cash_to_collect ? money(order.cash_to_collect) : ""}</td>
            <td>{statusWords[order.status]}</td>
            <td>{order.driver?.name ?? ""}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
