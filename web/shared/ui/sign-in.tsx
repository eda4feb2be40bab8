import { useState } from "preact/hooks";
import { keyIn, type PageRole } from "../key";
import type { Door } from "../session";
import { signInWords as words } from "../words";
import { Field } from "./field";
import { Icon } from "./icons";
import { Language } from "./language";
import { Logo } from "./logo";

interface Props {
  page: PageRole;
  door: Exclude<Door, { open: true }>;
  onKey: (key: string) => void;
}

export function SignIn({ page, door, onKey }: Props) {
  const [pasted, setPasted] = useState("");
  const [error, setError] = useState<string | null>(null);
  // A key of this very page is forbidden only if its owner is blocked.
  const why = door.because === "forbidden" && door.keyRole === page ? "blocked" : door.because;
  const elsewhere = door.keyRole && door.keyRole !== page ? door.keyRole : null;

  const signIn = (event: Event) => {
    event.preventDefault();
    const key = keyIn(pasted);
    if (key) onKey(key);
    else setError(words.notAKey);
  };

  return (
    <main class="sign-in">
      <div class="brand">
        <Logo /> Waypost
      </div>
      <h1>{words.title[page]}</h1>
      {why !== "none" && (
        <p class="banner tone-alarm" role="alert">
          <Icon name="circle-alert" />
          <span>
            {words[why]} {elsewhere && <a href={`/${elsewhere}`}>{words.elsewhere[elsewhere]}</a>}
          </span>
        </p>
      )}
      <p class="muted">{words.ask}</p>
      <form onSubmit={signIn} noValidate>
        <Field
          label={words.label}
          value={pasted}
          error={error}
          onInput={(value) => {
            setPasted(value);
            setError(null);
          }}
          autocomplete="off"
          spellcheck={false}
        />
        <button type="submit" class="button big primary">
          {words.button}
        </button>
      </form>
      <Language />
    </main>
  );
}
