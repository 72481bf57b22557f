// Pages hear what changed as "otklik:changed" on the document; <html data-link="down"> while there is no connection.
import { follow, type Message } from "./stream";

function hear(message: Message): void {
  if (message.type === "changed") {
    document.dispatchEvent(new CustomEvent("otklik:changed", { detail: message.change }));
    return;
  }
  show(message.connected);
}

function show(connected: boolean): void {
  document.documentElement.dataset.link = connected ? "up" : "down";
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

let stop = start();
addEventListener("pagehide", () => stop());
addEventListener("pageshow", (event) => {
  if (event.persisted) stop = start(); // back from the browser's cache of pages
});
