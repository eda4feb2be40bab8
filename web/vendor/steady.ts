// A press goes to what was there when the finger set out. Cards move up as others leave: for a moment, a place that belonged
// to another order takes no press.

import { effect } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { panels } from "../shared/ui/toasts";

/** Longer than anybody needs to see that a card has moved, and than the second half of a double tap. */
const MOVED_MS = 800;

/** Where something of an order can be pressed, in pixels of the whole page. */
interface Place {
  order: string;
  left: number;
  top: number;
  right: number;
  bottom: number;
}

let places: readonly Place[] = [];
let before: readonly { until_ms: number; places: readonly Place[] }[] = [];

/** What moves beneath a panel, or as it closes, moves under no finger. */
const COVERED_MS = 300;
let covered_at_ms = -Infinity;
effect(() => {
  if (panels.value.length) before = [];
  covered_at_ms = performance.now();
});

/** Watches the cards within it. */
export function useSteady() {
  const board = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const { current } = board;
    if (!current) return;
    look(current);
    const watch = new ResizeObserver(() => look(current));
    // A line above the board moves all of it.
    for (const part of [document.body, ...current.querySelectorAll(".order-card")]) watch.observe(part);
    return () => watch.disconnect();
  });
  return board;
}

function look(board: HTMLElement): void {
  // What waits to be sent becomes the card of the same order.
  const found = [...board.querySelectorAll<HTMLElement>(".order-card:not(.unsent) :is(button, a)")].map((one): Place => {
    const { left, top, right, bottom } = one.getBoundingClientRect();
    return { order: orderOf(one), left: left + scrollX, top: top + scrollY, right: right + scrollX, bottom: bottom + scrollY };
  });
  const now = performance.now();
  const isMoved = JSON.stringify(found) !== JSON.stringify(places);
  if (isMoved && now - covered_at_ms > COVERED_MS && !panels.peek().length) before = [...before.filter(({ until_ms }) => now - until_ms < MOVED_MS), { until_ms: now, places }];
  places = found;
}

function orderOf(one: Element): string {
  return one.closest(".order-card")?.getAttribute("aria-label") ?? "";
}

window.addEventListener(
  "click",
  (event) => {
    const pressed = event.target instanceof Element ? event.target.closest(".order-card :is(button, a)") : null;
    // A key presses what has the focus, wherever that went; and what only opens something does no harm.
    if (!pressed || event.detail === 0 || pressed.matches(".opens")) return;
    const [order, now] = [orderOf(pressed), performance.now()];
    const isHere = ({ left, top, right, bottom }: Place) => left <= event.pageX && event.pageX <= right && top <= event.pageY && event.pageY <= bottom;
    const was = before.filter(({ until_ms }) => now - until_ms < MOVED_MS).flatMap((one) => one.places.filter(isHere));
    if (!was.some((place) => place.order !== order)) return;
    event.preventDefault();
    event.stopPropagation();
  },
  { capture: true },
);
