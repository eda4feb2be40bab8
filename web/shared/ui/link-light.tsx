import type { ReadonlySignal } from "@preact/signals";
import { ago } from "../format";
import type { Link } from "../live";
import { linkWords } from "../words";
import { Icon } from "./icons";

interface Props {
  link: ReadonlySignal<Link>;
  /** Read so that "updated 2 s ago" counts on. */
  now: ReadonlySignal<number>;
}

/** How the page stands to the hub: colour, icon and word, and when the hub was last heard. */
export function LinkLight({ link, now }: Props) {
  void now.value;
  const { state, stopping, heard_at_ms } = link.value;
  const word = stopping && state !== "live" ? linkWords.stopping : linkWords[state];
  return (
    <div class={`link-light is-${state}`}>
      <Icon name={state === "live" ? "wifi" : "wifi-off"} size_px={16} />
      <span role="status">{word}</span>
      {heard_at_ms !== null && <span class="link-light-ago">{linkWords.updated(ago(heard_at_ms, Date.now()))}</span>}
    </div>
  );
}
