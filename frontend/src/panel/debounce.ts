/** How long ago the last press was that counted. Keeps over reloads; a clock set back is no reason to lose a press. */
const KEY = "otklik-panel-counted";

export interface Memory {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

export class Debounce {
  private counted: number | null;

  constructor(
    private readonly panel: number,
    private readonly memory: Memory | null,
  ) {
    const kept = Number(memory?.getItem(`${KEY}-${panel}`));
    this.counted = kept > 0 ? kept : null;
  }

  /** Ms since the last press that counted, null when there is none; notes this press if it counts. */
  press(now: number, debounceMs: number): number | null {
    const since = this.counted === null || now < this.counted ? null : now - this.counted;
    if (since === null || since >= debounceMs) {
      this.counted = now;
      this.memory?.setItem(`${KEY}-${this.panel}`, String(now));
    }
    return since;
  }
}
