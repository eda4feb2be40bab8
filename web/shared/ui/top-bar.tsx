import type { ReadonlySignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import type { Link } from "../live";
import { commonWords } from "../words";
import { Icon } from "./icons";
import { LinkLight } from "./link-light";
import { Logo } from "./logo";

interface Props {
  name: string;
  link: ReadonlySignal<Link>;
  now: ReadonlySignal<number>;
  /** Not given where a page has it in a menu. */
  onSignOut?: () => void;
  children?: ComponentChildren;
}

export function TopBar({ name, link, now, onSignOut, children }: Props) {
  return (
    <header class="top-bar">
      <Logo />
      <div class="top-name">
        <h1>{name}</h1>
        <LinkLight link={link} now={now} />
      </div>
      {children}
      {onSignOut && (
        <button type="button" class="icon-button" aria-label={commonWords.signOut} title={commonWords.signOut} onClick={onSignOut}>
          <Icon name="log-out" />
        </button>
      )}
    </header>
  );
}
