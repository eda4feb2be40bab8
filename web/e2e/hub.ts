// A real hub of one test's own: the built program on a free port, with an empty database.

import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

export interface Hub {
  /** `http://127.0.0.1:41234` */
  base: string;
  adminKey: string;
  /** What it has logged so far. */
  log(): string;
  /** Stops it as an operator would, and starts it again at the same address on the same database. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const BIN = resolve(process.env["WAYPOST_BIN"] ?? "../target/debug/waypost");
const START_MS_MAX = 15_000;

/** Any text of 32 characters or more will do. */
const ADMIN_KEY = "the-dispatchers-key-of-one-test-and-no-other";

/** `env` is beside what every hub of a test is told. */
export async function startHub(env: Record<string, string> = {}): Promise<Hub> {
  const folder = await mkdtemp(join(tmpdir(), "waypost-e2e-"));
  const remove = () => rm(folder, { recursive: true, force: true });
  let log = "";
  const run = (listen: string) => launch(folder, { ...env, WAYPOST_LISTEN: listen }, (text) => (log += text));
  let running = await run("127.0.0.1:0").catch(async (error: unknown) => {
    await remove();
    throw error;
  });
  const { base } = running;
  return {
    base,
    adminKey: ADMIN_KEY,
    log: () => log,
    restart: async () => {
      await running.stop();
      running = await run(new URL(base).host);
    },
    stop: async () => {
      await running.stop();
      await remove();
    },
  };
}

interface Running {
  base: string;
  stop(): Promise<void>;
}

async function launch(folder: string, env: Record<string, string>, said: (text: string) => void): Promise<Running> {
  const child = spawn(BIN, ["serve"], {
    cwd: folder,
    stdio: ["ignore", "ignore", "pipe"],
    env: {
      PATH: process.env["PATH"],
      WAYPOST_DATABASE_URL: `sqlite://${join(folder, "waypost.db")}`,
      WAYPOST_ADMIN_KEY: ADMIN_KEY,
      ...env,
    },
  });
  const gone = new Promise<void>((done) => child.once("close", () => done()));
  let heard = "";
  const base = await new Promise<string>((found, failed) => {
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      failed(new Error(`the hub did not start:\n${heard}`));
    }, START_MS_MAX);
    child.once("error", failed);
    child.once("close", (code) => failed(new Error(`the hub ended with ${code}:\n${heard}`)));
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      heard += text;
      said(text);
      const line = /listening on (http:\/\/[\w.:[\]-]+)/.exec(heard);
      if (!line?.[1]) return;
      clearTimeout(timer);
      found(line[1]);
    });
  });
  return {
    base,
    stop: async () => {
      child.kill("SIGTERM");
      await gone;
    },
  };
}
