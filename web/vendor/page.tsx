import "../shared/base.css";
import "./vendor.css";
import { Icon } from "../shared/ui/icons";
import { PreferencesSheet } from "../shared/ui/preferences";
import { SignIn } from "../shared/ui/sign-in";
import { Toasts } from "../shared/ui/toasts";
import { TopBar } from "../shared/ui/top-bar";
import { commonWords, preferenceWords } from "../shared/words";
import { Card } from "./card";
import { Details } from "./details";
import { OrderForm } from "./order-form";
import { board, open, opened, session } from "./state";
import { words } from "./words";

export function Page() {
  const door = session.door.value;
  if (!door.open) return <SignIn page="vendor" door={door} onKey={session.signIn} />;
  const order = opened.value;
  return (
    <>
      <TopBar name={session.me.value?.name ?? ""} link={session.link} now={session.now} onSignOut={session.signOut}>
        <button type="button" class="button primary new-order" onClick={() => (open.value = { what: "form" })}>
          <Icon name="plus" />
          {words.newOrder}
        </button>
        <button type="button" class="icon-button" aria-label={preferenceWords.open} title={preferenceWords.open} onClick={() => (open.value = { what: "preferences" })}>
          <Icon name="settings" />
        </button>
      </TopBar>
      <main>
        <Board />
      </main>
      {open.value?.what === "form" && <OrderForm />}
      {open.value?.what === "preferences" && <PreferencesSheet melody="bell" onClose={() => (open.value = null)} />}
      {order && <Details order={order} />}
      <Toasts />
    </>
  );
}

function Board() {
  if (!session.ready.value) return <p class="board-note muted">{commonWords.loading}</p>;
  if (session.orders.value.size === 0) {
    return (
      <p class="empty board-note">
        <strong>{words.emptyTitle}</strong>
        {words.emptyText}
      </p>
    );
  }
  return (
    <div class="board">
      {board.value.map(({ column, orders }) => (
        <section key={column.key} class={`column ${orders.length ? "" : "is-empty"}`} aria-label={words.columns[column.key]}>
          <h2>
            {words.columns[column.key]} <span class="muted">{orders.length || ""}</span>
          </h2>
          {orders.length ? orders.map((order) => <Card key={order.id} order={order} />) : <p class="muted">{words.none}</p>}
        </section>
      ))}
    </div>
  );
}
