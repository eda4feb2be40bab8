import "../shared/base.css";
import "../shared/ui/more-icons";
import "./admin.css";
import "./orders.css";
import "./zones.css";
import { useEffect } from "preact/hooks";
import { LanguageButton } from "../shared/ui/language";
import { SignIn } from "../shared/ui/sign-in";
import { Toasts } from "../shared/ui/toasts";
import { TopBar } from "../shared/ui/top-bar";
import { DriversView } from "./drivers";
import { KeySheet } from "./key-sheet";
import { KeysView } from "./keys";
import { OrdersView } from "./orders";
import { lists, needed, session, shown, type View, view } from "./state";
import { VendorsView } from "./vendors";
import { words } from "./words";
import { ZonesView } from "./zones";

const VIEWS: Record<View, () => preact.JSX.Element> = {
  orders: OrdersView,
  drivers: DriversView,
  zones: ZonesView,
  vendors: VendorsView,
  keys: KeysView,
};

export function Page() {
  const now = view.value;
  const door = session.door.value;
  useEffect(() => {
    scrollTo(0, 0);
    // Making somebody is no event, so another dispatcher's new vendor is found by looking.
    if (now === "orders" || !door.open) return;
    void lists[now].load();
    if (now === "keys") void lists.vendors.load();
  }, [now, door.open]);
  if (!door.open) return <SignIn page="admin" door={door} onKey={session.signIn} />;
  const Current = VIEWS[now];
  return (
    <div class={`admin is-${now}`}>
      <TopBar name={words.title} link={session.link} now={session.now} onSignOut={session.signOut}>
        <Tabs />
        <LanguageButton />
      </TopBar>
      <Current />
      {shown.value && <KeySheet made={shown.value.key} who={shown.value.who} />}
      <Toasts />
    </div>
  );
}

function Tabs() {
  return (
    <nav class="pages" aria-label={words.pages}>
      {(Object.keys(VIEWS) as View[]).map((one) => (
        <button key={one} type="button" class="page-tab" aria-current={view.value === one ? "page" : undefined} onClick={() => (view.value = one)}>
          {words.views[one]}
          {one === "orders" && needed.value > 0 && (
            <span class="alarm-count">
              <span aria-hidden="true">{needed.value}</span>
              <span class="visually-hidden">{words.needs(needed.value)}</span>
            </span>
          )}
        </button>
      ))}
    </nav>
  );
}
