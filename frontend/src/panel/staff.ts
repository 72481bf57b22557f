import { onStaffCorner } from "./kiosk";
import type { Link } from "./link";
import type { Queue } from "./queue";
import type { Screen } from "./screen";
import { by, type Settings } from "./settings";
import type { Careful } from "./storage";

/** The sheet for staff: what waits, whether there is a connection, when the server last took something. */
export class StaffSheet {
  closed = false;
  private timer = 0;

  constructor(
    private readonly settings: Settings,
    private readonly screen: Screen,
    private readonly queue: Queue,
    private readonly link: Link,
    private readonly storage: Careful,
    sendNow: () => Promise<void>,
  ) {
    const sheet = by<HTMLDialogElement>("staff");
    onStaffCorner(() => {
      if (sheet.open) return;
      sheet.showModal();
      void sendNow().then(() => this.draw());
      this.timer = window.setInterval(() => void this.draw(), 1000);
      void this.draw();
    });
    sheet.addEventListener("close", () => window.clearInterval(this.timer));
    by("staff-close").addEventListener("click", () => sheet.close());
    by("staff-send").addEventListener("click", () => void sendNow().then(() => this.draw()));
  }

  private async draw(): Promise<void> {
    const texts = this.screen.texts;
    const waiting = await this.queue.pending();
    const refused = waiting.filter((press) => press.refused);
    by("staff-waiting").textContent = String(waiting.length);
    by("staff-connection").textContent = String(this.link.online ? texts.online : texts.offline);
    by("staff-accepted").textContent = this.when(this.link.lastAccepted) ?? String(texts.never);
    by("staff-refused").textContent = String(refused.length);
    by("staff-version").textContent = `${this.settings.version} · ${this.settings.settings.slice(0, 6)}`;
    const worker = "serviceWorker" in navigator;
    const ready = worker && navigator.serviceWorker.controller !== null;
    by("staff-ready").textContent = String(ready ? texts.yes : worker ? texts.no : texts.noWorker);
    const note = this.closed ? texts.closed : this.storage.failed ? texts.memoryOnly : (refused[0]?.refused ?? "");
    by("staff-note").textContent = String(note);
    by("staff-note").hidden = !note;
  }

  private when(time: number | null): string | null {
    if (time === null) return null;
    return new Intl.DateTimeFormat(this.screen.language, { dateStyle: "medium", timeStyle: "short" }).format(time);
  }
}
