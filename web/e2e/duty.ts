// Drivers as programs: the official client, on duty while their pages are not open.

import { io, type Socket } from "socket.io-client";
import type { Person } from "./town";

export function connect(person: Person, namespace: "/orders" | "/drivers" | "/dispatch", auth: object = {}): Socket {
  return io(`${person.api.base}${namespace}`, {
    transports: ["websocket"],
    forceNew: true,
    reconnection: false,
    auth: { token: person.key, ...auth },
  });
}

/** The answer to a command: its `data`, or its error thrown. */
export async function ask<T>(socket: Socket, name: string, payload: object = {}): Promise<T> {
  const answer = await socket.timeout(5000).emitWithAck(name, payload);
  if (answer.error) throw Object.assign(new Error(answer.error.detail), answer.error);
  return answer.data as T;
}

/** The next event of this name. */
export function next<T>(socket: Socket, name: string): Promise<T> {
  return new Promise((heard) => socket.once(name, heard));
}

/** Puts a driver on duty until `goHome` is called. He acknowledges what he is offered, as his phone would. */
export async function work(driver: Person, zone: string): Promise<{ socket: Socket; goHome(): void }> {
  const socket = connect(driver, "/drivers");
  socket.on("order.ready_for_pickup", (_event: object, acknowledge?: (answer: object) => void) => acknowledge?.({}));
  await next(socket, "sync");
  await ask(socket, "zone.join", { zone });
  return { socket, goHome: () => void socket.disconnect() };
}
