import type { ReadonlySignal } from "@preact/signals";
import { ago, moment } from "../format";

export function TimeAgo({ at, now }: { at: string; now: ReadonlySignal<number> }) {
  return (
    <time dateTime={at} title={moment(at, now.peek())}>
      {ago(Date.parse(at), now.value)}
    </time>
  );
}
