// One stream of server-sent events that comes back by itself. Works in a page and in a SharedWorker.

import type { Changed } from "../lib/touched";

export type Message = { type: "changed"; change: Changed; seq: number } | { type: "link"; connected: boolean; seq: number };

export const ANYTHING: Changed = { places: [], kinds: [] };
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
  let seq = 0; // of the newest event that the server has told of

  const heard = (): void => {
    clearTimeout(timer);
    timer = Number(setTimeout(again, SILENCE_MS));
  };
  const again = (): void => {
    source?.close();
    clearTimeout(timer);
    if (ended) return;
    tell({ type: "link", connected: false, seq });
    timer = Number(setTimeout(open, waitBefore(attempt, Math.random())));
    attempt += 1;
  };
  const open = (): void => {
    source = new EventSource(address);
    heard();
    source.addEventListener("hello", (event) => {
      seq = (JSON.parse((event as MessageEvent<string>).data) as { seq: number }).seq;
      // What happened while the link was down is not told again: whoever shows numbers fetches them anew.
      if (attempt > 0) tell({ type: "changed", change: ANYTHING, seq });
      attempt = 0;
      tell({ type: "link", connected: true, seq });
      heard();
    });
    source.addEventListener("beat", heard);
    source.addEventListener("changed", (event) => {
      heard();
      const said = JSON.parse((event as MessageEvent<string>).data) as Changed & { seq: number };
      seq = said.seq;
      tell({ type: "changed", change: said, seq });
    });
    source.addEventListener("error", again);
  };
  open();
  return () => {
    ended = true;
    again();
  };
}
