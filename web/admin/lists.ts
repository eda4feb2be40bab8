// What REST lists and sockets do not: read when the page opens and again when an event says that it changed.

import { type ReadonlySignal, signal } from "@preact/signals";
import type { DeviceChanged, Driver, DriverReached, Event, Key, Location, Vendor, Zone } from "../shared/protocol";
import type { Rest } from "../shared/rest";

export interface List<T> {
  /** Null until it was read for the first time. */
  rows: ReadonlySignal<readonly T[] | null>;
  failed: ReadonlySignal<boolean>;
  load(): Promise<void>;
  /** Reads again, once for a burst of reasons. */
  soon(): void;
  put(change: (rows: readonly T[]) => readonly T[]): void;
}

/** Within this, many reasons to read a list again are one. */
const SOON_MS = 200;

interface Ground {
  rest(): Rest;
  /** True if the error ended the session. */
  refused(error: unknown): boolean;
}

function openList<T>(path: string, { rest, refused }: Ground): List<T> {
  const rows = signal<readonly T[] | null>(null);
  const failed = signal(false);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asked = 0;
  /** What was heard since a reading began that is not over: its answer may be from before that. */
  let heard: ((rows: readonly T[]) => readonly T[])[] | null = null;

  async function load(): Promise<void> {
    const turn = ++asked;
    const since: NonNullable<typeof heard> = (heard = []);
    try {
      const all = await rest().all<T>(`${path}?limit=200`);
      // A slow answer does not take the place of a newer one.
      if (turn === asked) rows.value = since.reduce((now, change) => change(now), all as readonly T[]);
      failed.value = false;
    } catch (error) {
      if (!refused(error)) failed.value = true;
    }
    if (turn === asked) heard = null;
  }

  return {
    rows,
    failed,
    load,
    soon: () => {
      clearTimeout(timer);
      timer = setTimeout(() => void load(), SOON_MS);
    },
    put: (change) => {
      if (rows.value) rows.value = change(rows.value);
      heard?.push(change);
    },
  };
}

export function openLists(ground: Ground) {
  const zones = openList<Zone>("/zones", ground);
  const vendors = openList<Vendor>("/vendors", ground);
  const drivers = openList<Driver>("/drivers", ground);
  const keys = openList<Key>("/keys", ground);

  function hear(event: Event): void {
    const { type } = event;
    if (type === "zone.changed") zones.soon();
    if (type === "vendor.blocked") vendors.soon();
    if (type === "key.revoked") keys.soon();
    // Who works where, and who carries how much. A decline changes neither.
    if ((type.startsWith("driver.") && type !== "driver.declined") || (type.startsWith("order.") && event.order && "driver" in event.order)) drivers.soon();
  }

  /** What was said in passing of one driver. */
  function hearOf(driver_id: string, news: Partial<Driver>): void {
    drivers.put((rows) => rows.map((row) => (row.id === driver_id ? { ...row, ...news } : row)));
  }

  function hearLocation(payload: object): void {
    const { driver_id, ...location } = payload as Location & { driver_id: string };
    hearOf(driver_id, { location, last_seen_at: location.recorded_at ?? null, reach: "live" });
  }

  function hearReach(payload: object): void {
    const { driver_id, reach } = payload as DriverReached;
    hearOf(driver_id, { reach });
  }

  function hearDevice(payload: object): void {
    const { driver_id, device } = payload as DeviceChanged;
    hearOf(driver_id, { device });
  }

  return { zones, vendors, drivers, keys, hear, hearLocation, hearReach, hearDevice };
}
