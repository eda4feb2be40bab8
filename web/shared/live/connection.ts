// One Socket.IO connection that comes back by itself, always with the newest cursor.

import { io } from "socket.io-client";
import type { Cursor } from "../protocol";
import { backoff_ms } from "./backoff";

export type Namespace = "/orders" | "/drivers" | "/dispatch";

/** How the page stands to the hub, for its connection light. */
export interface Link {
  state: "live" | "connecting" | "offline" | "refused";
  /** When the hub was last heard, by the local clock in Unix milliseconds. */
  heard_at_ms: number | null;
  /** Why the hub refused the key: `unauthorized` or `forbidden`. */
  code: string | null;
  /** The hub has said that it restarts. */
  stopping: boolean;
}

/** The part of a Socket.IO socket that is used here, so that a test can stand in for it. */
export interface Wire {
  readonly connected: boolean;
  connect(): unknown;
  disconnect(): unknown;
  on(event: string, listener: (...args: never[]) => void): unknown;
  emit(event: string, ...args: unknown[]): unknown;
  timeout(ms: number): { emit(event: string, ...args: unknown[]): unknown };
  readonly volatile: { emit(event: string, ...args: unknown[]): unknown };
  /** Calls back on each heartbeat of the hub. */
  onHeartbeat(listener: () => void): void;
}

export type Auth = () => { token: string; cursor?: Cursor };
export type Dial = (namespace: Namespace, auth: Auth) => Wire;

/** Codes that no retry can mend. */
const FINAL_CODES = ["unauthorized", "forbidden"];
const SYNC_WAIT_MS = 10_000;
/** Tries without an answer before the page says offline and no longer connecting. */
const OFFLINE_TRIES = 2;

/** The real thing: WebSocket only, and reconnection left to [`Connection`], which knows the refusals. */
export const dialHub: Dial = (namespace, auth) => {
  const socket = io(namespace, {
    transports: ["websocket"],
    auth: (tell) => tell(auth()),
    reconnection: false,
    autoConnect: false,
    forceNew: true,
  });
  return Object.assign(socket as unknown as Wire, {
    onHeartbeat: (listener: () => void) => void socket.io.on("ping", listener),
  });
};

export class Connection {
  readonly wire: Wire;
  link: Link = { state: "connecting", heard_at_ms: null, code: null, stopping: false };

  private tries = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private closed = false;
  private reconnectAfter_ms: number | null = null;

  constructor(
    dial: Dial,
    namespace: Namespace,
    auth: Auth,
    private readonly onLink: (link: Link) => void,
  ) {
    this.wire = dial(namespace, auth);
    this.wire.on("connect", () => this.awaitSync());
    this.wire.on("connect_error", (error: Error) => this.refused(error));
    this.wire.on("disconnect", () => this.lost());
    this.wire.on("server.stopping", (notice?: { reconnect_after_ms?: number }) => {
      this.reconnectAfter_ms = notice?.reconnect_after_ms ?? 0;
      this.show({ stopping: true });
    });
    this.wire.onHeartbeat(() => this.heard());
  }

  open(): void {
    this.show({ state: "connecting" });
    this.wire.connect();
  }

  /** The `sync` has arrived: from here on the picture is whole. */
  synced(): void {
    clearTimeout(this.timer);
    this.tries = 0;
    this.reconnectAfter_ms = null;
    this.show({ state: "live", heard_at_ms: Date.now(), code: null, stopping: false });
  }

  /** Anything at all came from the hub. */
  heard(): void {
    this.show({ heard_at_ms: Date.now() });
  }

  /** Starts over with the newest cursor, at once. */
  restart(): void {
    if (this.closed || this.link.state === "refused") return;
    clearTimeout(this.timer);
    this.show({ state: "connecting" });
    this.closed = true;
    this.wire.disconnect();
    this.closed = false;
    this.wire.connect();
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    this.wire.disconnect();
  }

  private awaitSync(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.tries += 1;
      this.restart();
    }, SYNC_WAIT_MS);
  }

  private refused(error: Error): void {
    if (FINAL_CODES.includes(error.message)) {
      clearTimeout(this.timer);
      this.show({ state: "refused", code: error.message });
      return;
    }
    this.tries += 1;
    this.retry();
  }

  private lost(): void {
    if (!this.closed) this.retry();
  }

  private retry(): void {
    clearTimeout(this.timer);
    this.show({ state: this.tries >= OFFLINE_TRIES || !isOnline() ? "offline" : "connecting" });
    const wait_ms = (this.tries === 0 ? (this.reconnectAfter_ms ?? 0) : 0) + backoff_ms(this.tries);
    this.timer = setTimeout(() => this.wire.connect(), wait_ms);
  }

  private show(change: Partial<Link>): void {
    this.link = { ...this.link, ...change };
    this.onLink(this.link);
  }
}

function isOnline(): boolean {
  return typeof navigator === "undefined" || navigator.onLine !== false;
}
