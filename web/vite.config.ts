import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { defineConfig, type Plugin } from "vite";
import { firstLoadLimits } from "./first-load.ts";
import { serviceWorker } from "./sw/plugin.ts";

const HUB = process.env["WAYPOST_HUB"] ?? "http://127.0.0.1:8080";
const COMPRESSIBLE = /\.(html|js|css|svg|json|webmanifest|txt)$/;

/** Below this a compressed copy saves less than the headers that announce it. */
const COMPRESS_BYTES_MIN = 512;

export default defineConfig({
  appType: "mpa",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  server: {
    proxy: { "/api": HUB, "/socket.io": { target: HUB, ws: true }, "^/track/\\w+/(events|qr.svg)$": HUB },
  },
  build: {
    outDir: "dist",
    target: "es2022",
    // The pages are served under a policy that allows no inline script, style or font.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      input: {
        landing: "index.html",
        vendor: "vendor/index.html",
        driver: "driver/index.html",
        admin: "admin/index.html",
        track: "track/index.html",
        gone: "track/gone.html",
      },
      // What the three apps have in common, in two files and not in twenty: together it compresses by a tenth better.
      output: {
        codeSplitting: {
          groups: [
            { name: "speak", priority: 1, test: /\/shared\/speak\.ts|vite\/preload-helper|rolldown\/runtime/ },
            { name: "live", minShareCount: 3, test: /node_modules\/(@?socket|engine)\.io|\/shared\/(live|session|outbox|shelf|rest|refusals|chat|key)\b/ },
            { name: "base", minShareCount: 3, test: /node_modules\/@?preact|\/shared\/(ui\/(?!preferences|qr|later|chat-panel|reason-sheet|timeline|more-icons)|format|figures|words|base\.css)/ },
          ],
        },
      },
    },
  },
  plugins: [pagesWithoutSlash(), pageAhead(), firstLoadLimits({ driver: 60_000 }), serviceWorker(), compressedCopies()],
  test: { include: ["*.test.ts", "{shared,vendor,driver,admin,sw}/**/*.test.ts"], setupFiles: ["shared/speak.setup.ts"] },
} as Parameters<typeof defineConfig>[0]);

/** Lets the development server answer `/vendor` as the hub does, without a slash at the end. */
function pagesWithoutSlash(): Plugin {
  return {
    name: "waypost-pages-without-slash",
    configureServer(server) {
      server.middlewares.use((request, _response, next) => {
        request.url = request.url?.replace(/^\/(vendor|driver|admin)(?=$|\?)/, "/$1/").replace(/^\/track\/\w{32}$/, "/track/");
        next();
      });
    },
  };
}

/** Has the browser fetch a page's modules and styles beside its first module, which only loads the words before them. */
function pageAhead(): Plugin {
  return {
    name: "waypost-page-ahead",
    transformIndexHtml: {
      order: "post",
      handler(_html, { bundle, chunk }) {
        const page = chunk?.dynamicImports.map((name) => bundle?.[name]).find((one) => one?.type === "chunk" && one.name === "page");
        if (!bundle || page?.type !== "chunk") return [];
        const scripts = [...page.imports, page.fileName].filter((name) => !chunk?.imports.includes(name));
        const tag = (rel: string, name: string) => ({ tag: "link", attrs: { rel, href: `/${name}` }, injectTo: "head" as const });
        const styles = scripts.flatMap((name) => stylesOf(bundle[name]));
        return [...scripts.map((name) => tag("modulepreload", name)), ...styles.map((name) => tag("stylesheet", name))];
      },
    },
  };
}

function stylesOf(chunk: unknown): string[] {
  const { viteMetadata } = chunk as { viteMetadata?: { importedCss: Set<string> } };
  return [...(viteMetadata?.importedCss ?? [])];
}

/** Writes a `.br` and a `.gz` beside each compressible file, since the hub never compresses by itself. */
function compressedCopies(): Plugin {
  let folder = "";
  return {
    name: "waypost-compressed-copies",
    apply: "build",
    configResolved(config) {
      folder = join(config.root, config.build.outDir);
    },
    async closeBundle() {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true });
      const files = entries.filter((entry) => entry.isFile() && COMPRESSIBLE.test(entry.name));
      await Promise.all(files.map((entry) => compress(join(entry.parentPath, entry.name))));
    },
  };
}

async function compress(path: string): Promise<void> {
  const bytes = await readFile(path);
  if (bytes.length < COMPRESS_BYTES_MIN) return;
  const [br, gz] = await Promise.all([
    promisify(brotliCompress)(bytes, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
    }),
    promisify(gzip)(bytes, { level: 9 }),
  ]);
  await Promise.all([writeFile(`${path}.br`, br), writeFile(`${path}.gz`, gz)]);
}
