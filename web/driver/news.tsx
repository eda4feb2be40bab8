// What a driver must see and hear wherever he is: on the page, or over the panel that lies on it.

import { countdown } from "../shared/format";
import { Icon } from "../shared/ui/icons";
import { inPanels } from "../shared/ui/sheet";
import { SoundHint } from "../shared/ui/sound-hint";
import { panels } from "../shared/ui/toasts";
import { asked } from "./commands";
import { sheet } from "./sheets";
import { hideNotice, jobs, notices, offers, onDuty, session, spoken, view } from "./state";
import { offlineWords, words } from "./words";

inPanels.News = News;

/** On the page, as long as no panel lies over it. */
export function PageNews() {
  return panels.value.length ? null : <News />;
}

/** The places are always there, since a region that appears with its text is not read out. */
function News() {
  return (
    <>
      <p class="visually-hidden" role="status">
        {spoken.value}
      </p>
      <div class="offline-place" aria-live="assertive">
        {session.link.value.state === "offline" && (
          <p class="offline with-icon">
            <Icon name="wifi-off" />
            <span>
              <strong>{offlineWords.title}</strong> {offlineWords.text}
            </span>
          </p>
        )}
      </div>
      <div class="sound-place" role="status">
        {onDuty.value && <SoundHint tone="alarm" />}
      </div>
      <div class="heads-up">
        <Notices />
        <OffersStrip />
      </div>
    </>
  );
}

/**
 * The end of an offer is seen in its place among the offers, and who rides with a job does not want to see it. A job that
 * is gone stays until he has seen to it.
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
          <p key={order.id} class="banner notice tone-alarm">
            <Icon name="circle-alert" />
            <span>
              <strong>{order.code}</strong> {text} <span class="notice-at">{at}</span>
            </span>
            <button type="button" class="button" onClick={() => hideNotice(order.id)}>
              {offlineWords.understood}
              <span class="visually-hidden"> {order.code}</span>
            </button>
          </p>
        ),
      )}
    </div>
  );
}

/** Over what hides the offers: how many there are, and how long the first is. */
function OffersStrip() {
  const soonest = offers.value.map((order) => order.offer?.expires_at ?? "").sort()[0];
  const isHidden = panels.value.length > 0 || jobs.value.some((job) => job.id === view.value);
  const show = () => {
    sheet.value = null;
    asked.value = null;
    view.value = "offers";
  };
  return (
    <div class="strip-place">
      {soonest && isHidden && (
        <button type="button" class="button strip tone-wait" onClick={show}>
          <Icon name="bell" />
          <span>{words.someOffers(offers.value.length)}</span>
          <strong aria-hidden="true">{countdown(soonest, session.now.value)}</strong>
          <span class="strip-show">{words.showOffers}</span>
        </button>
      )}
    </div>
  );
}
