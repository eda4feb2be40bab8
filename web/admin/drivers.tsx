import { useState } from "preact/hooks";
import { telLink } from "../shared/format";
import type { Driver } from "../shared/protocol";
import { Icon } from "../shared/ui/icons";
import { TimeAgo } from "../shared/ui/time-ago";
import { vehicleWord } from "../shared/called";
import { block, busy, invite } from "./commands";
import { ConfirmSheet } from "./confirm-sheet";
import { DriverForm } from "./driver-form";
import { byUse, DeviceFacts, DriverState } from "./driver-state";
import { Listing, ListHead, Search } from "./listing";
import { filter, lists, session, view, zoneName } from "./state";
import { peopleWords as words } from "./words";

const EMPTY = { title: words.noDriversTitle, text: words.noDriversText };

export function DriversView() {
  const [text, setText] = useState("");
  const [form, open] = useState<Driver | "new" | null>(null);
  const [blocking, setBlocking] = useState<Driver | null>(null);
  const wanted = text.trim().toLowerCase();
  return (
    <main class="list-view" aria-label={words.drivers}>
      <ListHead title={words.drivers} note={words.onDuty(onDuty())} button={words.newDriver} onMake={() => open("new")}>
        <Search label={words.searchDrivers} value={text} onInput={setText} />
      </ListHead>
      <Listing list={lists.drivers} empty={EMPTY}>
        {(rows) => (
          <ul class="parties" aria-label={words.drivers}>
            {byUse(rows)
              .filter((driver) => driver.name.toLowerCase().includes(wanted))
              .map((driver) => (
                <Row key={driver.id} driver={driver} onChange={() => open(driver)} onBlock={() => setBlocking(driver)} />
              ))}
          </ul>
        )}
      </Listing>
      {form && <DriverForm driver={form === "new" ? null : form} onClose={() => open(null)} />}
      {blocking && (
        <ConfirmSheet
          title={words.blockTitle(blocking.name)}
          text={words.blockDriverText}
          button={words.block}
          onConfirm={() => block("drivers", blocking)}
          onClose={() => setBlocking(null)}
        />
      )}
    </main>
  );
}

function Row({ driver, onChange, onBlock }: { driver: Driver; onChange: () => void; onBlock: () => void }) {
  return (
    <li class="party" aria-label={driver.name}>
      <div class="party-who">
        <strong>{driver.name}</strong>
        <span class="muted">
          {vehicleWord(driver.vehicle)} {driver.phone && <a href={telLink(driver.phone)}>{driver.phone}</a>}
        </span>
      </div>
      <div class="party-state">
        <DriverState driver={driver} />
      </div>
      <div class="party-facts">
        {driver.zones.length > 0 && <span>{driver.zones.map(zoneName).join(", ")}</span>}
        <Load driver={driver} />
        <span class="muted">
          <Seen driver={driver} />
        </span>
        {driver.device && <DeviceFacts device={driver.device} />}
      </div>
      <div class="party-do">
        <button type="button" class="button quiet" aria-busy={busy.value.has(`invite ${driver.id}`)} onClick={() => void invite({ role: "driver", id: driver.id, who: driver.name })}>
          <Icon name="qr-code" />
          {words.link}
        </button>
        <button type="button" class="button quiet" onClick={onChange}>
          {words.change}
        </button>
        {driver.blocked ? (
          <button type="button" class="button quiet" onClick={() => void block("drivers", driver)}>
            {words.unblock}
          </button>
        ) : (
          <button type="button" class="button quiet warns" onClick={onBlock}>
            {words.block}
          </button>
        )}
      </div>
    </li>
  );
}

function Seen({ driver }: { driver: Driver }) {
  if (driver.reach === "live" && !driver.blocked) return null;
  if (!driver.last_seen_at) return <>{words.never}</>;
  return (
    <>
      {words.lastSeen} <TimeAgo at={driver.last_seen_at} now={session.now} />
    </>
  );
}

/** How much a driver carries; a press shows which. */
function Load({ driver }: { driver: Driver }) {
  if (driver.active_orders === 0) return <span class="muted">{words.free}</span>;
  const show = () => {
    filter.value = { group: "open", zone: "", text: driver.name };
    view.value = "orders";
  };
  return (
    <button type="button" class="button quiet load" onClick={show}>
      {words.activeLabel(driver.active_orders)}
      <span class="visually-hidden"> {driver.name}</span>
    </button>
  );
}

/** Beside the orders: who could take one. */
export function DriversBeside() {
  const rows = byUse(lists.drivers.rows.value ?? []).filter((driver) => !driver.blocked && (driver.zones.length > 0 || driver.paused_until || driver.active_orders > 0));
  return (
    <aside class="beside" aria-label={words.drivers}>
      <header class="beside-head">
        <h2>
          {words.drivers} <span class="muted">{words.onDuty(onDuty())}</span>
        </h2>
        <button type="button" class="button quiet" onClick={() => (view.value = "drivers")}>
          {words.allDrivers}
          <Icon name="chevron-right" />
        </button>
      </header>
      {rows.length === 0 && (
        <p class="empty note">
          <strong>{words.nobodyTitle}</strong>
          {words.nobodyText}
        </p>
      )}
      <ul class="beside-body duty-list">
        {rows.map((driver) => (
          <li key={driver.id} class="duty-row">
            <span class="party-who">
              <strong>{driver.name}</strong>
              <span class="muted">{driver.zones.map(zoneName).join(", ")}</span>
            </span>
            <Load driver={driver} />
            <DriverState driver={driver} />
          </li>
        ))}
      </ul>
    </aside>
  );
}

function onDuty(): number {
  return (lists.drivers.rows.value ?? []).filter((driver) => !driver.blocked && driver.zones.length > 0).length;
}
