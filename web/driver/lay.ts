// How offers lie on the screen, those that have just ended among them.
//
// Invariant: a card never moves up because another one ended, or the thumb on its way to Claim would claim another order.

export interface Card {
  id: string;
  isEnded: boolean;
}

/** When cards came and when they ended, each a number that is higher than all before it. */
export interface Turns {
  came: Map<string, number>;
  ended: Map<string, number>;
}

/**
 * Lays out cards that are sorted already. What has ended keeps its place for those beneath it that were there when it
 * ended; an offer that comes later finds it out of its way, at the end.
 */
export function lay<C extends Card>(sorted: readonly C[], { came, ended }: Turns): C[] {
  note(sorted, came, ended);
  const kept: C[] = [];
  const out: C[] = [];
  for (const card of [...sorted].reverse()) {
    const end = ended.get(card.id);
    const holds = end === undefined || kept.some(({ id }) => (came.get(id) ?? 0) < end);
    (holds ? kept : out).unshift(card);
  }
  return [...kept, ...out];
}

function note(cards: readonly Card[], came: Map<string, number>, ended: Map<string, number>): void {
  for (const { id, isEnded } of [...cards].sort((a, b) => Number(b.isEnded) - Number(a.isEnded))) {
    const now = 1 + Math.max(0, ...came.values(), ...ended.values());
    if (!came.has(id) || (!isEnded && ended.has(id))) came.set(id, now);
    if (!isEnded) ended.delete(id);
    else if (!ended.has(id)) ended.set(id, now);
  }
  const there = new Set(cards.map(({ id }) => id));
  for (const map of [came, ended]) for (const id of map.keys()) if (!there.has(id)) map.delete(id);
}
