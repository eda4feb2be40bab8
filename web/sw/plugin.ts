// Builds `/sw.js`, which keeps the files that the driver's page is made of.

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { build, type Plugin } from "vite";

/** Files beside the page's own: what a home screen and a notice show. */
const BESIDE = ["/driver.webmanifest", "/favicon.svg", "/icons/192.png", "/icons/badge.png"];

/** Words of other pages, and the map: only what the driver's page cannot do without is loaded ahead. */
const NOT_KEPT = /\/words\/\w+\/(?!driver|shared|refusals)\w+\.ts$|\/map\//;

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
      const assets = filesOf("driver", bundle as unknown as Record<string, Chunk>);
      const files = ["/driver", ...BESIDE, ...assets.map((name) => `/${name}`)];
      const contents = [join(folder, "driver/index.html"), ...BESIDE.map((name) => join(root, "public", name))];
      const hash = createHash("sha256").update(files.join("\n"));
      for (const path of contents) hash.update(await readFile(path));
      await buildWorker(root, folder, files, hash.digest("hex").slice(0, 12));
    },
  };
}

/** Everything that a page may load, but for what is not to be kept. */
function filesOf(page: string, bundle: Record<string, Chunk>): string[] {
  const found = new Set<string>();
  const visit = (name: string) => {
    const chunk = bundle[name];
    if (found.has(name) || chunk?.type !== "chunk" || NOT_KEPT.test(chunk.facadeModuleId ?? "")) return;
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
async function buildWorker(root: string, folder: string, files: string[], name: string): Promise<void> {
  await build({
    root,
    configFile: false,
    logLevel: "warn",
    define: { __FILES__: JSON.stringify(files), __BUILD__: JSON.stringify(name) },
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
