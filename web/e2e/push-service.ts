// A push service of one test's own: it takes what the hub signed (VAPID, RFC 8292) and opens it with the browser's keys
// (RFC 8291), so that a story sees what a phone would. The hub must be told that it may push to this machine: WAYPOST_PUSH_PRIVATE.

import { createDecipheriv, createECDH, createPublicKey, type ECDH, hkdfSync, randomBytes, verify } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { PushPayload } from "../shared/protocol";

/** What a hub must be told so that it pushes to a service of a test. */
export const PUSH_ENV = { WAYPOST_PUSH_PRIVATE: "true" };

/** Longest that a signature may be good for, in seconds. */
const GOOD_S_MAX = 24 * 3600;
const WAIT_MS_MAX = 10_000;

/** A push, opened. */
export interface Push {
  /** The browser's name. */
  readonly to: string;
  readonly said: PushPayload;
  readonly ttl_s: number;
  readonly urgency: string;
  readonly topic: string;
}

/** What `PushSubscription.toJSON()` gives: for `push.subscribe`, or to be given out by a stub of `pushManager.subscribe`. */
export interface Subscription {
  readonly endpoint: string;
  readonly expirationTime: null;
  readonly keys: { readonly p256dh: string; readonly auth: string };
}

/** In the place of the browser's own push service, which is not of this machine. */
export function stubPushManager(subscription: Subscription): void {
  const PLACE = "test.push";
  const made = (applicationServerKey: ArrayBuffer | null) => ({
    ...subscription,
    options: { applicationServerKey },
    toJSON: () => subscription,
    unsubscribe: async () => (localStorage.removeItem(PLACE), true),
  });
  let key: ArrayBuffer | null = null;
  PushManager.prototype.getSubscription = async () => (localStorage.getItem(PLACE) ? made(key) : null) as unknown as PushSubscription;
  PushManager.prototype.subscribe = async (options) => {
    key = (options?.applicationServerKey as Uint8Array<ArrayBuffer>).buffer;
    localStorage.setItem(PLACE, "subscribed");
    return made(key) as unknown as PushSubscription;
  };
}

interface Browser {
  readonly keys: ECDH;
  readonly auth: Buffer;
}

export class PushService {
  private readonly browsers = new Map<string, Browser>();
  private readonly got: Push[] = [];
  private readonly faults: string[] = [];
  private readonly gone = new Set<string>();
  private changed: () => void = () => {};

  private constructor(
    private readonly server: Server,
    private readonly hubKey: string,
  ) {}

  /** Opens one that knows the hub at `base`. */
  static async open(base: string): Promise<PushService> {
    const settings = (await (await fetch(`${base}/api/v1/settings`)).json()) as { push_public_key: string };
    const server = createServer();
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    const service = new PushService(server, settings.push_public_key);
    server.on("request", (request, response) => void service.take(request, response));
    return service;
  }

  /** A new browser with keys of its own: its subscription. */
  browser(name: string): Subscription {
    const keys = createECDH("prime256v1");
    keys.generateKeys();
    const auth = randomBytes(16);
    this.browsers.set(name, { keys, auth });
    const p256dh = keys.getPublicKey().toString("base64url");
    return { endpoint: `${this.origin}/${encodeURIComponent(name)}`, expirationTime: null, keys: { p256dh, auth: auth.toString("base64url") } };
  }

  /** From now on it says that this browser is gone. */
  forget(name: string): void {
    this.gone.add(name);
  }

  /** The next push to a browser; the others wait for whoever asks for them. */
  async next(to: string): Promise<Push> {
    const until = Date.now() + WAIT_MS_MAX;
    for (;;) {
      if (this.faults.length > 0) throw new Error(`what the hub sent is wrong: ${this.faults.join("; ")}`);
      const at = this.got.findIndex((push) => push.to === to);
      if (at >= 0) return this.got.splice(at, 1)[0] as Push;
      const left = until - Date.now();
      if (left <= 0) throw new Error(`no push came to ${to}; there were others: ${this.got.map((push) => `${push.said.kind} to ${push.to}`).join(", ")}`);
      await this.change(left);
    }
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }

  private get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  private change(ms: number): Promise<void> {
    return new Promise((changed) => {
      const timer = setTimeout(changed, ms);
      this.changed = () => {
        clearTimeout(timer);
        changed();
      };
    });
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const name = decodeURIComponent(request.url?.slice(1) ?? "");
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const body = Buffer.concat(pieces);
    try {
      this.check(request.headers.authorization ?? "");
      const said = this.open(name, body);
      const { ttl, urgency, topic } = request.headers;
      if (this.gone.has(name)) response.statusCode = 410;
      else this.got.push({ to: name, said, ttl_s: Number(ttl), urgency: String(urgency), topic: String(topic) });
    } catch (error) {
      this.faults.push(String(error));
      response.statusCode = 400;
    }
    response.statusCode = response.statusCode === 200 ? 201 : response.statusCode;
    response.end();
    this.changed();
  }

  /** Whether the hub signed for itself, to this service, for now. */
  private check(authorization: string): void {
    const [, token, key] = /^vapid t=(\S+), k=(\S+)$/.exec(authorization) ?? [];
    if (!token || key !== this.hubKey) throw new Error(`not signed by the hub's key: ${authorization}`);
    const [head = "", claims = "", signature = ""] = token.split(".");
    const point = Buffer.from(key, "base64url");
    const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((half) => half.toString("base64url"));
    const hub = createPublicKey({ format: "jwk", key: { kty: "EC", crv: "P-256", x, y } });
    const isSigned = verify("sha256", Buffer.from(`${head}.${claims}`), { key: hub, dsaEncoding: "ieee-p1363" }, Buffer.from(signature, "base64url"));
    if (!isSigned) throw new Error("the signature is not the hub's");
    const { aud, exp, sub } = JSON.parse(Buffer.from(claims, "base64url").toString()) as { aud: string; exp: number; sub: string };
    const now_s = Date.now() / 1000;
    if (aud !== this.origin || exp < now_s || exp > now_s + GOOD_S_MAX || !/^(mailto:|https:\/\/)/.test(sub)) throw new Error(`not for now and here: ${aud} ${exp} ${sub}`);
  }

  private open(name: string, push: Buffer): PushPayload {
    const browser = this.browsers.get(name);
    if (!browser) throw new Error(`there is no browser ${name}`);
    const salt = push.subarray(0, 16);
    const key = push.subarray(21, 21 + (push[20] ?? 0));
    const record = push.subarray(21 + key.length);
    const info = Buffer.concat([Buffer.from("WebPush: info\0"), browser.keys.getPublicKey(), key]);
    const secret = derive(browser.keys.computeSecret(key), browser.auth, info, 32);
    const contentKey = derive(secret, salt, Buffer.from("Content-Encoding: aes128gcm\0"), 16);
    const nonce = derive(secret, salt, Buffer.from("Content-Encoding: nonce\0"), 12);
    const decipher = createDecipheriv("aes-128-gcm", contentKey, nonce);
    decipher.setAuthTag(record.subarray(-16));
    const opened = Buffer.concat([decipher.update(record.subarray(0, -16)), decipher.final()]);
    const end = opened.lastIndexOf(2);
    if (push.length > 4096 || opened.subarray(end + 1).some((byte) => byte !== 0)) throw new Error("not one record of at most 4096 bytes");
    return JSON.parse(opened.subarray(0, end).toString()) as PushPayload;
  }
}

function derive(secret: Buffer, salt: Buffer, info: Buffer, bytes: number): Buffer {
  return Buffer.from(hkdfSync("sha256", secret, salt, info, bytes));
}
