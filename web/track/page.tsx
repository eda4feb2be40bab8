import "../shared/base.css";
import "../shared/ui/more-icons";
import "./track.css";
import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { ago } from "../shared/format";
import type { Track } from "../shared/protocol";
import { Icon } from "../shared/ui/icons";
import { Delivery } from "./delivery";
import { follow, type LinkState } from "./follow";
import { words } from "./words";

const TICK_MS = 1000;

export function start(): void {
  const place = document.getElementById("page");
  if (place) render(<Page address={location.pathname.replace(/\/+$/, "")} />, place);
}

interface Seen {
  track: Track;
  at_ms: number;
}

function Page({ address }: { address: string }) {
  const [seen, setSeen] = useState<Seen | null>(null);
  const [link, setLink] = useState<LinkState>("connecting");
  const [isGone, setGone] = useState(false);
  useEffect(() => follow(address, { track: (track) => setSeen({ track, at_ms: Date.now() }), link: setLink, gone: () => setGone(true) }), [address]);
  useEffect(() => {
    document.title = isGone ? words.gone.title : seen ? `${words.status[seen.track.status]} · ${seen.track.vendor.name}` : words.title;
  }, [seen, isGone]);
  if (isGone) return <Gone />;
  return (
    <main class="track">
      <h1 class="track-title">{seen ? words.from(seen.track.vendor.name) : words.title}</h1>
      <LinkLine link={link} at_ms={seen?.at_ms ?? null} />
      {seen && <Delivery track={seen.track} />}
    </main>
  );
}

/** How the page stands to the hub, and how old is what it shows. */
function LinkLine({ link, at_ms }: { link: LinkState; at_ms: number | null }) {
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((n) => n + 1), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <p class={`track-link is-${link}`}>
      <Icon name={link === "live" ? "wifi" : link === "connecting" ? "clock" : "wifi-off"} size_px={16} />
      <span role="status">{words.link[link]}</span>
      {at_ms !== null && <span class="muted">{words.updated(ago(at_ms, Date.now()))}</span>}
    </p>
  );
}

function Gone() {
  return (
    <main class="track">
      <h1>{words.gone.title}</h1>
      <p role="status">{words.gone.text}</p>
    </main>
  );
}
