// A page's service worker: set up quietly, and made new when the hub has a newer one.

import { signal } from "@preact/signals";

/** A newer page is in the device: calling it shows that one. Null while there is none. */
export const newer = signal<(() => void) | null>(null);

/** A phone that is never switched off asks for a newer worker at most this often. */
const LOOK_EVERY_MS = 60 * 60 * 1000;

/** Null where the browser has none: an old one, or a hub without https. Once on each page, which is its scope too. */
export function openWorker(scope: "/driver" | "/vendor"): Promise<ServiceWorkerRegistration> | null {
  if (!("serviceWorker" in navigator) || import.meta.env.DEV) return null;
  const worker = navigator.serviceWorker.register("/sw.js", { scope });
  void worker.then(watch, () => undefined);
  return worker;
}

function watch(registration: ServiceWorkerRegistration): void {
  registration.active?.postMessage("tidy");
  show(registration);
  registration.addEventListener("updatefound", () => {
    registration.installing?.addEventListener("statechange", () => show(registration));
  });
  let looked_at_ms = Date.now();
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible" || Date.now() - looked_at_ms < LOOK_EVERY_MS) return;
    looked_at_ms = Date.now();
    registration.update().catch(() => undefined);
  });
}

/** The very first worker takes over without a word: it keeps the page that is already shown. */
function show({ waiting, active }: ServiceWorkerRegistration): void {
  if (!waiting || !active) return;
  newer.value = () => {
    navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
    waiting.postMessage("take over");
  };
}
