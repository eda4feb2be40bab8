import { useEffect, useState } from "preact/hooks";
import { clockTime, lasted, locale, money } from "../shared/format";
import type { Money, MyDay, MyJob } from "../shared/protocol";
import { Icon } from "../shared/ui/icons";
import { StatusChip } from "../shared/ui/status-chip";
import { commonWords } from "../shared/words";
import { session } from "./state";
import { jobWords, shiftWords } from "./words";

const words = shiftWords.day;
/** The hub keeps what ended for longer; a week back answers what a driver asks. */
const DAYS_BACK_MAX = 6;

/** What was done on a day of the phone's own calendar, and what it came to. */
export function Day() {
  const [back, goBack] = useState(0);
  const [day, setDay] = useState<MyDay | null>(null);
  const [failed, setFailed] = useState(false);
  const [from, to] = dayOf(session.now.peek(), back);
  useEffect(() => {
    let wanted = true;
    setDay(null);
    const path = `/me/day?from=${from.toISOString()}&to=${to.toISOString()}`;
    session
      .rest()
      .get<MyDay>(path)
      .then(
        (found) => wanted && (setDay(found), setFailed(false)),
        (error) => wanted && !session.refused(error) && setFailed(true),
      );
    return () => {
      wanted = false;
    };
  }, [back]);
  const name = back === 0 ? words.today : from.toLocaleDateString(locale(), { weekday: "long", day: "numeric", month: "long" });
  return (
    <>
      <div class="row spread day-head">
        <button type="button" class="icon-button" aria-label={words.before} disabled={back >= DAYS_BACK_MAX} onClick={() => goBack(back + 1)}>
          <Icon name="chevron-left" size_px={24} />
        </button>
        <h3 aria-live="polite">{name}</h3>
        <button type="button" class="icon-button" aria-label={words.after} disabled={back === 0} onClick={() => goBack(back - 1)}>
          <Icon name="chevron-right" size_px={24} />
        </button>
      </div>
      {failed ? <p class="banner tone-alarm">{words.failed}</p> : day ? <Sums day={day} /> : <p class="muted">{commonWords.loading}</p>}
      {day && !failed && (day.jobs.length ? <Jobs jobs={day.jobs} /> : <p class="empty">{words.none}</p>)}
    </>
  );
}

function Sums({ day }: { day: MyDay }) {
  const sum = (figure: string, word: string) => (
    <div class="sum">
      <dt>{word}</dt>
      <dd>{figure}</dd>
    </div>
  );
  return (
    <dl class="sums">
      {sum(String(day.delivered), words.delivered)}
      {day.returned > 0 && sum(String(day.returned), words.returned)}
      {sum(lasted(day.on_duty_s * 1000), words.duty)}
      {day.cash.length > 0 && sum(all(day.cash), words.cash)}
      {day.pay.length > 0 && sum(all(day.pay), words.pay)}
    </dl>
  );
}

function Jobs({ jobs }: { jobs: readonly MyJob[] }) {
  return (
    <ol class="stack">
      {jobs.map((job) => (
        <li key={job.id} class="card day-job">
          <p class="row spread wrap">
            <strong>
              {job.code} · {job.vendor}
            </strong>
            <StatusChip status={job.status} word={jobWords[job.status]} />
          </p>
          <p class="muted">{timesOf(job)}</p>
          {(job.driver_pay || cashOf(job)) && (
            <p>{[job.driver_pay && money(job.driver_pay), cashOf(job)].filter(Boolean).join(" · ")}</p>
          )}
        </li>
      ))}
    </ol>
  );
}

/** Nothing was collected for what was brought back. */
function cashOf(job: MyJob): string | null {
  return job.delivered_at && job.cash_to_collect ? words.cashOf(money(job.cash_to_collect)) : null;
}

/** `Claimed 12:05 · Picked up 12:11 · Delivered 12:24` */
function timesOf(job: MyJob): string {
  const ended = job.delivered_at ? "delivered_at" : "closed_at";
  const known = (["assigned_at", "picked_up_at", ended] as const).filter((time) => job[time]);
  return known.map((time) => `${words.times[time]} ${clockTime(job[time] ?? "")}`).join(" · ");
}

function all(amounts: readonly Money[]): string {
  return amounts.map(money).join(" + ");
}

function dayOf(now_ms: number, back: number): [Date, Date] {
  const start = new Date(now_ms);
  start.setHours(0, 0, 0, 0);
  start.setDate(start.getDate() - back);
  const end = new Date(start);
  end.setDate(end.getDate() + 1);
  return [start, end];
}
