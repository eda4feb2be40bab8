import "../shared/base.css";
import "./driver.css";
import "./job.css";
import "./offers.css";
import "./shift.css";
import "./wake";
import { useEffect } from "preact/hooks";
import { countdown } from "../shared/format";
import { Icon } from "../shared/ui/icons";
import { SignIn } from "../shared/ui/sign-in";
import { Toasts } from "../shared/ui/toasts";
import { TopBar } from "../shared/ui/top-bar";
import { commonWords } from "../shared/words";
import { setZone } from "./commands";
import { StartOfShift } from "./checklist";
import { location } from "./device";
import { Job } from "./job";
import { JobBar } from "./job-bar";
import { EndedCard, OfferCard } from "./offer-card";
import { OnBreak } from "./pause";
import "./ringing";
import { OfflineBar } from "./offline";
import { Sheets, sheet } from "./sheets";
import { stack } from "./stack";
import { chat, handsFull, hideNotice, jobs, lastZones, notices, offers, onDuty, paused, session, spoken, view, zones } from "./state";
import { shiftWords, words } from "./words";
import { Zones } from "./zones";

export function Page() {
  const job = jobs.value.find((one) => one.id === view.value);
  const shown = job?.id ?? "offers";
  useEffect(() => scrollTo(0, 0), [shown]);
  const door = session.door.value;
  if (!door.open) return <SignIn page="driver" door={door} onKey={session.signIn} />;
  return (
    <>
      <TopBar name={session.me.value?.name ?? ""} link={session.link} now={session.now}>
        <button type="button" class="icon-button" aria-label={shiftWords.menu} title={shiftWords.menu} onClick={() => (sheet.value = "menu")}>
          <Icon name="menu" size_px={24} />
        </button>
      </TopBar>
      {jobs.value.length > 0 && <Tabs />}
      <main class="driver-page">
        <p class="visually-hidden" role="status">
          {spoken.value}
        </p>
        <OfflineBar />
        <Notices />
        {job && <OffersStrip />}
        {!session.ready.value ? <p class="muted">{commonWords.loading}</p> : job ? <Job key={job.id} order={job} /> : <Offers />}
        {!job && <JobBar />}
      </main>
      <Sheets />
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
  const calm = stack.value.length === 0;
  const onBreak = !!session.me.value?.driver?.paused_until;
  return (
    <>
      <Paused />
      <OnBreak />
      {!onBreak && <Zones calm={calm} />}
      {location.value === "denied" && onDuty.value && (
        <p class="with-icon muted position-off">
          <Icon name="locate" />
          {words.positionOff}
        </p>
      )}
      {calm && onDuty.value && (
        <p class="empty">
          <strong>{handsFull.value ? words.handsFullTitle(jobs.value.length) : words.noOffersTitle}</strong>
          {handsFull.value ? words.handsFullText : words.noOffersText}
        </p>
      )}
      {calm && !onBreak && jobs.value.length === 0 && <StartOfShift />}
      {!calm && (
        <section class="stack offers" aria-label={words.offers}>
          {stack.value.map(({ order, ended }) =>
            ended === null ? <OfferCard key={order.id} order={order} /> : <EndedCard key={order.id} order={order} why={ended} />,
          )}
        </section>
      )}
    </>
  );
}

/** Over a job: what is on offer, and how long it is. */
function OffersStrip() {
  const soonest = offers.value.map((order) => order.offer?.expires_at ?? "").sort()[0];
  return (
    <div class="strip-place">
      {soonest && (
        <button type="button" class="button strip tone-wait" onClick={() => (view.value = "offers")}>
          <Icon name="bell" />
          <span>{words.someOffers(offers.value.length)}</span>
          <strong aria-hidden="true">{countdown(soonest, session.now.value)}</strong>
          <span class="strip-show">{words.showOffers}</span>
        </button>
      )}
    </div>
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
            <Icon name="circle-alert" />
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

/**
 * Always there, since a region that appears with its text is not read out. The end of an offer is seen in its place
 * among the offers; who rides with a job does not want to see it.
 */
function Notices() {
  return (
    <div class="notices" role="status" aria-label={words.notices}>
      {notices.value.map(({ order, text, at, about }) =>
        about === "offer" ? (
          <p key={order.id} class="visually-hidden">
            <strong>{order.code}</strong> {text}
          </p>
        ) : (
          <p key={order.id} class="banner notice">
            <span>
              <strong>{order.code}</strong> {text} <span class="muted">{at}</span>
            </span>
            <button type="button" class="icon-button" aria-label={`${words.hide} ${order.code}`} onClick={() => hideNotice(order.id)}>
              <Icon name="x" />
            </button>
          </p>
        ),
      )}
    </div>
  );
}
