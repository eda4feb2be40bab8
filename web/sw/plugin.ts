// Builds `/sw.js`, which keeps the files that the driver's and the vendor's pages are made of.

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { build, type Plugin } from "vite";

/** Files beside the page's own: what a home screen and a notice show. */
const BESIDE = ["/favicon.svg", "/icons/192.png", "/icons/badge.png"];
const PAGES = ["driver", "vendor"].map((page) => ({ page, beside: [`/${page}.webmanifest`, ...BESIDE] }));

/** Words of other pages, and the map: only what a page cannot do without is loaded ahead. */
const NOT_KEPT = (page: string) => new RegExp(`/words/\\w+/(?!${page}|shared|refusals)\\w+\\.ts$|/map/`);

interface Chunk {
  type: "chunk";
  fileName: string;
  name: string;
  isEntry: boolean;
  facadeModuleId: string | null;
  imports: string[];
  dynamicImports: string[];
  viteMetadata?: { importedCss: Set<string> };
}

export function serviceWorker(): Plugin {
  let root = "";
  let folder = "";
  return {
    name: "waypost-service-worker",
    apply: "build",
    configResolved(config) {
      root = config.root;
      folder = join(root, config.build.outDir);
    },
    async writeBundle(_options, bundle) {
      const kept: Record<string, { files: string[]; build: string }> = {};
      for (const { page, beside } of PAGES) {
        const assets = filesOf(page, bundle as unknown as Record<string, Chunk>);
        const files = [`/${page}`, ...beside, ...assets.map((name) => `/${name}`)];
        const contents = [join(folder, page, "index.html"), ...beside.map((name) => join(root, "public", name))];
        const hash = createHash("sha256").update(files.join("\n"));
        for (const path of contents) hash.update(await readFile(path));
        kept[`/${page}`] = { files, build: hash.digest("hex").slice(0, 12) };
      }
      await buildWorker(root, folder, kept);
    },
  };
}

/** Everything that a page may load, but for what is not to be kept. */
function filesOf(page: string, bundle: Record<string, Chunk>): string[] {
  const found = new Set<string>();
  const notKept = NOT_KEPT(page);
  const visit = (name: string) => {
    const chunk = bundle[name];
    if (found.has(name) || chunk?.type !== "chunk" || notKept.test(chunk.facadeModuleId ?? "")) return;
    found.add(name);
    for (const css of chunk.viteMetadata?.importedCss ?? []) found.add(css);
    for (const next of [...chunk.imports, ...chunk.dynamicImports]) visit(next);
  };
  const entry = Object.values(bundle).find((chunk) => chunk.type === "chunk" && chunk.isEntry && chunk.name === page);
  if (!entry) throw new Error(`there is no page ${page}`);
  visit(entry.fileName);
  return [...found].sort();
}

/** A worker is one file: Firefox has no modules in service workers. */
async function buildWorker(root: string, folder: string, pages: object): Promise<void> {
  await build({
    root,
    configFile: false,
    logLevel: "warn",
    define: { __PAGES__: JSON.stringify(pages) },
    build: {
      outDir: folder,
      emptyOutDir: false,
      copyPublicDir: false,
      target: "es2022",
      modulePreload: false,
      reportCompressedSize: false,
      rolldownOptions: { input: join(root, "sw/main.ts"), output: { format: "iife", entryFileNames: "sw.js" } },
    },
  });
}
