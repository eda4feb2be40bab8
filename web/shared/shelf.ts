// A durable place in this browser, in named boxes: IndexedDB, as little of it as is needed.
//
// Not `idb`: that is 1.2 kB compressed for cursors, indexes and iterators, and this is 0.4 kB for the calls that are made.

/** Every box there is. A new one needs a new [`VERSION`]. */
export type Box = "outbox" | "kept" | "photos";

export interface Shelf {
  get<T>(box: Box, key: string): Promise<T | undefined>;
  /** By key, in rising order. */
  all<T>(box: Box): Promise<T[]>;
  keys(box: Box): Promise<string[]>;
  /** Resolves once it is on the disk. What is put must be plain: no classes, no functions. */
  put(box: Box, key: string, value: unknown): Promise<void>;
  remove(box: Box, key: string): Promise<void>;
  /** Empties every box. */
  wipe(): Promise<void>;
}

const BOXES: readonly Box[] = ["outbox", "kept", "photos"];
const VERSION = 1;

/** The shelf of one page, `driver` for example. Where the browser forbids storage it is kept only as long as the page is open. */
export function openShelf(page: string): Shelf {
  if (!globalThis.indexedDB) return memoryShelf();
  let opened: Promise<IDBDatabase> | null = null;
  let forbidden: Shelf | null = null;

  function open(): Promise<IDBDatabase> {
    opened ??= new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open(`waypost.${page}`, VERSION);
      request.onupgradeneeded = () => {
        for (const box of BOXES) if (!request.result.objectStoreNames.contains(box)) request.result.createObjectStore(box);
      };
      request.onsuccess = () => {
        const database = request.result;
        // Another tab upgrades or the browser clears: the next call opens anew.
        database.onversionchange = () => database.close();
        database.onclose = () => (opened = null);
        resolve(database);
      };
      request.onerror = () => reject(request.error);
      request.onblocked = () => reject(new Error("another tab holds the storage"));
    });
    return opened;
  }

  async function ask<T>(boxes: readonly Box[], mode: IDBTransactionMode, question: (of: (box: Box) => IDBObjectStore) => IDBRequest | void): Promise<T> {
    const database = await open();
    return new Promise<T>((resolve, reject) => {
      // Strict: a driver who is told that it is kept may lose his battery the next instant.
      const transaction = database.transaction([...boxes], mode, { durability: "strict" });
      const request = question((box) => transaction.objectStore(box));
      transaction.oncomplete = () => resolve(request?.result as T);
      transaction.onabort = () => reject(transaction.error);
    });
  }

  /** Falls back for good to memory if the very opening is refused, as in some private windows. */
  async function on<T>(real: () => Promise<T>, instead: (shelf: Shelf) => Promise<T>): Promise<T> {
    if (forbidden) return instead(forbidden);
    try {
      await open();
    } catch {
      return instead((forbidden ??= memoryShelf()));
    }
    return real();
  }

  return {
    get: <T>(box: Box, key: string) =>
      on(
        () => ask<T | undefined>([box], "readonly", (of) => of(box).get(key)),
        (shelf) => shelf.get<T>(box, key),
      ),
    all: <T>(box: Box) =>
      on(
        () => ask<T[]>([box], "readonly", (of) => of(box).getAll()),
        (shelf) => shelf.all<T>(box),
      ),
    keys: (box) =>
      on(
        () => ask<string[]>([box], "readonly", (of) => of(box).getAllKeys()),
        (shelf) => shelf.keys(box),
      ),
    put: (box, key, value) =>
      on(
        () => ask<void>([box], "readwrite", (of) => void of(box).put(value, key)),
        (shelf) => shelf.put(box, key, value),
      ),
    remove: (box, key) =>
      on(
        () => ask<void>([box], "readwrite", (of) => void of(box).delete(key)),
        (shelf) => shelf.remove(box, key),
      ),
    wipe: () =>
      on(
        () => ask<void>(BOXES, "readwrite", (of) => BOXES.forEach((box) => of(box).clear())),
        (shelf) => shelf.wipe(),
      ),
  };
}

/** The same, as long as the page is open; what tests stand on. */
export function memoryShelf(): Shelf {
  const boxes = new Map<Box, Map<string, unknown>>();
  const box = (name: Box) => {
    const found = boxes.get(name) ?? new Map<string, unknown>();
    boxes.set(name, found);
    return found;
  };
  return {
    get: async <T>(name: Box, key: string) => structuredClone(box(name).get(key)) as T | undefined,
    all: async <T>(name: Box) => structuredClone([...box(name)].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value)) as T[],
    keys: async (name) => [...box(name).keys()].sort(),
    put: async (name, key, value) => void box(name).set(key, structuredClone(value)),
    remove: async (name, key) => void box(name).delete(key),
    wipe: async () => boxes.clear(),
  };
}
