// A small town: one zone, a vendor, two drivers, a dispatcher, each with a key and a sign-in link.

import { Api } from "./api";
import type { Hub } from "./hub";
import type { MadeKey } from "../shared/protocol";

export interface Person {
  id: string;
  name: string;
  key: string;
  /** Opens their page signed in. */
  link: string;
  api: Api;
}

export interface Town {
  base: string;
  zone: { id: string; name: string };
  admin: Person;
  vendor: Person;
  ann: Person;
  bob: Person;
  makeDriver(name: string, more?: object): Promise<Person>;
  makeVendor(name: string, more?: object): Promise<Person>;
}

/** GeoJSON puts longitude first. */
export function square(west: number, south: number, size = 0.04): object {
  const [east, north] = [west + size, south + size];
  return {
    type: "Polygon",
    coordinates: [[[west, south], [east, south], [east, north], [west, north], [west, south]]],
  };
}

export async function buildTown(hub: Hub): Promise<Town> {
  const { base } = hub;
  const admin = new Api(base, hub.adminKey);
  const zone = { id: "mitte", name: "Mitte" };
  await admin.post("/zones", { ...zone, color: "#b45309", area: square(13.38, 52.5) });

  async function person(kind: "driver" | "vendor", name: string, more: object): Promise<Person> {
    const { id } = await admin.post<{ id: string }>(`/${kind}s`, { name, ...more });
    const { key, link } = await admin.post<MadeKey>("/keys", { role: kind, [`${kind}_id`]: id, name: "a test" });
    return { id, name, key, link, api: new Api(base, key) };
  }

  const makeDriver = (name: string, more: object = {}) => person("driver", name, { phone: "+49 30 555 020", vehicle: "bicycle", ...more });
  const makeVendor = (name: string, more: object = {}) =>
    person("vendor", name, { phone: "+49 30 555 010", address: "1 Main Street", lat: 52.52, lng: 13.4, ...more });

  const vendor = await makeVendor("Ramen Bar");
  const ann = await makeDriver("Ann");
  const bob = await makeDriver("Bob", { vehicle: "moped" });
  const link = `${base}/admin#key=${hub.adminKey}`;
  return { base, zone, admin: { id: "", name: "Dispatcher", key: hub.adminKey, link, api: admin }, vendor, ann, bob, makeDriver, makeVendor };
}
