// Commands with an answer. A command whose answer was lost is given again only where that is safe.

import type { DriversCommands, Order, OrdersCommands, OrderStatus, OrderStub, Problem } from "../protocol";
import { backoff_ms, sleep } from "./backoff";
import type { Wire } from "./connection";

export interface Commands {
  "/orders": OrdersCommands;
  "/drivers": DriversCommands;
  "/dispatch": Record<never, never>;
}

let words = (problem: Problem): Problem => problem;

/** From now on a refusal's `detail` and field errors are said in these words; until then they are the hub's own. */
export function sayRefusals(inWords: (problem: Problem) => Problem): void {
  words = inWords;
}

/** The hub said no, or could not be asked in time. */
export class Refused extends Error {
  readonly problem: Problem;

  constructor(
    problem: Problem,
    /** Nobody knows whether the command was carried out. */
    readonly uncertain = false,
  ) {
    const said = words(problem);
    super(said.detail);
    this.problem = said;
    this.name = "Refused";
  }

  get code(): string {
    return this.problem.code;
  }
}

export interface Answer {
  data?: unknown;
  seq?: number | null;
  error?: Problem;
  server_time?: string;
}

/** What a sender needs of the rest of the live client. */
export interface Ground {
  wire: Wire;
  /** Resolves to true once the link is live, to false at the deadline or when the hub refused the key. */
  live(until_ms: number): Promise<boolean>;
  heard(answer: Answer): void;
  lastOf(id: string): Order | OrderStub | undefined;
  /** The connection does not answer: begin a new one. */
  restart(): void;
}

const ACK_WAIT_MS = 8_000;
const COMMAND_WAIT_MS = 20_000;

/** Not safe to give twice, unless it says when it was done: by that the hub knows it again. */
const ONCE_ONLY = ["order.message", "order.undo"];

/** Where an order stands once the command has been carried out: then a second asking is refused, and rightly. */
const LEADS_TO: Record<string, readonly OrderStatus[]> = {
  "order.withdraw": ["submitted"],
  "order.cancel": ["cancelled"],
  "order.start": ["enroute_to_pickup"],
  "order.arrive": ["arrived_at_pickup", "arrived_at_dropoff"],
  "order.pick_up": ["picked_up"],
  "order.hand_over": ["picked_up"],
  "order.deliver": ["delivered"],
  "order.return": ["returning"],
  "order.confirm_return": ["returned"],
};

/** Gives a command until it is answered, refused, or 20 seconds have gone. */
export async function command(ground: Ground, name: string, payload: object): Promise<Answer> {
  const until_ms = Date.now() + COMMAND_WAIT_MS;
  let uncertain = false;
  for (let tries = 0; Date.now() < until_ms; tries++) {
    if (!(await ground.live(until_ms))) break;
    const answer = await ask(ground.wire, name, payload);
    if (!answer) {
      if (ONCE_ONLY.includes(name) && !("occurred_at" in payload)) throw new Refused(UNANSWERED, true);
      uncertain = true;
      if (ground.wire.connected) ground.restart();
      continue;
    }
    ground.heard(answer);
    if (!answer.error) return answer;
    const done = uncertain && answer.error.code === "invalid_transition" ? settled(ground, name, payload) : null;
    if (done) return { ...answer, error: undefined, data: done };
    const wait_ms = (answer.error.retry_after_s ?? 0) * 1000 || backoff_ms(tries + 1);
    if (!answer.error.retryable || Date.now() + wait_ms > until_ms) throw new Refused(answer.error);
    await sleep(wait_ms);
  }
  throw new Refused(UNANSWERED, uncertain);
}

function ask(wire: Wire, name: string, payload: object): Promise<Answer | null> {
  return new Promise((resolve) => {
    wire.timeout(ACK_WAIT_MS).emit(name, payload, (lost: Error | null, answer?: Answer) => resolve(lost ? null : (answer ?? {})));
  });
}

function settled(ground: Ground, name: string, payload: object): Order | OrderStub | null {
  const { id } = payload as { id?: string };
  const order = id ? ground.lastOf(id) : undefined;
  return order && LEADS_TO[name]?.includes(order.status) ? order : null;
}

const UNANSWERED: Problem = {
  type: "about:blank",
  title: "Service Unavailable",
  status: 503,
  code: "unavailable",
  detail: "the hub did not answer",
  retryable: true,
};
