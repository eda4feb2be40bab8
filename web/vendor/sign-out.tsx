import { Icon } from "../shared/ui/icons";
import { Sheet } from "../shared/ui/sheet";
import { commonWords } from "../shared/words";
import { contentsOf, isEmpty } from "./draft";
import { forgetAll } from "./kept";
import { pushes } from "./push";
import { aside, draft, open, session, waiting } from "./state";
import { draftIn } from "./submitting";
import { leaveWords as words, words as pageWords } from "./words";

/** Asks first where something would be lost: what the hub does not have is nowhere else. */
export function askToSignOut(): void {
  if (losses().length) open.value = { what: "leave" };
  else void signOut();
}

/** Whoever signs out leaves nothing of the recipients behind, and no notice comes after that. */
async function signOut(): Promise<void> {
  open.value = null;
  await pushes.unsubscribe();
  session.signOut();
  forgetAll();
}

export function Leave() {
  return (
    <Sheet
      kind="small"
      title={words.title}
      onClose={() => (open.value = null)}
      foot={
        <button type="button" class="button big danger" onClick={() => void signOut()}>
          {commonWords.signOut}
        </button>
      }
    >
      <p>{words.text}</p>
      <ul class="stack">
        {losses().map(({ key, text }) => (
          <li key={key} class="with-icon">
            <Icon name="circle-alert" />
            <span>{text}</span>
          </li>
        ))}
      </ul>
    </Sheet>
  );
}

/** What is only in this browser, each in a line. */
function losses(): { key: string; text: string }[] {
  const orders = waiting.entries.value.map((entry) => {
    const { name, id, payload } = entry;
    if (name === "order.submit") return { key: id, text: words.unsent(contentsOf(draftIn(entry))) };
    const code = session.orders.value.get(String(payload["id"]))?.code ?? "";
    return { key: id, text: words.undone(pageWords.queued.commands[name] ?? name, code) };
  });
  const begun = [draft.value, aside.value].flatMap((one, at) => (one && !isEmpty(one) ? [{ key: `draft ${at}`, text: words.begun(contentsOf(one)) }] : []));
  return [...orders, ...begun];
}
