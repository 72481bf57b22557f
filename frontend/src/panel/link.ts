import type { Answer, Press, Send } from "./queue";
import type { Settings } from "./settings";

/** The way to the server, and what is known about it. */
export class Link {
  online: boolean | null = null;
  lastAccepted: number | null = null;
  offset: number | null = null; // server clock less ours, ms
  newSettings = false;
  private static readonly ACCEPTED = "otklik-panel-accepted";

  constructor(private readonly settings: Settings) {
    try {
      this.lastAccepted = Number(localStorage.getItem(Link.ACCEPTED)) || null;
    } catch {
      // storage is switched off: only the figure for staff is lost
    }
  }

  readonly send: Send = async (presses: Press[], waiting: number): Promise<Answer> => {
    const sentAt = Date.now();
    const body = {
      sentAt,
      waiting,
      version: this.settings.version,
      presses: presses.map(({ panel: _panel, refused: _refused, ...press }) => press),
    };
    try {
      const response = await fetch(`${this.settings.base}press`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
        cache: "no-store",
        credentials: "omit",
        signal: AbortSignal.timeout(15_000),
      });
      return await this.read(response, sentAt, presses.length);
    } catch {
      this.online = false;
      return { kind: "later", seconds: 0 };
    }
  };

  private async read(response: Response, sentAt: number, count: number): Promise<Answer> {
    this.online = true;
    if (response.status === 404 || response.status === 410) return { kind: "closed" };
    if (!response.ok) return { kind: "later", seconds: Number(response.headers.get("Retry-After")) || 0 };
    const answer = (await response.json()) as {
      now: number;
      settings: string;
      stored: string[];
      refused: { id: string; error: string }[];
    };
    this.offset = Math.round(answer.now - (sentAt + Date.now()) / 2);
    this.newSettings = answer.settings !== this.settings.settings;
    if (count > 0 && answer.stored.length > 0) this.remember();
    return { kind: "taken", stored: answer.stored, refused: answer.refused };
  }

  private remember(): void {
    this.lastAccepted = Date.now();
    try {
      localStorage.setItem(Link.ACCEPTED, String(this.lastAccepted));
    } catch {
      // as above
    }
  }
}
