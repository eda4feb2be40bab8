// A page without a network: its files, kept as they were built together. Each page has a worker, a list and a place of its own.
//
// Invariant: nothing below `/api` or `/socket.io` is answered from here. The page that is kept names only files that are
// kept with it, so an old page never meets new files, nor the other way round.

declare const self: ServiceWorkerGlobalScope;

export const PAGE = new URL(self.registration.scope).pathname as keyof typeof __PAGES__;
const { files: FILES, build: BUILD } = __PAGES__[PAGE];
const PLACES = `waypost-${PAGE.slice(1)}-`;
const NAME = PLACES + BUILD;
/** Where the driver's page was kept before the vendor's was, too. */
const OLD_PLACE = /^waypost-[0-9a-f]+$/;
/** Longer than this nobody is to look at an empty screen while a page that would do is in the device. */
const PAGE_WAIT_MS = 4_000;

export async function keepFiles(): Promise<void> {
  const cache = await caches.open(NAME);
  // Asked of the hub and not of the browser's own cache, which may hold the page of the build before.
  await cache.addAll(FILES.map((path) => new Request(path, { cache: isHashed(path) ? "default" : "reload" })));
}

export async function dropOldFiles(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => (name.startsWith(PLACES) || OLD_PLACE.test(name)) && name !== NAME).map((name) => caches.delete(name)));
}

/** Null: this is none of the worker's business. */
export function answer(request: Request): Promise<Response> | null {
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return null;
  if (request.mode === "navigate") return pathname === PAGE ? page(request) : null;
  if (isHashed(pathname)) return asset(request);
  return FILES.includes(pathname) ? kept(request) : null;
}

/** From the hub, and from here if it does not answer in time. */
async function page(request: Request): Promise<Response> {
  const cached = await caches.match(PAGE, { cacheName: NAME });
  if (!cached) return fetch(request);
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(cached), PAGE_WAIT_MS);
    const settle = (response: Response) => {
      clearTimeout(timer);
      resolve(response);
    };
    fetch(request).then(
      (fresh) => settle(fresh.ok ? fresh : cached),
      () => settle(cached),
    );
  });
}

/** Its name changes with its content, so what is kept is right. */
async function asset(request: Request): Promise<Response> {
  const cached = await caches.match(request);
  if (cached) return cached;
  const fresh = await fetch(request);
  if (fresh.ok) await (await caches.open(NAME)).put(request, fresh.clone());
  return fresh;
}

async function kept(request: Request): Promise<Response> {
  return (await caches.match(request, { cacheName: NAME })) ?? fetch(request);
}

function isHashed(path: string): boolean {
  return path.startsWith("/assets/");
}
