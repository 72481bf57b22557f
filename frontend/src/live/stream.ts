// One stream of server-sent events that comes back by itself. Works in a page and in a SharedWorker.

import type { Changed } from "../lib/touched";

export type Message = { type: "changed"; change: Changed } | { type: "link"; connected: boolean; signedOut?: boolean };

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;
const SILENCE_MS = 40_000; // the server says something every 15 s

export function waitBefore(attempt: number, random: number): number {
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt) * (0.75 + random / 2);
}

export function follow(address: string, tell: (message: Message) => void): () => void {
  let source: EventSource | undefined;
  let attempt = 0;
  let timer = 0;
  let ended = false;

  const heard = (): void => {
    clearTimeout(timer);
    timer = Number(setTimeout(again, SILENCE_MS));
  };
  const again = (): void => {
    source?.close();
    clearTimeout(timer);
    if (ended) return;
    tell({ type: "link", connected: false });
    timer = Number(setTimeout(open, waitBefore(attempt, Math.random())));
    attempt += 1;
  };
  const open = (): void => {
    source = new EventSource(address);
    heard();
    source.addEventListener("hello", () => {
      // What happened while the link was down is not told again: whoever shows numbers fetches them anew.
      if (attempt > 0) tell({ type: "changed", change: { places: [], kinds: [] } });
      attempt = 0;
      tell({ type: "link", connected: true });
      heard();
    });
    source.addEventListener("beat", heard);
    source.addEventListener("changed", (event) => {
      heard();
      tell({ type: "changed", change: JSON.parse((event as MessageEvent<string>).data) as Changed });
    });
    source.addEventListener("error", again);
  };
  open();
  return () => {
    ended = true;
    again();
  };
}
