import "../shared/base.css";
import "./driver.css";
import { useEffect } from "preact/hooks";
import { Icon } from "../shared/ui/icons";
import { SignIn } from "../shared/ui/sign-in";
import { Toasts } from "../shared/ui/toasts";
import { TopBar } from "../shared/ui/top-bar";
import { commonWords } from "../shared/words";
import { setZone } from "./commands";
import { Job } from "./job";
import { OfferCard } from "./offer-card";
import { positionOff } from "./position";
import { chat, handsFull, hideNotice, jobs, lastZones, notices, offers, onDuty, paused, session, view, zones } from "./state";
import { words } from "./words";
import { Zones } from "./zones";

export function Page() {
  const job = jobs.value.find((one) => one.id === view.value);
  const shown = job?.id ?? "offers";
  useEffect(() => scrollTo(0, 0), [shown]);
  const door = session.door.value;
  if (!door.open) return <SignIn page="driver" door={door} onKey={session.signIn} />;
  return (
    <>
      <TopBar name={session.me.value?.name ?? ""} link={session.link} now={session.now} onSignOut={session.signOut} />
      {jobs.value.length > 0 && <Tabs />}
      <main class="driver-page">
        <Notices beside={job ? "a job" : "the offers"} />
        {!session.ready.value ? <p class="muted">{commonWords.loading}</p> : job ? <Job key={job.id} order={job} /> : <Offers />}
      </main>
      <Toasts />
    </>
  );
}

function Tabs() {
  const tab = (id: string, word: string, count: number, label?: string) => (
    <button type="button" class="tab" aria-current={view.value === id ? "page" : undefined} onClick={() => (view.value = id)}>
      {word}
      {count > 0 && (
        <span class="tab-count">
          <span aria-hidden={label ? "true" : undefined}>{count}</span>
          {label && <span class="visually-hidden">{label}</span>}
        </span>
      )}
    </button>
  );
  return (
    <nav class="tabs" aria-label={words.offers}>
      {tab("offers", words.offers, offers.value.length)}
      {jobs.value.map((job) => {
        const unread = chat.unread.value.get(job.id) ?? 0;
        return tab(job.id, job.code, unread, words.unread(unread));
      })}
    </nav>
  );
}

function Offers() {
  return (
    <>
      <Paused />
      <Zones />
      {positionOff.value && onDuty.value && (
        <p class="with-icon muted position-off">
          <Icon name="locate" />
          {words.positionOff}
        </p>
      )}
      {onDuty.value && offers.value.length === 0 && (
        <p class="empty">
          <strong>{handsFull.value ? words.handsFullTitle(jobs.value.length) : words.noOffersTitle}</strong>
          {handsFull.value ? words.handsFullText : words.noOffersText}
        </p>
      )}
      {offers.value.length > 0 && (
        <section class="stack offers" aria-label={words.offers}>
          {offers.value.map((order) => (
            <OfferCard key={order.id} order={order} />
          ))}
        </section>
      )}
    </>
  );
}

/** Loud, since he may believe that he is on duty; and one touch away from being so. */
function Paused() {
  const back = lastZones.value;
  const names = back.map((id) => zones.value?.find((zone) => zone.id === id)?.name ?? id).join(", ");
  return (
    <div class="paused-place" role="alert">
      {paused.value && (
        <section class="card paused tone-alarm" aria-label={words.pausedTitle}>
          <h2 class="with-icon">
            <Icon name="power" />
            {words.pausedTitle}
          </h2>
          <p>{words.pausedText}</p>
          {back.length > 0 && (
            <button type="button" class="button big primary" onClick={() => back.forEach((zone) => void setZone(zone, "in"))}>
              {words.backIn(names)}
            </button>
          )}
        </section>
      )}
    </div>
  );
}

/** Always there, since a region that appears with its text is not read out. */
function Notices({ beside }: { beside: "a job" | "the offers" }) {
  const shown = notices.value.filter(({ about }) => about === "job" || beside === "the offers");
  return (
    <div class="notices" role="status" aria-label={words.notices}>
      {shown.map(({ order, code, text, at }) => (
        <p key={order} class="banner notice">
          <span>
            <strong>{code}</strong> {text} <span class="muted">{at}</span>
          </span>
          <button type="button" class="icon-button" aria-label={`${words.hide} ${code}`} onClick={() => hideNotice(order)}>
            <Icon name="x" />
          </button>
        </p>
      ))}
    </div>
  );
}
