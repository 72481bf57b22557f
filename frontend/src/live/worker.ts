// Shared by all tabs of the browser: one stream to the server, every message to every tab.
import { follow, type Message } from "./stream";

interface SharedScope {
  onconnect: ((event: MessageEvent) => void) | null;
}

const tabs = new Set<MessagePort>();
let link: Message | undefined; // nothing is known before the stream says something
let stop: (() => void) | undefined;

function tell(message: Message): void {
  link = { type: "link", connected: message.type === "changed" || message.connected, seq: message.seq };
  for (const tab of tabs) tab.postMessage(message);
}

(self as unknown as SharedScope).onconnect = (event) => {
  const tab = event.ports[0];
  if (!tab) return;
  tabs.add(tab);
  tab.onmessage = (sent: MessageEvent<string>) => {
    if (sent.data !== "leave") return;
    tabs.delete(tab);
    if (tabs.size === 0) {
      stop?.();
      stop = undefined;
      link = undefined;
    }
  };
  stop ??= follow("/live/stream", tell);
  if (link) tab.postMessage(link);
};
