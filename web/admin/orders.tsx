import { useState } from "preact/hooks";
import type { Order } from "../shared/protocol";
import { Icon } from "../shared/ui/icons";
import { Select } from "../shared/ui/select";
import { Sheet } from "../shared/ui/sheet";
import { StatusChip } from "../shared/ui/status-chip";
import { commonWords } from "../shared/words";
import { GROUPS, needsSomebody } from "./board";
import { DriversBeside } from "./drivers";
import { OrderDetail, OrderTitle } from "./order-detail";
import { Since } from "./since";
import { counts, filter, lists, opened, openedOrder, orders, session, wide, zoneName } from "./state";
import { words } from "./words";

const ROWS_SHOWN = 100;

/** All orders, and beside them the one that is open, or who is on duty. */
export function OrdersView() {
  const order = openedOrder.value;
  const close = () => (opened.value = null);
  return (
    <main class="orders-view">
      <section class="orders-main" aria-label={words.views.orders}>
        <Filters />
        <Orders />
      </section>
      {wide.value &&
        (order ? (
          <aside class="beside" aria-label={words.order(order.code)}>
            <header class="beside-head">
              <h2>
                <OrderTitle order={order} />
              </h2>
              <button type="button" class="icon-button" aria-label={commonWords.close} onClick={close}>
                <Icon name="x" size_px={24} />
              </button>
            </header>
            <div class="beside-body" key={order.id}>
              <OrderDetail order={order} />
            </div>
          </aside>
        ) : (
          <DriversBeside />
        ))}
      {!wide.value && order && (
        <Sheet title={<OrderTitle order={order} />} onClose={close}>
          <OrderDetail order={order} />
        </Sheet>
      )}
    </main>
  );
}

function Filters() {
  const { group, zone, text } = filter.value;
  const zones = lists.zones.rows.value ?? [];
  return (
    <div class="filters" role="search">
      <fieldset class="groups">
        <legend class="visually-hidden">{words.filter}</legend>
        {GROUPS.map((one) => (
          <label key={one} class={`group ${one === "needs" && counts.value.needs > 0 ? "is-alarm" : ""}`}>
            <input
              type="radio"
              name="group"
              checked={group === one}
              onChange={() => (filter.value = { ...filter.value, group: one })}
            />
            {words.groups[one]} <span class="count">{counts.value[one]}</span>
          </label>
        ))}
      </fieldset>
      <div class="field">
        <input
          type="search"
          aria-label={words.search}
          placeholder={words.searchHint}
          value={text}
          onInput={(event) => (filter.value = { ...filter.value, text: event.currentTarget.value })}
        />
      </div>
      <Select
        label={words.zone}
        quiet
        value={zone}
        options={[{ value: "", word: words.allZones }, ...zones.map(({ id, name }) => ({ value: id, word: name }))]}
        onChange={(value) => (filter.value = { ...filter.value, zone: value })}
      />
    </div>
  );
}

function Orders() {
  const [shown, show] = useState(ROWS_SHOWN);
  if (!session.ready.value) return <p class="note muted">{commonWords.loading}</p>;
  const all = orders.value;
  if (all.length === 0) return <Nothing />;
  return (
    <div class="order-list">
      <div class="order-row order-heads" aria-hidden="true">
        <span>{words.heads.code}</span>
        <span>{words.heads.order}</span>
        <span>{words.heads.zone}</span>
        <span>{words.heads.status}</span>
        <span>{words.heads.driver}</span>
        <span>{words.heads.since}</span>
      </div>
      <ol>
        {all.slice(0, shown).map((order) => (
          <li key={order.id}>
            <Row order={order} />
          </li>
        ))}
      </ol>
      {all.length > shown && (
        <button type="button" class="button more" onClick={() => show(shown + ROWS_SHOWN)}>
          {words.more(Math.min(ROWS_SHOWN, all.length - shown))}
        </button>
      )}
    </div>
  );
}

function Row({ order }: { order: Order }) {
  const alarm = needsSomebody(order, session.now.peek(), session.alerts.value);
  return (
    <button
      type="button"
      class={`order-row ${alarm ? "is-alarm" : ""}`}
      aria-current={opened.value === order.id ? "true" : undefined}
      onClick={() => (opened.value = order.id)}
    >
      <span class="row-code">{order.code}</span>
      <span class="row-order">
        <span class="row-what">
          <strong>{order.vendor.name}</strong> <span class="muted">{order.dropoff?.address ?? order.items[0]?.name ?? order.notes}</span>
        </span>
        {(session.alerts.value.get(order.id) ?? []).map((alert) => (
          <span key={alert.id} class="with-icon row-problem">
            <Icon name="circle-alert" size_px={16} />
            {words.alerts[alert.code]}
          </span>
        ))}
        {order.problem && (
          <span class="with-icon row-problem">
            <Icon name="circle-alert" size_px={16} />
            {order.problem.reason}
          </span>
        )}
      </span>
      <span class="row-zone muted">{zoneName(order.zone)}</span>
      <span class="row-status">
        <StatusChip status={order.status} />
      </span>
      <span class="row-driver"><Who order={order} /></span>
      <span class="row-since">
        <Since order={order} />
      </span>
    </button>
  );
}

function Who({ order }: { order: Order }) {
  if (order.driver) return <>{order.driver.name}</>;
  const reach = order.offer?.reach;
  if (!reach) return null;
  return reach.sent === 0 ? <>{words.nobody}</> : <>{words.asked(reach.sent, reach.seen, reach.declined)}</>;
}

function Nothing() {
  const { group, zone, text } = filter.value;
  const narrowed = group !== "open" || zone || text;
  return (
    <div class="empty note">
      <strong>{narrowed ? words.noneTitle : words.emptyTitle}</strong>
      <p>{narrowed ? words.noneText : words.emptyText}</p>
      {narrowed && (
        <button type="button" class="button" onClick={() => (filter.value = { group: "open", zone: "", text: "" })}>
          {words.clear}
        </button>
      )}
    </div>
  );
}
