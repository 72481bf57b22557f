// Pages hear what changed as "otklik:changed" on the document; <html data-link="down"> while there is no connection.
import { ANYTHING, follow, type Message } from "./stream";

const root = document.documentElement;
let seen = Number(root.dataset.seq ?? 0); // the newest event that was told when the page was asked for

function change(detail: object, seq: number): void {
  seen = Math.max(seen, seq);
  document.dispatchEvent(new CustomEvent("otklik:changed", { detail }));
}

function hear(message: Message): void {
  if (message.type === "changed") {
    change(message.change, message.seq);
    return;
  }
  show(message.connected);
  if (message.connected && message.seq > seen) change(ANYTHING, message.seq); // between the page and its stream
}

function show(connected: boolean): void {
  root.dataset.link = connected ? "up" : "down";
  document.dispatchEvent(new CustomEvent("otklik:link", { detail: { connected } }));
}

function start(): () => void {
  if ("SharedWorker" in window) {
    try {
      const worker = new SharedWorker(new URL("./worker.ts", import.meta.url), { type: "module", name: "otklik-live" });
      worker.port.onmessage = (event: MessageEvent<Message>) => hear(event.data);
      worker.port.start();
      return () => worker.port.postMessage("leave");
    } catch {
      // a browser that knows the name but refuses: one stream for this tab
    }
  }
  return follow("/live/stream", hear);
}

let stop: (() => void) | undefined;
const begin = (): void => {
  stop ??= start();
};
// not before all scripts of the page listen
document.addEventListener("DOMContentLoaded", begin);
addEventListener("load", begin);
if (document.readyState === "complete") begin();
addEventListener("pagehide", () => {
  stop?.();
  stop = undefined;
});
addEventListener("pageshow", (event) => {
  if (event.persisted) begin(); // back from the browser's cache of pages
});
