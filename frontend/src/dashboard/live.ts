import { isTouched, type Changed } from "../lib/touched";

const TOGETHER_MS = 60; // changes that come within this time are fetched together

function scopePlaces(): ReadonlySet<number> | null {
  const held = document.querySelector("#board-places")?.textContent;
  return held ? new Set(JSON.parse(held) as number[]) : null;
}

function replaceWidget(old: HTMLElement, fresh: HTMLElement): void {
  const before = old.querySelector("[data-value]")?.textContent;
  const focused = old.contains(document.activeElement) ? (document.activeElement as HTMLElement).className : null;
  old.replaceWith(fresh);
  if (before !== fresh.querySelector("[data-value]")?.textContent) {
    fresh.classList.add("pulse");
    fresh.dataset.changed = String(Date.now());
  }
  if (focused !== null) fresh.querySelector<HTMLElement>("a, button")?.focus();
}

async function refetch(board: HTMLElement, ids: ReadonlySet<string>): Promise<void> {
  const address = new URL(board.dataset.fragments!, location.href);
  for (const [name, value] of new URLSearchParams(location.search)) address.searchParams.set(name, value);
  address.searchParams.delete("edit");
  address.searchParams.set("ids", [...ids].join(","));
  const answer = await fetch(address, { headers: { "HX-Request": "true" } });
  if (!answer.ok || answer.redirected) return;
  const holder = document.createElement("template");
  holder.innerHTML = await answer.text();
  for (const fresh of holder.content.querySelectorAll<HTMLElement>("[data-widget]")) {
    const old = document.getElementById(fresh.id);
    if (old) replaceWidget(old, fresh);
  }
}

/** The page of one indicator: its headline, table and explanation are taken from the page itself, the chart draws its new data. */
async function refetchDetail(): Promise<void> {
  const answer = await fetch(location.href);
  if (!answer.ok || answer.redirected) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const id of ["headline", "breakdown", "explained"]) {
    const [old, now] = [document.getElementById(id), fresh.getElementById(id)];
    if (!old || !now) continue;
    const before = old.querySelector("[data-value]")?.textContent;
    old.replaceWith(document.adoptNode(now));
    if (before !== now.querySelector("[data-value]")?.textContent) now.classList.add("pulse");
  }
  const data = document.getElementById("chart-data");
  const now = fresh.getElementById("chart-data");
  if (data && now) {
    data.textContent = now.textContent;
    document.dispatchEvent(new CustomEvent("otklik:chart-data"));
  }
}

function watchLink(): void {
  document.addEventListener("otklik:link", (event) => {
    const { connected } = (event as CustomEvent<{ connected: boolean }>).detail;
    for (const mark of document.querySelectorAll<HTMLElement>("[data-link-state]")) mark.hidden = connected;
    document.querySelector("#board")?.classList.toggle("board-offline", !connected);
  });
}

/** Draws anew what an event may have changed, and only that. */
export function startLive(): void {
  watchLink();
  const waiting = new Set<string>();
  let timer = 0;
  let busy = false;
  const run = async (): Promise<void> => {
    const board = document.querySelector<HTMLElement>("[data-board]");
    if (busy || waiting.size === 0) return;
    const ids = new Set(waiting);
    waiting.clear();
    busy = true;
    try {
      await (board ? refetch(board, ids) : refetchDetail());
    } catch {
      document.dispatchEvent(new CustomEvent("otklik:link", { detail: { connected: false } }));
    } finally {
      busy = false;
      if (waiting.size > 0) void run();
    }
  };
  document.addEventListener("otklik:changed", (event) => {
    const change = (event as CustomEvent<Changed>).detail;
    const places = scopePlaces();
    const holders = document.querySelectorAll<HTMLElement>('[data-board][data-live="1"] [data-widget], [data-detail][data-live="1"]');
    if (document.querySelector(".board-editing")) return;
    for (const holder of holders)
      if (isTouched(change, holder.dataset.kinds ?? "", places)) waiting.add(holder.dataset.widget ?? "page");
    clearTimeout(timer);
    timer = window.setTimeout(() => void run(), TOGETHER_MS);
  });
}
