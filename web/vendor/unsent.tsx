import { randomId } from "../shared/id";
import type { Entry } from "../shared/outbox";
import { Icon } from "../shared/ui/icons";
import { toast } from "../shared/ui/toasts";
import { commonWords } from "../shared/words";
import { contentsOf } from "./draft";
import { typeInstead, waiting } from "./state";
import { draftIn } from "./submitting";
import { words } from "./words";

/** A new order that the hub does not have yet. It has no code, so that nobody speaks one. */
export function UnsentCard({ entry }: { entry: Entry }) {
  const draft = draftIn(entry);
  const { contact, address } = draft;
  const where = [contact, address].filter(Boolean).join(", ");
  const isRefused = entry.state === "refused";
  // What went out may have arrived: it is neither changed nor thrown away, but asked for again.
  const isFree = isRefused || (entry.state === "waiting" && !entry.tried);
  const said = isRefused ? `${words.queued.refused}: ${entry.refusal?.detail ?? ""}` : entry.state === "sending" ? words.queued.sending : entry.tried ? words.queued.unsure : words.queued.offline;
  const change = async () => {
    if (!(await takeOut(entry))) return;
    typeInstead({ ...draftIn(entry), ...(isRefused && { key: randomId() }) });
  };
  return (
    <article class={`card order-card unsent ${isRefused ? "is-called" : ""}`} aria-label={words.queued.title}>
      <header class="card-head">
        <span class={`chip ${isRefused ? "tone-alarm" : "tone-wait"}`}>
          <Icon name={isRefused ? "circle-alert" : "upload"} size_px={16} />
          {words.queued.title}
        </span>
      </header>
      <p class="card-contents">{contentsOf(draft)}</p>
      {where && (
        <p class="with-icon card-where">
          <Icon name="map-pin" />
          {where}
        </p>
      )}
      <p class={isRefused ? "banner tone-alarm" : "muted"} role="status">
        {said}
      </p>
      {isFree && (
        <div class="next-steps">
          <button type="button" class="button" onClick={() => void change()}>
            <Icon name="pencil" />
            {words.queued.change}
          </button>
          <button type="button" class="button" onClick={() => void discard(entry)}>
            <Icon name="trash-2" />
            {words.queued.discard}
          </button>
        </div>
      )}
    </article>
  );
}

async function discard(entry: Entry): Promise<void> {
  if (!(await takeOut(entry))) return;
  const { name, payload, more } = entry;
  // Whoever takes it back sends it again; what was refused would be refused again, and is there to be changed.
  const back = () => (entry.state === "refused" ? typeInstead({ ...draftIn(entry), key: randomId() }) : void waiting.add({ name, payload, more }));
  toast(words.queued.discarded, "wait", `discarded ${entry.id}`, { word: commonWords.undo, act: back });
}

async function takeOut(entry: Entry): Promise<boolean> {
  if (entry.state !== "refused") return waiting.takeBack(entry.id);
  await waiting.dismiss(entry.id);
  return true;
}

/** Commands that waited for the network and were refused in the end. */
export function RefusedCommands() {
  const refused = waiting.entries.value.filter((entry) => entry.state === "refused" && entry.name !== "order.submit");
  return (
    <>
      {refused.map((entry) => (
        <p key={entry.id} class="banner tone-alarm" role="status">
          <Icon name="circle-alert" />
          <span>
            {entry.name === "order.message" && <strong>{String(entry.payload["text"])} </strong>}
            {entry.refusal?.detail}
          </span>
          <button type="button" class="button" onClick={() => void waiting.dismiss(entry.id)}>
            {words.queued.dismiss}
          </button>
        </p>
      ))}
    </>
  );
}
