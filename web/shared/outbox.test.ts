import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Refused } from "./live/commands";
import { AGE_MS_MAX, ENTRIES_MAX, type Entry, openOutbox, type Outbox, OutboxFull, ownerOf, PAYLOAD_CHARS_MAX } from "./outbox";
import type { Problem } from "./protocol";
import { memoryShelf, type Shelf } from "./shelf";

const ANN = "wp_driver_a1_secret";

/** The other end: each command waits there until it is answered by hand. */
class Hub {
  readonly asked: { entry: Entry; answer(data?: unknown): void; refuse(code: Problem["code"], more?: Partial<Problem>): void }[] = [];

  readonly send = (entry: Entry) =>
    new Promise((resolve, reject) => {
      const refuse = (code: Problem["code"], more: Partial<Problem> = {}) =>
        reject(new Refused({ type: "about:blank", title: "", status: 409, code, detail: code, retryable: false, ...more }));
      this.asked.push({ entry, answer: resolve, refuse });
    });

  /** Everything it was asked, in order. */
  heard(): string[] {
    return this.asked.map(({ entry }) => `${entry.name} ${String(entry.payload["id"] ?? "")}`.trim());
  }

  last() {
    const found = this.asked.at(-1);
    if (!found) throw new Error("the hub was asked nothing");
    return found;
  }
}

const boxes: Outbox[] = [];

function phone(shelf: Shelf = memoryShelf(), key = ANN) {
  const hub = new Hub();
  const done: string[] = [];
  const outbox = openOutbox({
    shelf,
    owner: ownerOf(key),
    send: hub.send,
    now: () => Date.now(),
    done: (entry, data) => done.push(`${entry.name} ${String(data)}`),
  });
  boxes.push(outbox);
  const shown = () => outbox.entries().map((entry) => `${entry.name} ${entry.state}`);
  const give = (name: string, id = "a") => outbox.add({ name, payload: { id } });
  return { shelf, hub, outbox, done, shown, give };
}

/** Lets everything happen that needs no more time than it takes to look at a clock. */
const settle = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  for (const outbox of boxes.splice(0)) outbox.close();
  vi.useRealTimers();
});

describe("what waits", () => {
  it("is sent in order once the live path is there, the next only after the answer", async () => {
    const { hub, outbox, give, done, shown } = phone();
    for (const name of ["order.start", "order.arrive", "order.pick_up"]) await give(name);
    await settle();
    expect(hub.heard()).toEqual([]);
    expect(shown()).toEqual(["order.start waiting", "order.arrive waiting", "order.pick_up waiting"]);
    outbox.live("there");
    await settle();
    expect(hub.heard()).toEqual(["order.start a"]);
    expect(shown()[0]).toBe("order.start sending");
    hub.last().answer("yes");
    await settle();
    hub.last().answer("yes");
    await settle();
    expect(hub.heard()).toEqual(["order.start a", "order.arrive a", "order.pick_up a"]);
    expect(done).toEqual(["order.start yes", "order.arrive yes"]);
    expect(shown()).toEqual(["order.pick_up sending"]);
  });

  it("does not wait for another order", async () => {
    const { hub, outbox, give } = phone();
    await give("order.start", "a");
    await give("order.start", "b");
    outbox.live("there");
    await settle();
    expect(hub.heard()).toEqual(["order.start a", "order.start b"]);
  });

  it("survives a reload, in its order and with its time", async () => {
    const { shelf, give, outbox } = phone();
    vi.setSystemTime(Date.parse("2026-01-05T12:00:00Z"));
    await give("order.start");
    await give("order.arrive");
    outbox.close();
    vi.setSystemTime(Date.parse("2026-01-05T12:30:00Z"));
    const after = phone(shelf);
    await after.outbox.loaded;
    expect(after.shown()).toEqual(["order.start waiting", "order.arrive waiting"]);
    expect(after.outbox.entries()[0]?.at).toBe("2026-01-05T12:00:00.000Z");
    after.outbox.live("there");
    await settle();
    expect(after.hub.heard()).toEqual(["order.start a"]);
  });

  it("is on the shelf before anybody is told of it", async () => {
    const shelf = memoryShelf();
    const { outbox, shown } = phone({ ...shelf, put: () => Promise.reject(new Error("the disk is full")) });
    await expect(outbox.add({ name: "order.start", payload: { id: "a" } })).rejects.toThrow("the disk is full");
    expect(shown()).toEqual([]);
  });

  it("can be taken back as long as it never went out and nothing stands on it", async () => {
    const { outbox, give, hub, shown } = phone();
    const start = await give("order.start");
    const arrive = await give("order.arrive");
    expect(await outbox.takeBack(start.id)).toBe(false);
    expect(await outbox.takeBack(arrive.id)).toBe(true);
    outbox.live("there");
    await settle();
    expect(await outbox.takeBack(start.id)).toBe(false);
    hub.last().answer();
    await settle();
    expect(shown()).toEqual([]);
  });
});

