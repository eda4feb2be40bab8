// How much script a page loads before it shows anything, and a build that fails where that is too much.

import { promisify } from "node:util";
import { brotliCompress } from "node:zlib";
import type { Plugin } from "vite";

/** What is known of a built file of script. */
export interface Chunk {
  name: string;
  code: string;
  /** The source it stands for, if it stands for one. */
  facadeModuleId: string | null;
  imports: readonly string[];
  dynamicImports: readonly string[];
}

export type Chunks = Readonly<Record<string, Chunk>>;

/** What the first module of each page waits for before it shows the page; everything else it may load is for later. */
const AWAITED = ["page", "show"];
/** The books of words, besides a page's own, that are loaded with it. */
const SHARED_BOOK = "shared";

/** The files of a page's first load in this language: its modules with all they import, and its words. */
export function firstLoad(chunks: Chunks, page: string, language: string): string[] {
  const entry = Object.keys(chunks).find((file) => chunks[file]?.facadeModuleId?.endsWith(`/${page}/index.html`));
  if (!entry) throw new Error(`no page is called ${page}`);
  const awaited = chunks[entry]?.dynamicImports.filter((file) => AWAITED.includes(chunks[file]?.name ?? "")) ?? [];
  const books = [page, SHARED_BOOK].map((book) => `/words/${language}/${book}.ts`);
  const words = Object.keys(chunks).filter((file) => books.some((book) => chunks[file]?.facadeModuleId?.endsWith(book)));
  if (awaited.length < AWAITED.length || words.length < books.length) throw new Error(`the first load of ${page} in ${language} is not whole`);
  const found = new Set<string>();
  const take = (file: string): void => {
    if (found.has(file)) return;
    found.add(file);
    chunks[file]?.imports.forEach(take);
  };
  [entry, ...awaited, ...words].forEach(take);
  return [...found];
}

/** The languages that there are words in. */
export function languagesOf(chunks: Chunks): string[] {
  const codes = Object.values(chunks).flatMap(({ facadeModuleId }) => /\/words\/(\w+)\/shared\.ts$/.exec(facadeModuleId ?? "")?.[1] ?? []);
  return [...new Set(codes)].sort();
}

/** Compressed as the hub sends them, in bytes. */
export async function compressed_bytes(chunks: Chunks, files: readonly string[]): Promise<number> {
  const sizes = await Promise.all(files.map((file) => size_bytes(chunks[file]?.code ?? "")));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Most files are in the first load of every language, and each takes a while. */
const sizes = new Map<string, Promise<number>>();

function size_bytes(code: string): Promise<number> {
  const known = sizes.get(code) ?? promisify(brotliCompress)(code).then((packed) => packed.length);
  sizes.set(code, known);
  return known;
}

/** Fails the build if a page's first load is more than this, in whichever language is the longest. */
export function firstLoadLimits(limits_bytes: Readonly<Record<string, number>>): Plugin {
  return {
    name: "waypost-first-load",
    apply: "build",
    async generateBundle(_options, bundle) {
      const chunks: Chunks = Object.fromEntries(Object.entries(bundle).flatMap(([file, one]) => (one.type === "chunk" ? [[file, one]] : [])));
      for (const [page, limit] of Object.entries(limits_bytes)) {
        for (const language of languagesOf(chunks)) {
          const bytes = await compressed_bytes(chunks, firstLoad(chunks, page, language));
          const said = `first load of ${page} in ${language}: ${bytes} of ${limit} bytes of compressed script`;
          if (bytes > limit) this.error(said);
          this.info(said);
        }
      }
    },
  };
}
