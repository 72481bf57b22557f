// Colours follow events: what an event may have changed is asked for anew, and only that.
import { isTouched, type Changed } from "../lib/touched.ts";
import type { Row } from "./flags.ts";
import type { Colour } from "./shapes.ts";
import { addressOf } from "./list.ts";

export interface Fresh {
  flags: Row[];
  colours: Record<string, Colour>;
  lines: Record<string, string>;
}

const TOGETHER_MS = 150;
const MOST_AT_ONCE = 400;
const REST = 2; // a server that needs long is left alone twice as long

export function startLive(page: HTMLElement, taken: (fresh: Fresh, all: boolean) => void): void {
  if (page.dataset.live !== "1") return;
  const held = document.querySelector("#board-places")?.textContent;
  const places = held ? new Set(JSON.parse(held) as number[]) : null;
  const waiting = new Set<number>();
  let [everything, busy, timer, notBefore] = [false, false, 0, 0];

  const run = async (): Promise<void> => {
    if (busy || (waiting.size === 0 && !everything)) return;
    const all = everything || waiting.size > MOST_AT_ONCE;
    const url = addressOf(page.dataset.data!);
    if (!all) url.searchParams.set("only", [...waiting].join(","));
    waiting.clear();
    everything = false;
    busy = true;
    const began = performance.now();
    try {
      const answer = await fetch(url);
      if (answer.ok && !answer.redirected) taken((await answer.json()) as Fresh, all);
    } catch {
      document.dispatchEvent(new CustomEvent("otklik:link", { detail: { connected: false } }));
    } finally {
      busy = false;
      notBefore = performance.now() + REST * (performance.now() - began);
      plan();
    }
  };
  const plan = (): void => {
    clearTimeout(timer);
    if (waiting.size > 0 || everything) timer = window.setTimeout(() => void run(), Math.max(TOGETHER_MS, notBefore - performance.now()));
  };
  document.addEventListener("otklik:changed", (event) => {
    const change = (event as CustomEvent<Changed>).detail;
    const missed = change.places.length === 0; // after a lost link nobody knows what happened
    if (!missed && !isTouched(change, page.dataset.kinds ?? "", places)) return;
    if (missed) everything = true;
    else for (const place of change.places) if (!places || places.has(place)) waiting.add(place);
    plan();
  });
}
