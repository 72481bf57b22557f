import "./figures.css";
import { isBlock, readBlock } from "./paste";
import { Sheet } from "./sheet";

/** `value` and `old` as people see them (a share in per cent); `text` is shown, `old_text` is read back without doubt. */
interface Answer {
  place: string;
  sheet: string;
  day: string;
  ok: boolean;
  value?: number | null;
  old?: number | null;
  text?: string;
  old_text?: string;
  error?: string;
}
type Spot = { place: string; sheet: string; day: string };
type Change = Spot & { text: string };

const RETRY_MS = 5000;

class Form {
  private readonly sheet: Sheet;
  private readonly errors = new Map<string, string>();
  private readonly undoable: Change[][] = [];
  private saving: Promise<void> = Promise.resolve();
  private readonly language = document.documentElement.lang === "en" ? "en" : "ru";

  constructor(private readonly table: HTMLTableElement) {
    this.sheet = new Sheet(table);
    this.draw();
    table.addEventListener("focusin", (event) => event.target instanceof HTMLInputElement && event.target.select());
    table.addEventListener("change", (event) => this.save([this.read(event.target as HTMLInputElement)]));
    table.addEventListener("keydown", (event) => event.target instanceof HTMLInputElement && this.key(event, event.target));
    table.addEventListener("paste", (event) => event.target instanceof HTMLInputElement && this.paste(event, event.target));
    document.addEventListener("keydown", (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && this.undo()) event.preventDefault();
    });
    const choice = document.querySelector<HTMLSelectElement>("#sheet-place");
    choice?.addEventListener("change", () => {
      for (const row of this.sheet.rows) row.classList.toggle("sheet-current", row.dataset.place === choice.value);
    });
    addEventListener("beforeunload", (event) => table.querySelector(".saving") && event.preventDefault());
  }

  private show(count: number, digits: number): string {
    const shown = new Intl.NumberFormat(this.language, { useGrouping: true, maximumFractionDigits: digits }).format(count);
    return shown.replace(/[\u202f ]/g, "\u00a0");
  }

  private draw(): void {
    this.sheet.drawTotals((count, digits) => this.show(count, digits));
  }

  private read(input: HTMLInputElement): Change {
    const row = input.closest("tr")!;
    return { place: row.dataset.place!, sheet: row.dataset.sheet!, day: input.dataset.day!, text: input.value };
  }

  private key(event: KeyboardEvent, input: HTMLInputElement): void {
    const whole = input.selectionStart === 0 && input.selectionEnd === input.value.length;
    const atStart = whole || (input.selectionStart === 0 && input.selectionEnd === 0);
    const atEnd = whole || input.selectionStart === input.value.length;
    const steps: Record<string, [number, number] | false> = {
      Enter: [event.shiftKey ? -1 : 1, 0],
      ArrowDown: [1, 0],
      ArrowUp: [-1, 0],
      ArrowLeft: atStart && [0, -1],
      ArrowRight: atEnd && [0, 1],
    };
    const step = steps[event.key];
    if (step) {
      event.preventDefault();
      const next = this.sheet.step(input, ...step);
      if (next) next.focus();
      else if (event.key === "Enter") input.blur();
    } else if (event.key === "Escape") {
      input.value = input.dataset.shown ?? "";
      this.blame(input, null);
      input.select();
    }
  }

  private paste(event: ClipboardEvent, input: HTMLInputElement): void {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (!isBlock(text)) return;
    event.preventDefault();
    const [top, left] = this.sheet.where(input);
    const changes: Change[] = [];
    let outside = 0;
    readBlock(text).forEach((cells, down) =>
      cells.forEach((cell, right) => {
        const target = this.sheet.at(top + down, left + right);
        if (target) {
          target.value = cell.trim();
          changes.push(this.read(target));
        } else if (cell.trim()) outside += 1;
      }),
    );
    if (outside > 0) this.toast(`${this.table.dataset.outside} ${outside}`, "error");
    this.save(changes);
  }

  /** Saves run one after another, so that the last typed is the last saved. */
  private save(changes: Change[], isUndo = false): void {
    if (changes.length === 0) return;
    for (const change of changes) this.cell(change)?.classList.add("saving");
    this.saving = this.saving.then(() => this.send(changes, isUndo));
  }

  private async send(changes: Change[], isUndo: boolean): Promise<void> {
    try {
      const token = document.querySelector<HTMLInputElement>("input[name=csrfmiddlewaretoken]")?.value ?? "";
      const response = await fetch(this.table.dataset.save!, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": token },
        body: JSON.stringify({ cells: changes }),
      });
      if (!response.ok) throw new Error(String(response.status));
      const { cells } = (await response.json()) as { cells: Answer[] };
      this.take(cells, isUndo);
    } catch {
      this.toast(this.table.dataset.failed ?? "", "error");
      await new Promise((resolve) => window.setTimeout(resolve, RETRY_MS));
      const latest = changes.map((change) => ({ ...change, text: this.input(change)?.value ?? change.text }));
      return this.send(latest, isUndo);
    }
  }

  private take(answers: Answer[], isUndo: boolean): void {
    const before: Change[] = [];
    for (const answer of answers) {
      const input = this.input(answer);
      if (!input) continue;
      this.cell(answer)?.classList.remove("saving");
      this.blame(input, answer.ok ? null : (answer.error ?? ""));
      if (!answer.ok) continue;
      if (answer.value !== answer.old) {
        before.push({ place: answer.place, sheet: answer.sheet, day: answer.day, text: answer.old_text ?? "" });
        this.flash(input);
      }
      input.dataset.value = answer.value == null ? "" : String(answer.value);
      input.dataset.shown = answer.text ?? "";
      if (document.activeElement !== input || isUndo) input.value = answer.text ?? "";
      input.closest("td")!.classList.toggle("filled", answer.value !== null);
    }
    this.draw();
    if (before.length === 0) return;
    if (!isUndo) this.undoable.push(before);
    const data = this.table.dataset;
    const cleared = answers.length === 1 && answers[0]!.value === null;
    const said = before.length > 1 ? `${data.pasted} ${before.length}` : cleared ? data.cleared! : data.saved!;
    document.querySelector("#sheet-said")!.textContent = said;
    if (isUndo) this.toast(said, "success");
    else this.offerUndo(said);
    void this.refreshLog();
  }

  private undo(): boolean {
    const focused = document.activeElement;
    if (focused instanceof HTMLInputElement && focused.classList.contains("sheet-input")) {
      if (focused.value !== (focused.dataset.shown ?? "")) return false; // the browser's own undo of typing
    }
    const last = this.undoable.pop();
    if (!last) return false;
    for (const change of last) {
      const input = this.input(change);
      if (input) input.value = change.text;
    }
    this.save(last, true);
    return true;
  }

  private offerUndo(text: string): void {
    const box = document.querySelector<HTMLElement>("#toasts");
    box?.querySelectorAll(".sheet-toast").forEach((old) => old.remove());
    const line = document.createElement("div");
    line.className = "toast-line toast-success sheet-toast";
    const words = document.createElement("span");
    words.textContent = text;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn-plain";
    button.textContent = this.table.dataset.undo ?? "";
    button.addEventListener("click", () => {
      line.remove();
      this.undo();
    });
    line.append(words, button);
    box?.append(line);
    window.setTimeout(() => line.remove(), 8000);
  }

  private flash(input: HTMLInputElement): void {
    const cell = input.closest("td")!;
    cell.classList.add("saved");
  }

  private blame(input: HTMLInputElement, error: string | null): void {
    const { place, sheet, day } = this.read(input);
    const key = `${place} ${sheet} ${day}`;
    if (error === null) this.errors.delete(key);
    else this.errors.set(key, error);
    input.classList.toggle("bad", error !== null);
    input.ariaInvalid = error === null ? null : "true";
    input.title = error ?? "";
    const box = document.querySelector<HTMLElement>("#sheet-errors")!;
    box.hidden = this.errors.size === 0;
    box.replaceChildren(
      ...[...this.errors.values()].map((sentence) => Object.assign(document.createElement("p"), { textContent: sentence })),
    );
  }

  private async refreshLog(): Promise<void> {
    const response = await fetch(this.table.dataset.log!).catch(() => null);
    const target = document.querySelector("#sheet-log");
    if (!response?.ok || !target) return;
    const parsed = new DOMParser().parseFromString(await response.text(), "text/html");
    target.replaceChildren(...parsed.body.childNodes);
  }

  private input(cell: Spot): HTMLInputElement | null {
    return this.sheet.find(cell.place, cell.sheet, cell.day);
  }

  private cell(cell: Spot): Element | null {
    return this.input(cell)?.closest("td") ?? null;
  }

  private toast(text: string, level: "success" | "error"): void {
    document.dispatchEvent(new CustomEvent("otklik:toast", { detail: { text, level } }));
  }
}

const table = document.querySelector<HTMLTableElement>("#sheet");
if (table) new Form(table);
document.querySelectorAll<HTMLSelectElement>("select[data-submit]").forEach((choice) => {
  choice.addEventListener("change", () => choice.form?.requestSubmit());
});
