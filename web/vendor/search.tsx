import { useEffect, useState } from "preact/hooks";
import { contents, moment } from "../shared/format";
import type { Order } from "../shared/protocol";
import type { Page } from "../shared/rest";
import { Sheet } from "../shared/ui/sheet";
import { StatusChip } from "../shared/ui/status-chip";
import { matches } from "./matches";
import { found, open, session } from "./state";
import { toolWords as words } from "./words";

const TYPED_WAIT_MS = 250;
const FOUND_MAX = 30;

/** All orders of the shop by code, phone or name: the board's at once, and the older ones as the hub finds them. */
export function Search() {
  const [typed, setTyped] = useState("");
  const [older, setOlder] = useState<readonly Order[]>([]);
  const [state, setState] = useState<"asking" | "answered" | "failed">("answered");
  const wanted = typed.trim();

  useEffect(() => {
    if (!wanted) {
      setOlder([]);
      setState("answered");
      return;
    }
    let current = true;
    setState("asking");
    const timer = setTimeout(() => {
      session
        .rest()
        .get<Page<Order>>(`/orders?limit=${FOUND_MAX}&q=${encodeURIComponent(wanted)}`)
        .then(
          ({ data }) => current && (setOlder(data), setState("answered")),
          (error: unknown) => current && !session.refused(error) && setState("failed"),
        );
    }, TYPED_WAIT_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [wanted]);

  const onBoard = wanted ? [...session.orders.value.values()].filter((order) => matches(order, wanted)) : [];
  const known = new Set(onBoard.map((order) => order.id));
  const all = [...onBoard.reverse(), ...older.filter((order) => !known.has(order.id))].slice(0, FOUND_MAX);
  const show = (order: Order) => {
    if (!session.orders.peek().has(order.id)) found.value = new Map(found.peek()).set(order.id, order);
    open.value = { what: "order", id: order.id };
  };
  return (
    <Sheet title={words.searchTitle} onClose={() => (open.value = null)}>
      <div class="field">
        <label for="search-orders">{words.searchHint}</label>
        <input
          id="search-orders"
          type="search"
          autofocus
          autocomplete="off"
          value={typed}
          onInput={(event) => setTyped(event.currentTarget.value)}
          // Browsers empty the field first, and only the second Escape closes a panel.
          onKeyDown={(event) => event.key === "Escape" && (event.preventDefault(), (open.value = null))}
        />
      </div>
      <p class="muted" role="status">
        {state === "failed" ? words.boardOnly : state === "asking" ? words.searching : wanted ? words.found(all.length) : ""}
      </p>
      <ul class="found">
        {all.map((order) => (
          <li key={order.id}>
            <button type="button" class="found-order" onClick={() => show(order)}>
              <span class="code">{order.code}</span>
              <StatusChip status={order.status} />
              <span class="found-time">{moment(order.submitted_at ?? order.scheduled_for ?? "", session.now.value)}</span>
              <span class="found-what">{[order.dropoff?.contact_name, order.dropoff?.phone, order.dropoff?.address].filter(Boolean).join(" · ")}</span>
              <span class="muted found-what">{contents(order)}</span>
            </button>
          </li>
        ))}
      </ul>
    </Sheet>
  );
}
