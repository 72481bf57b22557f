import "./panel.css";
import { Debounce } from "./debounce";
import { lock, offerFullscreen } from "./kiosk";
import { Link } from "./link";
import { newId, Queue } from "./queue";
import { Screen } from "./screen";
import { readSettings, type Settings } from "./settings";
import { StaffSheet } from "./staff";
import { Careful } from "./storage";

const REPORT_MS = 60_000;

function memory(): globalThis.Storage | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

function start(settings: Settings): void {
  const storage = new Careful();
  const link = new Link(settings);
  const queue = new Queue(settings.panel, storage, link.send);
  const debounce = new Debounce(settings.panel, memory());
  let timer = 0;

  const sendNow = async (): Promise<void> => {
    window.clearTimeout(timer);
    const drained = await queue.drain();
    staff.closed = drained === "closed";
    if (drained === "later") timer = window.setTimeout(() => void sendNow(), queue.retryIn * 1000);
    renew();
  };
  const renew = (): void => {
    if ((link.newSettings || staff.closed) && screen.idle) location.reload();
  };
  const screen = new Screen(settings, (value) => {
    if (settings.preview) return;
    const now = Date.now();
    const since = debounce.press(now, settings.debounceMs);
    const { panel, question } = settings;
    const press = { id: newId(), panel, at: now, value, question, since, offset: link.offset, language: screen.language };
    void queue.enqueue(press).then(sendNow);
  });
  const staff = new StaffSheet(settings, screen, queue, link, storage, async () => {
    await report();
    await sendNow();
  });
  /** Say that the panel is alive, even when nobody presses. */
  const report = async (): Promise<void> => {
    const waiting = await queue.pending();
    const answer = await link.send([], waiting.length);
    staff.closed = answer.kind === "closed";
    if (answer.kind === "taken" && waiting.length > 0) await sendNow();
    renew();
  };

  offerFullscreen();
  lock();
  if (settings.preview) return;
  document.addEventListener("panel:idle", renew);
  addEventListener("online", () => void sendNow());
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && void sendNow());
  window.setInterval(() => void report(), REPORT_MS);
  void report();
  void sendNow();
  if ("serviceWorker" in navigator)
    void navigator.serviceWorker.register(`${settings.base}worker.js`, { scope: settings.base });
  void navigator.storage?.persist?.();
}

const settings = readSettings();
if (settings) start(settings);
