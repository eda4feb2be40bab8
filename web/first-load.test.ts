import { expect, test } from "vitest";
import { type Chunk, type Chunks, compressed_bytes, firstLoad, languagesOf } from "./first-load";

function chunk(source: string | null, imports: string[] = [], dynamicImports: string[] = []): Chunk {
  const name = /([\w-]+)\.(tsx?|html)$/.exec(source ?? "")?.[1] ?? "";
  return { name, code: source ?? "shared code", facadeModuleId: source, imports, dynamicImports };
}

const CHUNKS: Chunks = {
  "driver.js": chunk("/web/driver/index.html", ["speak.js"], ["page.js", "show.js", "words-en.js"]),
  "vendor.js": chunk("/web/vendor/index.html", [], ["page2.js"]),
  "speak.js": chunk(null),
  "page.js": chunk("/web/driver/page.tsx", ["common.js"], ["map.js"]),
  "page2.js": chunk("/web/vendor/page.tsx"),
  "show.js": chunk("/web/shared/ui/show.tsx", ["common.js"]),
  "common.js": chunk(null, ["preact.js"]),
  "preact.js": chunk(null),
  "map.js": chunk("/web/shared/map/draw.ts", ["leaflet.js"]),
  "leaflet.js": chunk(null),
  ...Object.fromEntries(
    ["en", "de"].flatMap((code) => ["driver", "shared", "vendor"].map((book) => [`${book}-${code}.js`, chunk(`/web/words/${code}/${book}.ts`)])),
  ),
};

test("a page's first load is what it imports and its words in one language, and not what it may load later", () => {
  expect(firstLoad(CHUNKS, "driver", "de").sort()).toEqual(
    ["common.js", "driver-de.js", "driver.js", "page.js", "preact.js", "shared-de.js", "show.js", "speak.js"].sort(),
  );
  expect(languagesOf(CHUNKS)).toEqual(["de", "en"]);
});

test("a map that is imported at once is counted", async () => {
  const page = { ...(CHUNKS["page.js"] as Chunk), imports: ["common.js", "map.js"] };
  const heavy = { ...CHUNKS, "page.js": page };
  expect(firstLoad(heavy, "driver", "en")).toContain("leaflet.js");
  const bytes = (chunks: Chunks) => compressed_bytes(chunks, firstLoad(chunks, "driver", "en"));
  expect(await bytes(heavy)).toBeGreaterThan(await bytes(CHUNKS));
});

test("a first load that cannot be told whole is no small one", () => {
  const { "show.js": _gone, ...broken } = CHUNKS;
  expect(() => firstLoad(broken, "driver", "en")).toThrow("not whole");
  expect(() => firstLoad(CHUNKS, "driver", "fr")).toThrow("not whole");
});
