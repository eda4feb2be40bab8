// The service worker of the driver's and the vendor's page, at `/sw.js`: each without a network, and pushes while they are closed.

import { answer, dropOldFiles, keepFiles } from "./files";
import type { Push } from "./notice";
import { takeClick, takePush, takeRenewal, tidy } from "./push";

declare const self: ServiceWorkerGlobalScope;

// A new worker waits until the old one's pages are closed, or until somebody asks for it: a page in use keeps its files.
self.addEventListener("install", (event) => event.waitUntil(keepFiles()));
self.addEventListener("activate", (event) => event.waitUntil(Promise.all([dropOldFiles(), self.clients.claim(), tidy()])));

self.addEventListener("message", (event) => {
  if (event.data === "take over") event.waitUntil(self.skipWaiting());
  if (event.data === "tidy") event.waitUntil(tidy());
});

self.addEventListener("fetch", (event) => {
  const response = answer(event.request);
  if (response) event.respondWith(response);
});

self.addEventListener("push", (event) => {
  const push = event.data?.json() as Push | undefined;
  if (push) event.waitUntil(takePush(push));
});
self.addEventListener("notificationclick", (event) => event.waitUntil(takeClick(event.notification)));
self.addEventListener("pushsubscriptionchange", (event) => (event as ExtendableEvent).waitUntil(takeRenewal()));
