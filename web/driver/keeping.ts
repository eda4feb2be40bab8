// What else is kept so that it can be read without a network, and what is not kept any longer than it is of use.

import { computed, effect } from "@preact/signals";
import type { ChatLine } from "../shared/chat";
import { dropDrafts, restoreDrafts } from "./drafts";
import { chat, jobs, type Notice, notices, outbox, session, shelf } from "./state";
import { restoreStep, undoable } from "./undo";

type Lines = ReadonlyMap<string, readonly ChatLine[]>;

let isRestored = false;

const lost = computed(() => notices.value.filter(({ about }) => about === "job"));

// What was said about his jobs, and which of them he has lost. It is restored before it is kept anew, or an empty page would
// take its place.
effect(() => {
  if (!session.ready.value) return void (isRestored = false);
  const lines: Lines = new Map([...chat.lines.value].filter(([order]) => jobs.value.some((job) => job.id === order)));
  const unseen = lost.value;
  if (!isRestored) return void restore();
  void shelf.put("kept", "chat", lines).catch(() => undefined);
  void shelf.put("kept", "lost", unseen).catch(() => undefined);
});

async function restore(): Promise<void> {
  const read = <T>(key: string) => shelf.get<T>("kept", key).catch(() => undefined);
  const [lines, unseen = []] = await Promise.all([read<Lines>("chat"), read<readonly Notice[]>("lost"), restoreDrafts(), restoreStep()]);
  isRestored = true;
  if (lines) chat.restore(lines);
  const known = notices.value.map(({ order }) => order.id);
  notices.value = [...unseen.filter(({ order }) => !known.includes(order.id)), ...notices.value];
}

const isLive = computed(() => session.ready.value && session.link.value.state === "live");
const undone = computed(() => undoable.value?.id ?? "");

/** A delivery leaves the list of jobs before it is known that it can be taken back. */
const TIDY_MS = 1_000;
let timer: ReturnType<typeof setTimeout> | undefined;

// A proof that was begun belongs to a job that he still has, to a delivery that still waits, or to one that he may take back.
const wanted = computed(() => [...jobs.value.map((job) => job.id), ...outbox.entries.value.map((entry) => entry.line), undone.value]);
effect(() => {
  clearTimeout(timer);
  if (isLive.value && wanted.value) timer = setTimeout(() => dropDrafts(wanted.peek()), TIDY_MS);
});
