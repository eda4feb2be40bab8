import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { commonWords } from "../words";

/** How long after the page it is fetched for the time when there may be no network, in milliseconds. */
const AHEAD_MS = 4_000;

/**
 * A part of a page that is not in its first load: fetched when it is shown, and ahead of that once the page has come to
 * rest. `failed` is what it says where it could not be fetched.
 */
export function later<P extends object>(load: () => Promise<ComponentType<P>>, failed: () => string, ahead?: "ahead"): ComponentType<P> {
  let known: ComponentType<P> | null = null;
  const fetch = () => load().then((found) => (known = found));
  if (ahead) setTimeout(() => void fetch().catch(() => undefined), AHEAD_MS);
  return function Later(props: P) {
    const [state, setState] = useState<"loading" | "there" | "failed">(known ? "there" : "loading");
    useEffect(() => {
      if (known) return;
      let wanted = true;
      fetch().then(
        () => wanted && setState("there"),
        () => wanted && setState("failed"),
      );
      return () => {
        wanted = false;
      };
    }, []);
    if (known && state === "there") {
      const Known = known;
      return <Known {...props} />;
    }
    return (
      <p class="muted" role="status">
        {state === "failed" ? failed() : commonWords.loading}
      </p>
    );
  };
}
