import "../shared/base.css";
import "../shared/ui/more-icons";
import "./vendor.css";
import "./board.css";
import "./details.css";
import "./form.css";
import "./shortcuts";
import { lasted } from "../shared/format";
import { Icon } from "../shared/ui/icons";
import { NewerPage } from "../shared/ui/newer-page";
import { SignIn } from "../shared/ui/sign-in";
import { SoundHint } from "../shared/ui/sound-hint";
import { Toasts } from "../shared/ui/toasts";
import { TopBar } from "../shared/ui/top-bar";
import { commonWords, preferenceWords } from "../shared/words";
import { board, type Column } from "./board";
import { Card } from "./card";
import { printToday, saveDay } from "./day";
import { Details } from "./details";
import { ChangeOrder, NewOrder } from "./order-form";
import { Print } from "./print";
import { CancelSheet, ClosedProblem, ProblemPopUp } from "./problems";
import { Jumps } from "./jumps";
import { Search } from "./search";
import { Settings } from "./settings";
import { askToSignOut, Leave } from "./sign-out";
import { hasDraft, open, orderOf, session, shortcuts } from "./state";
import { unsent } from "./submitting";
import { useSteady } from "./steady";
import { RefusedCommands, UnsentCard } from "./unsent";
import { toolWords, words } from "./words";

export function Page() {
  const door = session.door.value;
  if (!door.open) return <SignIn page="vendor" door={door} onKey={session.signIn} />;
  return (
    <>
      <TopBar name={session.me.value?.name ?? ""} link={session.link} now={session.now} onSignOut={askToSignOut}>
        <button type="button" class="button primary new-order" aria-keyshortcuts="n" onClick={() => (open.value = { what: "form" })}>
          <Icon name="plus" />
          {words.newOrder}
          {hasDraft.value && <span class="chip tone-wait">{words.begun}</span>}
          {shortcuts.value && <kbd aria-hidden="true">N</kbd>}
        </button>
        <button type="button" class="icon-button" aria-label={preferenceWords.open} title={preferenceWords.open} onClick={() => (open.value = { what: "preferences" })}>
          <Icon name="settings" />
        </button>
      </TopBar>
      <Tools />
      <main>
        <Notices />
        <Board />
      </main>
      <Overlay />
      <ProblemPopUp />
      <Toasts />
      <Print />
    </>
  );
}

function Tools() {
  return (
    <nav class="tools" aria-label={toolWords.label}>
      <button type="button" class="button search-button" aria-keyshortcuts="/" onClick={() => (open.value = { what: "search" })}>
        <Icon name="search" />
        <span>
          <span class="visually-hidden">{toolWords.search} </span>
          {toolWords.searchHint}
        </span>
        {shortcuts.value && <kbd aria-hidden="true">/</kbd>}
      </button>
      <span class="tools-today" aria-hidden="true">
        {toolWords.today}
      </span>
      <button type="button" class="button" title={toolWords.printDay} onClick={() => void printToday()}>
        <Icon name="printer" />
        <span aria-hidden="true">{toolWords.printShort}</span>
        <span class="visually-hidden">{toolWords.printDay}</span>
      </button>
      <button type="button" class="button" title={toolWords.csv} onClick={() => void saveDay()}>
        <Icon name="download" />
        <span aria-hidden="true">{toolWords.csvShort}</span>
        <span class="visually-hidden">{toolWords.csv}</span>
      </button>
    </nav>
  );
}

/** A short gap is nothing to be told of. */
const DOWN_MS = 5_000;

function Notices() {
  const { state, heard_at_ms } = session.link.value;
  void session.now.value;
  const gone_ms = heard_at_ms === null ? 0 : Date.now() - heard_at_ms;
  const isDown = state !== "live" && gone_ms >= DOWN_MS;
  return (
    <div class="notices">
      <div role="status">
        {isDown && (
          <p class="banner tone-alarm">
            <Icon name="wifi-off" />
            <span>{toolWords.down(gone_ms < 60_000 ? `${Math.floor(gone_ms / 1000)} s` : lasted(gone_ms))}</span>
          </p>
        )}
      </div>
      <NewerPage />
      <ClosedProblem />
      <RefusedCommands />
      <SoundHint tone="wait" role="status" />
    </div>
  );
}

function Overlay() {
  const over = open.value;
  switch (over?.what) {
    case "form":
      return <NewOrder />;
    case "search":
      return <Search />;
    case "preferences":
      return <Settings />;
    case "leave":
      return <Leave />;
    case "cancel": {
      const order = orderOf(over.id);
      return order ? <CancelSheet order={order} onClose={() => (open.value = null)} /> : null;
    }
    case "order":
    case "change": {
      const order = orderOf(over.id);
      if (!order) return null;
      return over.what === "order" ? <Details key={order.id} order={order} /> : <ChangeOrder key={order.id} order={order} />;
    }
    default:
      return null;
  }
}

/** On an upright tablet there are two sides: what the kitchen does, and what the counter and the drivers do. */
const SIDES: readonly (readonly Column["key"][])[] = [
  ["preparing", "looking"],
  ["coming", "counter", "away", "over"],
];

/** So many orders in one column, and their cards make do with less room. */
const MANY = 4;

function Board() {
  const steady = useSteady();
  const queued = unsent();
  if (!session.ready.value) return <p class="board-note muted">{commonWords.loading}</p>;
  if (session.orders.value.size === 0 && queued.length === 0) {
    return (
      <p class="empty board-note">
        <strong>{words.emptyTitle}</strong>
        {words.emptyText}
      </p>
    );
  }
  const filled = board.value.map(({ column, orders }) => {
    const unsentHere = column.key === "preparing" ? queued : [];
    return { key: column.key, orders, unsentHere, n: orders.length + unsentHere.length };
  });
  return (
    <>
      <Jumps columns={filled} />
      <div class="board" ref={steady}>
        {SIDES.map((side) => (
          <div key={side[0]} class="side">
            {filled.filter(({ key }) => side.includes(key)).map(({ key, orders, unsentHere, n }) => (
              <section key={key} id={`column-${key}`} class={`column is-${key} ${n ? "" : "is-empty"} ${n >= MANY ? "is-many" : ""}`} aria-label={words.columns[key]}>
                <h2 tabIndex={-1}>
                  <span>
                    {words.columns[key]} <span class="muted">{n || ""}</span>
                  </span>
                </h2>
                {unsentHere.map((entry) => (
                  <UnsentCard key={entry.id} entry={entry} />
                ))}
                {orders.map((order) => (
                  <Card key={order.id} order={order} onCancel={() => (open.value = { what: "cancel", id: order.id })} />
                ))}
                {n === 0 && <p class="muted">{words.none}</p>}
              </section>
            ))}
          </div>
        ))}
      </div>
    </>
  );
}
