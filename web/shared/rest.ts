// The REST side of the hub: typed requests, and its problems as errors.

import { Refused } from "./live";
import type { Problem } from "./protocol";

/** A page of a list. */
export interface Page<T> {
  data: T[];
  next?: string | null;
}

export interface Rest {
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body?: object, headers?: Record<string, string>): Promise<T>;
  put<T>(path: string, body: object): Promise<T>;
  patch<T>(path: string, body: object): Promise<T>;
  remove(path: string): Promise<void>;
  /** Sends bytes as they are, and waits longer than for words. */
  upload<T>(path: string, bytes: Blob): Promise<T>;
  /** What is no JSON, such as an image, or a table if `accept` asks for one. */
  blob(path: string, accept?: string): Promise<Blob>;
  /** Follows `next` to the end of a list, at most `pages_max` pages. */
  all<T>(path: string, pages_max?: number): Promise<T[]>;
}

const REQUEST_WAIT_MS = 15_000;
/** 2 MiB at 300 kbit/s: a phone at the edge of its network. */
const UPLOAD_WAIT_MS = 60_000;

/** Paths are given below `/api/v1`, for example `/zones`. A refusal throws [`Refused`], as on a socket. */
export function openRest(key: string): Rest {
  async function answer(method: string, path: string, body?: object, headers?: Record<string, string>): Promise<Response> {
    const isBytes = body instanceof Blob;
    const response = await fetch(`/api/v1${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${key}`,
        Accept: "application/json",
        ...(body && { "Content-Type": isBytes ? body.type : "application/json" }),
        ...headers,
      },
      body: isBytes ? body : body && JSON.stringify(body),
      signal: AbortSignal.timeout(isBytes ? UPLOAD_WAIT_MS : REQUEST_WAIT_MS),
    }).catch((error: unknown) => {
      throw new Refused(problemOf(503, "unavailable", "the hub did not answer"), method !== "GET" && error instanceof Error);
    });
    if (!response.ok) throw new Refused(await readProblem(response));
    return response;
  }

  async function ask<T>(method: string, path: string, body?: object, headers?: Record<string, string>): Promise<T> {
    const response = await answer(method, path, body, headers);
    return (response.status === 204 ? undefined : await response.json()) as T;
  }

  async function all<T>(path: string, pages_max = 20): Promise<T[]> {
    const found: T[] = [];
    let next: string | null | undefined;
    for (let pages = 0; pages < pages_max; pages++) {
      const address = next ? `${path}${path.includes("?") ? "&" : "?"}cursor=${encodeURIComponent(next)}` : path;
      const page = await ask<Page<T>>("GET", address);
      found.push(...page.data);
      next = page.next;
      if (!next) break;
    }
    return found;
  }

  return {
    get: (path) => ask("GET", path),
    post: (path, body, headers) => ask("POST", path, body, headers),
    put: (path, body) => ask("PUT", path, body),
    patch: (path, body) => ask("PATCH", path, body),
    remove: (path) => ask("DELETE", path),
    upload: (path, bytes) => ask("POST", path, bytes),
    blob: async (path, accept = "*/*") => (await answer("GET", path, undefined, { Accept: accept })).blob(),
    all,
  };
}

async function readProblem(response: Response): Promise<Problem> {
  const body: unknown = await response.json().catch(() => null);
  if (typeof body === "object" && body !== null && "code" in body) return body as Problem;
  return problemOf(response.status, "internal", `the hub answered ${response.status}`);
}

function problemOf(status: number, code: Problem["code"], detail: string): Problem {
  return { type: "about:blank", title: "Error", status, code, detail, retryable: status >= 500 };
}