describe("a lost answer", () => {
  it("is asked for again, word for word", async () => {
    const { hub, outbox, give } = phone();
    await give("order.deliver");
    outbox.live("there");
    await settle();
    outbox.live("gone");
    hub.last().refuse("unavailable", { retryable: true });
    await settle();
    expect(outbox.entries()[0]).toMatchObject({ state: "waiting", tried: true });
    outbox.live("there");
    await settle();
    expect(hub.asked).toHaveLength(2);
    expect(hub.asked[1]?.entry.payload).toEqual(hub.asked[0]?.entry.payload);
    expect(hub.asked[1]?.entry.at).toBe(hub.asked[0]?.entry.at);
  });

  it("is asked for again after a reload in the middle of it", async () => {
    const { shelf, outbox, give } = phone();
    await give("order.deliver");
    outbox.live("there");
    await settle();
    outbox.close();
    const after = phone(shelf);
    after.outbox.live("there");
    await settle();
    expect(after.hub.heard()).toEqual(["order.deliver a"]);
  });

  it("waits as long as a busy hub asks", async () => {
    const { hub, outbox, give } = phone();
    await give("order.start");
    outbox.live("there");
    await settle();
    hub.last().refuse("rate_limited", { retryable: true, retry_after_s: 3 });
    await vi.advanceTimersByTimeAsync(2_900);
    expect(hub.asked).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(200);
    expect(hub.asked).toHaveLength(2);
  });
});

describe("a refusal", () => {
  it("is kept with its words, over a reload, until it is dismissed; what follows is sent on its own merits", async () => {
    const { shelf, hub, outbox, give } = phone();
    const start = await give("order.start");
    await give("order.message");
    outbox.live("there");
    await settle();
    hub.last().refuse("invalid_transition", { detail: "the order is cancelled" });
    await settle();
    expect(hub.heard()).toEqual(["order.start a", "order.message a"]);
    hub.last().answer();
    await settle();
    outbox.close();
    const after = phone(shelf);
    after.outbox.live("there");
    await settle();
    expect(after.hub.heard()).toEqual([]);
    expect(after.outbox.entries()).toMatchObject([{ state: "refused", refusal: { detail: "the order is cancelled" } }]);
    await after.outbox.dismiss(start.id);
    expect(after.shown()).toEqual([]);
    expect(await shelf.all("outbox")).toEqual([]);
  });

  it("can be given again, after what waits by then", async () => {
    const { hub, outbox } = phone();
    const first = await outbox.add({ name: "order.submit", payload: { notes: "soup" }, line: "new" });
    outbox.live("there");
    await settle();
    hub.last().refuse("outside_service_area");
    await settle();
    outbox.live("gone");
    await outbox.add({ name: "order.submit", payload: { notes: "rice" }, line: "new" });
    await outbox.again(first.id);
    expect(outbox.entries().map((entry) => entry.payload["notes"])).toEqual(["rice", "soup"]);
  });

  it("for the key's sake leaves everything waiting", async () => {
    const { hub, outbox, give, shown } = phone();
    await give("order.start");
    outbox.live("there");
    await settle();
    hub.last().refuse("unauthorized", { status: 401 });
    await settle();
    expect(shown()).toEqual(["order.start waiting"]);
  });
});

describe("whose it is", () => {
  it("never goes out under another person's key, and is not shown to them", async () => {
    const { shelf, outbox, give } = phone();
    await give("order.start");
    outbox.close();
    const bob = phone(shelf, "wp_driver_b2_secret");
    bob.outbox.live("there");
    await settle();
    expect([bob.hub.heard(), bob.shown()]).toEqual([[], []]);
    bob.outbox.close();
    const back = phone(shelf, ANN);
    back.outbox.live("there");
    await settle();
    expect(back.hub.heard()).toEqual(["order.start a"]);
  });

  it("is told without the key's secret", () => {
    expect(ownerOf(ANN)).toBe("wp_driver_a1");
    expect(ownerOf("the-dispatchers-own-words")).toBe("given");
  });
});

describe("limits", () => {
  it("does not send what is older than a day, and says so", async () => {
    const { hub, outbox, give } = phone();
    await give("order.start");
    await vi.advanceTimersByTimeAsync(AGE_MS_MAX + 1);
    outbox.live("there");
    await settle();
    expect(hub.heard()).toEqual([]);
    expect(outbox.entries()).toMatchObject([{ state: "refused", refusal: { code: "too_old" } }]);
  });

  it("takes no more than it may hold, and nothing that a socket would not take", async () => {
    const { outbox, give } = phone();
    await expect(outbox.add({ name: "order.submit", payload: { notes: "x".repeat(PAYLOAD_CHARS_MAX) } })).rejects.toThrow(OutboxFull);
    for (let made = 0; made < ENTRIES_MAX; made++) await give("order.message", `order-${made}`);
    await expect(give("order.message")).rejects.toThrow(OutboxFull);
  });
});
