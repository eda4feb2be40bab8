// What else is kept so that it can be read without a network, and what is not kept any longer than it is of use.

import { computed, effect } from "@preact/signals";
import type { ChatLine } from "../shared/chat";
import { chat, jobs, outbox, session, shelf } from "./state";

type Lines = ReadonlyMap<string, readonly ChatLine[]>;

let isRestored = false;

// What was said about his jobs. It is restored before it is kept anew, or an empty page would take its place.
effect(() => {
  if (!session.ready.value) return void (isRestored = false);
  const lines: Lines = new Map([...chat.lines.value].filter(([order]) => jobs.value.some((job) => job.id === order)));
  if (isRestored) void shelf.put("kept", "chat", lines).catch(() => undefined);
  else void restore();
});

async function restore(): Promise<void> {
  const kept = await shelf.get<Lines>("kept", "chat").catch(() => undefined);
  isRestored = true;
  if (kept) chat.restore(kept);
}

const isLive = computed(() => session.ready.value && session.link.value.state === "live");

// A photo that was taken and not given belongs to a job that he still has, or to a delivery that still waits.
effect(() => {
  if (!isLive.value) return;
  const wanted = new Set([...jobs.value.map((job) => job.id), ...outbox.entries.value.map((entry) => entry.line)]);
  void shelf.keys("photos").then((orders) => {
    for (const order of orders) if (!wanted.has(order)) void shelf.remove("photos", order);
  });
});
