import type { ReadonlySignal } from "@preact/signals";
import { ago, clockTime } from "../format";

export function TimeAgo({ at, now }: { at: string; now: ReadonlySignal<number> }) {
  return (
    <time dateTime={at} title={clockTime(at)}>
      {ago(Date.parse(at), now.value)}
    </time>
  );
}
