/**
 * Presses on their way to the server: written down first, forgotten only after the server has them. Pure logic; where
 * they are written and how they are sent is given.
 */
export interface Press {
  id: string;
  panel: number;
  at: number; // ms since 1970 by the clock of this device
  value: number;
  question: string;
  since: number | null; // ms since the last press that counted
  offset: number | null; // server clock less this clock, as last measured
  language: string;
  refused?: string; // why the server did not take it
}

export interface Storage {
  put(press: Press): Promise<void>;
  list(panel: number): Promise<Press[]>;
  remove(ids: readonly string[]): Promise<void>;
}

export type Answer =
  | { kind: "taken"; stored: string[]; refused: { id: string; error: string }[] }
  | { kind: "later"; seconds: number } // no connection, server busy
  | { kind: "closed" }; // the link no longer leads to a panel

export type Send = (presses: Press[], waiting: number) => Promise<Answer>;
export type Drained = "empty" | "later" | "closed";

export const BATCH = 50;
const FIRST_WAIT = 2;
const LONGEST_WAIT = 60;
const ASK_AGAIN_MS = 3_600_000; // what was refused is offered again each hour: the catalogue may have been mended

export class Queue {
  private running: Promise<Drained> | null = null;
  private failures = 0;
  private askAgainAt = 0;
  retryIn = 0; // seconds until the next try, after "later"

  constructor(
    private readonly panel: number,
    private readonly storage: Storage,
    private readonly send: Send,
    private readonly now: () => number = Date.now,
  ) {}

  /** Resolves when the press is written down. */
  async enqueue(press: Press): Promise<void> {
    await this.storage.put(press);
  }

  /** Everything that the server does not have yet, the oldest first. */
  async pending(): Promise<Press[]> {
    const all = await this.storage.list(this.panel);
    return all.sort((one, other) => one.at - other.at);
  }

  /** Send what waits. Several calls at a time share one run; what came during a run is sent before it ends. */
  drain(): Promise<Drained> {
    this.running ??= this.run().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  private async run(): Promise<Drained> {
    const tried = new Set<string>();
    const again = this.now() >= this.askAgainAt;
    for (;;) {
      const waiting = await this.pending();
      const batch = waiting.filter((press) => !tried.has(press.id) && (again || !press.refused)).slice(0, BATCH);
      if (batch.length === 0) return "empty";
      const answer = await this.send(batch, waiting.length);
      if (answer.kind === "closed") return "closed";
      if (answer.kind === "later") {
        this.retryIn = Math.max(answer.seconds, Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.failures));
        this.failures += 1;
        return "later";
      }
      this.failures = 0;
      await this.storage.remove(answer.stored);
      if (answer.refused.length > 0) await this.setAside(batch, answer.refused);
      for (const press of batch) tried.add(press.id); // never twice in a run, whatever the server says
    }
  }

  private async setAside(batch: Press[], refused: { id: string; error: string }[]): Promise<void> {
    this.askAgainAt = this.now() + ASK_AGAIN_MS;
    for (const one of refused) {
      const press = batch.find(({ id }) => id === one.id);
      if (press) await this.storage.put({ ...press, refused: one.error });
    }
  }
}

/** 128 random bits. `crypto.randomUUID` is missing on plain http, where panels of a local network live. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
