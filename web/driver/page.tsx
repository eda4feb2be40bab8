import "../shared/base.css";
import "./driver.css";
import "./news.css";
import "./job.css";
import "./offers.css";
import "./shift.css";
import "./wake";
import { useEffect } from "preact/hooks";
import { Icon } from "../shared/ui/icons";
import { later } from "../shared/ui/later";
import { SignIn } from "../shared/ui/sign-in";
import { Toasts } from "../shared/ui/toasts";
import { TopBar } from "../shared/ui/top-bar";
import { commonWords } from "../shared/words";
import { setZone } from "./commands";
import { later as putAside, location } from "./device";
import { Job } from "./job";
import { JobBar } from "./job-bar";
import { EndedCard, OfferCard } from "./offer-card";
import { OnBreak } from "./pause";
import "./ringing";
import { PageNews } from "./news";
import { OfflineBar } from "./offline";
import { Sheets, sheet } from "./sheets";
import { stack } from "./stack";
import { chat, handsFull, jobs, lastZones, offers, onDuty, paused, session, view, zones } from "./state";
import { shiftWords, words } from "./words";
import { Zones } from "./zones";

const StartOfShift = later(() => import("./checklist").then((part) => part.StartOfShift), () => shiftWords.notLoaded);

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
        <PageNews />
        <OfflineBar />
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
      {calm && !onBreak && jobs.value.length === 0 && !putAside.value && <StartOfShift />}
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
