import "./keeping";
import "./offline.css";
import { useEffect, useRef } from "preact/hooks";
import { clockTime } from "../shared/format";
import type { Order } from "../shared/protocol";
import { Icon } from "../shared/ui/icons";
import { NewerPage } from "../shared/ui/newer-page";
import { toast } from "../shared/ui/toasts";
import type { Entry } from "../shared/waiting";
import { askAgain } from "./commands";
import { isLive, jobs, outbox, session, waiting } from "./state";
import { offlineWords as words } from "./words";
import "./worker";

// Nothing that is seen waits for it.
void import("./push");

/** Over everything: what was refused while there was no network, and a newer page. The places are always there. */
export function OfflineBar() {
  useAllSent();
  return (
    <>
      <Refusals />
      <NewerPage />
    </>
  );
}

/** What waits for the hub of one job, each with the time it was done. */
export function Waiting({ order }: { order: Order }) {
  const entries = waiting.value.filter((entry) => entry.line === order.id && entry.state !== "refused");
  const last = entries.at(-1);
  return (
    <div class="waiting-place" role="status">
      {last && (
        <section class="card waiting tone-wait" aria-label={words.waits}>
          <h3 class="with-icon">
            <Icon name="hourglass" />
            {entries.some((entry) => entry.state === "sending") ? words.sending : words.waits}
          </h3>
          <ul>
            {entries.map((entry) => (
              <li key={entry.id} class="row spread">
                <span>
                  {didWhat(entry)} <span class="waiting-at">{words.at(clockTime(entry.at))}</span>
                </span>
                {entry === last && !entry.tried && (
                  <button type="button" class="button" onClick={() => void takeBack(entry)}>
                    {words.takeBack}
                  </button>
                )}
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

async function takeBack(entry: Entry): Promise<void> {
  await outbox.takeBack(entry.id);
}

/** What was not accepted, one card for each order: kept until it is understood. */
function Refusals() {
  const refused = waiting.value.filter((entry) => entry.state === "refused");
  const lines = [...new Set(refused.map((entry) => entry.line))];
  return (
    <div class="refusals" aria-live="assertive">
      {lines.map((line) => {
        const entries = refused.filter((entry) => entry.line === line);
        return <Refused key={line} entries={entries} />;
      })}
    </div>
  );
}

function Refused({ entries }: { entries: readonly Entry[] }) {
  const code = String(entries[0]?.more["code"] ?? "");
  const dismiss = () => entries.forEach((entry) => void outbox.dismiss(entry.id));
  const missing = entries.find(isIncomplete);
  return (
    <section class="card refused tone-alarm" aria-label={words.refusedTitle(code)}>
      <h2 class="with-icon">
        <Icon name="circle-alert" />
        {words.refusedTitle(code)}
      </h2>
      {[...new Set(entries.map(why))].map((reason) => (
        <div key={reason}>
          <ul>
            {entries
              .filter((entry) => why(entry) === reason)
              .map((entry) => (
                <li key={entry.id}>
                  {didWhat(entry)} <span class="waiting-at">{words.at(clockTime(entry.at))}</span>
                </li>
              ))}
          </ul>
          <p class="refused-why">
            <strong>{reason}</strong>
          </p>
        </div>
      ))}
      <div class="row wrap">
        {missing && (
          <button
            type="button"
            class="button primary"
            onClick={() => {
              if (missing.refusal) askAgain(missing.line, missing.name, missing.refusal);
              dismiss();
            }}
          >
            {words.complete}
          </button>
        )}
        <button type="button" class="button" onClick={dismiss}>
          {words.understood}
        </button>
      </div>
    </section>
  );
}

function why({ refusal }: Entry): string {
  if (refusal?.code === "too_old") return words.tooOld;
  // In a driver's words: whose it is by now, or whether he may know of it at all, is the same to him.
  const isGone = refusal?.code === "not_found" || refusal?.code === "forbidden";
  return isGone ? words.notYours : (refusal?.detail ?? "");
}

/** The hub would take it with another code or proof, and the driver still has the order. */
function isIncomplete({ line, name, refusal }: Entry): boolean {
  const asks = name === "order.pick_up" || name === "order.deliver";
  return asks && ["wrong_code", "proof_required", "invalid"].includes(refusal?.code ?? "") && jobs.value.some((job) => job.id === line);
}

function didWhat({ name, payload, more }: Entry): string {
  const what = words.did[name] ?? words.did[`${name} ${String(payload["place"])}`] ?? name;
  const text = typeof payload["text"] === "string" ? `: ${payload["text"]}` : "";
  return [what + text, more["photo"] ? words.withPhoto : ""].filter(Boolean).join(" ");
}

/** Said once after something had to wait, so that a driver may put the phone away. What another tab has just sent did not. */
function useAllSent(): void {
  const refused = waiting.value.filter((entry) => entry.state === "refused").length;
  const count = waiting.value.length - refused;
  const live = isLive.value;
  const waited = useRef(false);
  useEffect(() => {
    if (count > 0 && !live) waited.current = true;
    if (count > 0 || !live || !session.key.peek()) return;
    if (waited.current && refused === 0) toast(words.allSent, "done", "sent");
    waited.current = false;
  }, [count, refused, live]);
}
