// How what waits is said to the hub: as it is, but for a photo, which goes ahead of the delivery that it shows.

import type { DriversCommands } from "../shared/protocol";
import type { Session } from "../shared/session";
import type { Shelf } from "../shared/shelf";
import type { Entry } from "../shared/waiting";
import { sendPhoto } from "./photo";

/** Safe to repeat at any point: the hub knows the same photo and the same command again. */
export async function send(session: Session<"/drivers">, shelf: Shelf, { name, payload, line, more }: Entry): Promise<unknown> {
  const photo = more["photo"] ? await sendPhoto(shelf, session.rest(), line) : null;
  const { proof } = payload as DriversCommands["order.deliver"]["payload"];
  const whole = photo ? { ...payload, proof: { ...proof, photo } } : payload;
  return session.live().send(name as keyof DriversCommands, whole as never);
}
