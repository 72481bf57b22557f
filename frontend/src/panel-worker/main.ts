/** Keeps the panel's page so that it opens without a connection. The server writes `self.kept` before this program. */
export {};

interface Kept {
  version: string;
  page: string;
  assets: string[];
}
interface Worker extends EventTarget {
  kept: Kept;
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void> };
}
interface Happening extends Event {
  request: Request;
  waitUntil(work: Promise<unknown>): void;
  respondWith(answer: Promise<Response>): void;
}

const worker = self as unknown as Worker;
const { kept } = worker;
const PREFIX = `otklik-panel ${kept.page} `;
const NAME = PREFIX + kept.version;
const PATIENCE_MS = 4000;

async function keep(): Promise<void> {
  const cache = await caches.open(NAME);
  await cache.addAll([kept.page, ...kept.assets].map((url) => new Request(url, { cache: "reload" })));
  await worker.skipWaiting();
}

async function forgetOlder(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(PREFIX) && name !== NAME).map((name) => caches.delete(name)));
  await worker.clients.claim();
}

/** The newest page where there is a connection, else the kept one. A server in trouble counts as no connection. */
async function page(request: Request): Promise<Response> {
  const cached = await caches.match(kept.page, { cacheName: NAME });
  try {
    const fresh = await fetch(request, { signal: AbortSignal.timeout(PATIENCE_MS) });
    return fresh.status < 500 || !cached ? fresh : cached;
  } catch (error) {
    if (cached) return cached;
    throw error;
  }
}

async function asset(request: Request): Promise<Response> {
  return (await caches.match(request, { cacheName: NAME })) ?? fetch(request);
}

worker.addEventListener("install", (event) => (event as Happening).waitUntil(keep()));
worker.addEventListener("activate", (event) => (event as Happening).waitUntil(forgetOlder()));
worker.addEventListener("fetch", (event) => {
  const happening = event as Happening;
  const { request } = happening;
  if (request.method !== "GET") return;
  const { pathname, search, origin } = new URL(request.url);
  if (origin !== location.origin) return;
  if (request.mode === "navigate" && pathname === kept.page) happening.respondWith(page(request));
  else if (kept.assets.includes(pathname + search)) happening.respondWith(asset(request));
});
