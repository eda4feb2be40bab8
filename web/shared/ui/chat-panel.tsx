import { useEffect, useRef, useState } from "preact/hooks";
import type { Chat } from "../chat";
import { moment } from "../format";
import { Refused } from "../live";
import { chatWords as words, commonWords } from "../words";
import { Icon } from "./icons";
import { toast } from "./toasts";

const TEXT_CHARS_MAX = 500;

interface Props {
  chat: Chat;
  order: string;
  /** What is said most often, each with one press: hands are full, or in gloves. */
  quick?: readonly string[];
  /** It fills its panel, and keeps to the end. */
  whole?: boolean;
  /** Lines of one's own that wait for a network. */
  waiting?: readonly { key: string; text: string; at: string }[];
}

/** The chat of one order, between its vendor, its driver and the dispatcher. */
export function ChatPanel({ chat, order, quick = [], whole, waiting = [] }: Props) {
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  const list = useRef<HTMLOListElement>(null);
  const lines = chat.lines.value.get(order) ?? [];

  useEffect(() => {
    chat.look(order);
    void chat.load(order);
    return () => chat.look(null);
  }, [chat, order]);
  useEffect(() => {
    if (whole) list.current?.parentElement?.lastElementChild?.scrollIntoView({ block: "end" });
  }, [lines.length, waiting.length, whole]);

  const say = async (line: string): Promise<boolean> => {
    if (!line || busy) return false;
    setBusy(true);
    try {
      await chat.send(order, line);
      setBusy(false);
      return true;
    } catch (error) {
      if (error instanceof Refused) toast(error.uncertain ? commonWords.uncertain : error.message, "alarm");
      void chat.load(order);
    }
    setBusy(false);
    return false;
  };

  return (
    <section class="chat" aria-label={words.title}>
      {chat.failed.value.has(order) && (
        <p class="banner tone-wait">
          <Icon name="circle-alert" />
          <span>{words.earlierFailed}</span>
          <button type="button" class="button small" onClick={() => void chat.load(order)}>
            {words.tryAgain}
          </button>
        </p>
      )}
      {lines.length + waiting.length === 0 && <p class="muted">{words.empty}</p>}
      <ol class="chat-lines" ref={list} aria-live="polite">
        {lines.map((line) => (
          <li key={line.key} class={line.mine ? "is-mine" : ""}>
            <p class="chat-who">
              {line.mine ? words.you : [words.roles[line.role] ?? line.role, line.name].filter(Boolean).join(" · ")}
              <time dateTime={line.at}>{moment(line.at, Date.now())}</time>
            </p>
            <p class="chat-text">{line.text}</p>
          </li>
        ))}
        {waiting.map(({ key, text, at }) => (
          <li key={key} class="is-mine is-waiting">
            <p class="chat-who">
              <Icon name="hourglass" />
              {words.waits}
              <time dateTime={at}>{moment(at, Date.now())}</time>
            </p>
            <p class="chat-text">{text}</p>
          </li>
        ))}
      </ol>
      {quick.length > 0 && (
        <div class="quick-words">
          {quick.map((line) => (
            <button key={line} type="button" class="button" disabled={busy} onClick={() => void say(line)}>
              {line}
            </button>
          ))}
        </div>
      )}
      <form
        class="chat-form"
        onSubmit={(event) => {
          event.preventDefault();
          void say(text.trim()).then((sent) => sent && setText(""));
        }}
      >
        <input
          aria-label={words.label}
          placeholder={words.placeholder}
          value={text}
          maxLength={TEXT_CHARS_MAX}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <button type="submit" class="icon-button primary" aria-label={words.send} disabled={busy || !text.trim()}>
          <Icon name="send" />
        </button>
      </form>
    </section>
  );
}
