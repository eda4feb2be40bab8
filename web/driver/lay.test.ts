import { expect, test } from "vitest";
import { lay } from "./lay";

/** Cards as they were seen one look after another, nearest first; what has ended in brackets. */
function looks(...seen: string[]): string[] {
  const turns = { came: new Map<string, number>(), ended: new Map<string, number>() };
  return seen.map((cards) => {
    const sorted = cards.split(" ").map((card) => ({ id: card.replace(/[()]/g, ""), isEnded: card.startsWith("("), card }));
    return lay(sorted, turns).map(({ card }) => card).join(" ");
  });
}

test("what ended keeps its place over an offer that was there", () => {
  expect(looks("a b", "(a) b")).toEqual(["a b", "(a) b"]);
});

test("what ended is out of the way of an offer that comes later", () => {
  expect(looks("a", "(a)", "(a) b")).toEqual(["a", "(a)", "b (a)"]);
});

test("what ended while nobody looked is out of the way of what came since", () => {
  expect(looks("a", "(a) b")).toEqual(["a", "b (a)"]);
});

test("what ended stays over what it was kept for, though that has ended too", () => {
  expect(looks("a b", "(a) b", "(a) b c", "(a) (b) c")).toEqual(["a b", "(a) b", "(a) b c", "(a) (b) c"]);
});

test("an order that is offered again is a new offer", () => {
  expect(looks("a b", "(a) b", "a b", "a (b)", "a (b) c")).toEqual(["a b", "(a) b", "a b", "a (b)", "a c (b)"]);
});
