import { Icon } from "../shared/ui/icons";
import { board, callsByOrder, type Column } from "./board";
import { words } from "./words";

/** Where the columns lie beneath one another: to each that has something, the one that waits for the counter first. */
export function Jumps({ columns }: { columns: readonly { key: Column["key"]; n: number }[] }) {
  const calling = new Set(board.value.filter(({ orders }) => orders.some((order) => callsByOrder.value.has(order.id))).map(({ column }) => column.key));
  const filled = columns.filter(({ n }) => n > 0).sort((a, b) => Number(calling.has(b.key)) - Number(calling.has(a.key)));
  if (filled.length < 2) return null;
  return (
    <nav class="jumps" aria-label={words.jumps}>
      <div>
        {filled.map(({ key, n }) => (
          <button key={key} type="button" class={`button ${calling.has(key) ? "tone-alarm" : ""}`} onClick={() => jump(key)}>
            {calling.has(key) && <Icon name="bell" size_px={16} />}
            {words.short[key]} <strong>{n}</strong>
            {calling.has(key) && <span class="visually-hidden">{words.calls}</span>}
          </button>
        ))}
      </div>
    </nav>
  );
}

function jump(key: Column["key"]): void {
  const column = document.getElementById(`column-${key}`);
  column?.scrollIntoView({ block: "start" });
  column?.querySelector("h2")?.focus({ preventScroll: true });
}
