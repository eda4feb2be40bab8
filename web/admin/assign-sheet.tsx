import { useState } from "preact/hooks";
import type { Driver, Order } from "../shared/protocol";
import { Field } from "../shared/ui/field";
import { Sheet } from "../shared/ui/sheet";
import { vehicleWord } from "../shared/called";
import { busy, give } from "./commands";
import { DriverState } from "./driver-state";
import { lists, zoneName } from "./state";
import { actionWords as words, peopleWords } from "./words";

/** Who is to have the order: who works in its zone, is live and has room comes first. */
export function AssignSheet({ order, onClose }: { order: Order; onClose: () => void }) {
  const [text, setText] = useState("");
  const wanted = text.trim().toLowerCase();
  const drivers = (lists.drivers.rows.value ?? [])
    .filter((driver) => !driver.blocked && driver.id !== order.driver?.id && driver.name.toLowerCase().includes(wanted))
    .sort((a, b) => worth(b, order) - worth(a, order) || a.name.localeCompare(b.name));

  const assign = async (driver: Driver) => {
    if (await give("assign", order, { driver_id: driver.id })) onClose();
  };

  return (
    <Sheet title={words.assignTitle(order.code)} onClose={onClose} kind="small">
      <Field label={words.assignSearch} type="search" value={text} onInput={setText} autocomplete="off" />
      {drivers.length === 0 && <p class="empty">{words.assignNone}</p>}
      <ul class="stack candidates">
        {drivers.map((driver) => (
          <li key={driver.id}>
            <button
              type="button"
              class="candidate"
              aria-label={words.assignTo(driver.name)}
              disabled={busy.value.has(`assign ${order.id}`)}
              onClick={() => void assign(driver)}
            >
              <span class="candidate-who">
                <strong>{driver.name}</strong>
                <span class="muted">
                  {[driver.zones.map(zoneName).join(", ") || vehicleWord(driver.vehicle), peopleWords.active(driver.active_orders, driver.max_active_orders)].filter(Boolean).join(" · ")}
                </span>
              </span>
              <DriverState driver={driver} />
            </button>
          </li>
        ))}
      </ul>
    </Sheet>
  );
}

function worth(driver: Driver, order: Order): number {
  const here = driver.zones.includes(order.zone) ? 4 : driver.zones.length ? 1 : 0;
  const live = { live: 4, push_only: 3, stale: 1, unreachable: 0 }[driver.reach];
  const room = driver.active_orders < driver.max_active_orders ? 2 : 0;
  return here + live + room - driver.active_orders / 100;
}
