// The outbox of a signed-in page as signals: opened under the key that is signed in, fed by its connection.

import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import type { Commands, Namespace } from "./live";
import { type Entry, openOutbox, type Outbox, ownerOf, type Wish } from "./outbox";
import type { Session } from "./session";
import type { Shelf } from "./shelf";

export type { Entry, Refusal, Wish } from "./outbox";
export { OutboxFull } from "./outbox";

export interface Waiting {
  /** What has not been carried out, oldest first: waiting, on its way, or refused and not yet dismissed. */
  entries: ReadonlySignal<readonly Entry[]>;
  add(wish: Wish): Promise<Entry>;
  takeBack(id: string): Promise<boolean>;
  dismiss(id: string): Promise<void>;
  again(id: string): Promise<void>;
}

export interface Ears {
  /** In place of giving the command on the socket as it is. */
  send?(entry: Entry): Promise<unknown>;
  done?(entry: Entry, data: unknown): void;
  refused?(entry: Entry): void;
}

export function openWaiting<N extends Namespace>(session: Session<N>, shelf: Shelf, ears: Ears = {}): Waiting {
  const entries = signal<readonly Entry[]>([]);
  let outbox: Outbox | null = null;
  // The link changes with every word of the hub; this only when it comes and goes.
  const isLive = computed(() => session.link.value.state === "live");

  const give = (entry: Entry) => session.live().send(entry.name as keyof Commands[N] & string, entry.payload as never);

  effect(() => {
    outbox?.close();
    outbox = null;
    entries.value = [];
    const key = session.key.value;
    if (!key) return;
    outbox = openOutbox({
      shelf,
      owner: ownerOf(key),
      send: ears.send ?? give,
      now: () => session.live().now(),
      changed: (now) => (entries.value = now),
      ...(ears.done && { done: ears.done }),
      ...(ears.refused && { refused: ears.refused }),
    });
    outbox.live(isLive.peek() ? "there" : "gone");
  });

  effect(() => {
    const is = isLive.value ? "there" : "gone";
    outbox?.live(is);
  });

  const open = () => outbox ?? signedOut();
  return {
    entries,
    add: async (wish) => open().add(wish),
    takeBack: async (id) => open().takeBack(id),
    dismiss: async (id) => open().dismiss(id),
    again: async (id) => open().again(id),
  };
}

function signedOut(): never {
  throw new Error("nothing can wait while nobody is signed in");
}
