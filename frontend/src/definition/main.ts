import "./definition.css";
import { controls } from "./controls";
import { h, option, readNumber } from "./dom";
import { draw, valueText, type Acts } from "./preview";
import type { Answer, Draft, Fix, Issue, Json, Page, Values } from "./types";

const PAUSE_MS = 350;
const LETTERS: Record<string, string> = Object.fromEntries(
  "а a б b в v г g д d е e ё e ж zh з z и i й y к k л l м m н n о o п p р r с s т t у u ф f х kh ц ts ч ch ш sh щ shch ы y э e ю yu я ya".split(" ").reduce<[string, string][]>((pairs, one, at, all) => (at % 2 ? pairs : [...pairs, [one, all[at + 1]!]]), []),
);

function codeOf(name: string): string {
  const latin = [...name.toLowerCase().replace(/[ьъ]/g, "")].map((letter) => LETTERS[letter] ?? letter).join("");
  return latin.replace(/[^a-z0-9]+/g, "_").replace(/^_+|_+$/g, "").slice(0, 60);
}

function token(): string {
  return document.querySelector<HTMLInputElement>("input[name=csrfmiddlewaretoken]")?.value ?? "";
}

class Editor {
  private draft: Draft;
  private readonly form = document.querySelector<HTMLFormElement>("[data-definition-form]")!;
  private readonly params = document.querySelector<HTMLElement>("[data-definition-params]")!;
  private readonly panel = document.querySelector<HTMLElement>("[data-definition-preview]")!;
  private readonly bar = document.querySelector<HTMLElement>("[data-definition-bar]")!;
  private readonly saving = document.querySelector<HTMLButtonElement>("[data-definition-save]")!;
  private readonly json = document.querySelector<HTMLTextAreaElement>("[data-definition-json]")!;
  private readonly ownCode: { mine: boolean };
  private timer = 0;
  private asked: AbortController | null = null;
  private agreed = false;
  private dirty = false;
  private last: Answer | null = null;

  constructor(private readonly page: Page) {
    this.draft = page.draft;
    this.ownCode = { mine: !page.new || Boolean(page.draft.code) };
    this.fixed();
    this.drawParams();
    this.fill();
    this.form.addEventListener("input", (event) => this.typed(event.target as HTMLInputElement));
    this.form.addEventListener("change", (event) => event.target instanceof HTMLSelectElement && this.typed(event.target));
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.saving.addEventListener("click", () => void this.save());
    this.saving.disabled = false;
    document.addEventListener("keydown", (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
        event.preventDefault();
        void this.save();
      }
    });
    document.querySelector("[data-definition-json-take]")?.addEventListener("click", () => this.takeJson());
    addEventListener("beforeunload", (event) => this.dirty && event.preventDefault());
    this.bar.addEventListener("click", () => this.panel.scrollIntoView({ block: "start" }));
    this.ask(0);
  }

  private fixed(): void {
    const fillSelect = (path: string, choices: { value: string; label: string }[]): void => {
      const select = this.control(path) as HTMLSelectElement | null;
      select?.replaceChildren(...choices.map((one) => option(one.value, one.label, false)));
    };
    fillSelect("unit", this.page.known.units);
    fillSelect("group", this.page.known.groups);
  }

  private control(path: string): HTMLInputElement | null {
    return this.form.querySelector(`[data-path="${CSS.escape(path)}"]`);
  }

  /** Put the draft into the fields that stand in the page. */
  private fill(): void {
    const { draft } = this;
    const limit = (value: number | null | undefined): string => (value === null || value === undefined ? "" : this.local(draft.unit === "share" ? value * 100 : value));
    const values: Record<string, string> = {
      code: draft.code, "name.ru": draft.name.ru ?? "", "name.en": draft.name.en ?? "", "about.ru": draft.about.ru ?? "", "about.en": draft.about.en ?? "",
      unit: draft.unit, direction: draft.direction, group: draft.group, digits: draft.digits === null ? "" : String(draft.digits),
      "thresholds.good": limit(draft.thresholds?.good), "thresholds.acceptable": limit(draft.thresholds?.acceptable),
    };
    for (const [path, value] of Object.entries(values)) {
      const control = this.control(path);
      if (!control || control === document.activeElement) continue;
      if (control instanceof HTMLSelectElement && ![...control.options].some((one) => one.value === value)) control.append(option(value, value, true));
      control.value = value;
    }
    this.units();
    if (document.activeElement !== this.json) this.json.value = JSON.stringify(this.written(), null, 2);
  }

  private local(value: number): string {
    const text = String(Math.round(value * 1e9) / 1e9);
    return document.documentElement.lang === "ru" ? text.replace(".", ",") : text;
  }

  private units(): void {
    const { unit, direction } = this.draft;
    const marks: Record<string, string> = { share: "%", seconds: this.page.texts.second!, points: this.page.texts.points! };
    for (const mark of this.form.querySelectorAll("[data-unit-mark]")) mark.textContent = marks[unit] ?? "";
    this.form.querySelector<HTMLElement>("[data-definition-limits]")!.hidden = direction === "none";
  }

  private drawParams(): void {
    const page = this.page;
    const { texts, known, rule } = page;
    const place = { page, values: this.draft.params, path: "params", changed: () => this.changed(), redraw: () => this.drawParams() };
    const made = controls(rule.params, place);
    if (rule.asks_questions) {
      const box = h("div", { role: "group", "aria-label": texts.question!, class: "definition-param", "data-where": "questions" }, h("p", { class: "form-label" }, texts.question!));
      const checks = h("div", { class: "filter-checks" });
      for (const type of known.questionTypes) {
        const count = known.questions.filter((one) => one.type === type.value).length;
        if (!count && !this.draft.questions.includes(type.value)) continue;
        const input = h("input", { type: "checkbox", class: "form-check-input" });
        input.checked = this.draft.questions.includes(type.value);
        input.addEventListener("change", () => {
          this.draft.questions = known.questionTypes.map((one) => one.value).filter((value) => (value === type.value ? input.checked : this.draft.questions.includes(value)));
          this.changed();
        });
        checks.append(h("label", { class: "form-check" }, input, `${type.label} (${count})`));
      }
      box.append(checks);
      made.unshift(box);
    }
    this.params.replaceChildren(...made);
    this.mark();
  }

  private typed(target: HTMLInputElement | HTMLSelectElement): void {
    const path = target.dataset.path;
    if (!path) return;
    const { draft } = this;
    const text = target.value;
    if (path.startsWith("thresholds.")) this.limit(path.slice(11) as "good" | "acceptable", text);
    else if (path === "digits") draft.digits = text === "" ? null : Number(text);
    else if (path === "code") {
      draft.code = text.trim();
      this.ownCode.mine = draft.code !== "";
    } else if (path.includes(".")) {
      const [outer, inner] = path.split(".") as ["name" | "about", "ru" | "en"];
      draft[outer][inner] = text;
      if (outer === "name" && !this.ownCode.mine) {
        draft.code = codeOf(draft.name.en || draft.name.ru || "");
        this.control("code")!.value = draft.code;
      }
    } else if (path === "unit") {
      draft.unit = text;
      this.limit("good", this.control("thresholds.good")!.value);
      this.limit("acceptable", this.control("thresholds.acceptable")!.value);
    } else (draft as unknown as Values)[path] = text;
    this.units();
    this.changed();
  }

  private limit(which: "good" | "acceptable", text: string): void {
    const plain = text.trim() === "" ? null : (readNumber(text) ?? (text as unknown as number));
    const value = typeof plain === "number" && this.draft.unit === "share" ? plain / 100 : plain;
    const held = { good: this.draft.thresholds?.good ?? null, acceptable: this.draft.thresholds?.acceptable ?? null, [which]: value };
    this.draft.thresholds = held.good === null && held.acceptable === null ? null : (held as Draft["thresholds"]);
  }

  private written(): Json {
    const { draft } = this;
    const said: Values = { ...(draft as unknown as Values) };
    for (const [key, value] of Object.entries(said)) {
      const empty = value === null || value === "" || value === false || (typeof value === "object" && Object.keys(value).length === 0);
      if (empty && key !== "params") delete said[key];
    }
    return said;
  }

  private changed(): void {
    this.dirty = true;
    this.agreed = false;
    if (document.activeElement !== this.json) this.json.value = JSON.stringify(this.written(), null, 2);
    this.ask(PAUSE_MS);
  }

  private ask(pause: number): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.preview(), pause);
  }

  private async preview(): Promise<void> {
    this.asked?.abort();
    const mine = (this.asked = new AbortController());
    this.panel.classList.add("working");
    this.panel.setAttribute("aria-busy", "true");
    try {
      const answer = await this.send("POST", this.page.addresses.preview, { definition: this.written(), ...this.page.slice, agreed: this.agreed, new: this.page.new }, mine.signal);
      if (!answer.ok) throw new Error(String(answer.status));
      this.last = (await answer.json()) as Answer;
      this.show();
    } catch (error) {
      if ((error as Error).name === "AbortError") return;
      this.toast(this.page.texts.failed!, "error");
    }
    if (this.asked === mine) {
      this.panel.classList.remove("working");
      this.panel.removeAttribute("aria-busy");
    }
  }

  private show(): void {
    if (!this.last) return;
    const acts: Acts = {
      fix: (fix) => this.fix(fix),
      go: (where) => this.go(where),
      agree: () => {
        this.agreed = true;
        this.ask(0);
      },
    };
    const { last, page } = this;
    draw(this.panel, page, this.isFresh() ? { ...last, issues: last.issues.filter((one) => !["code", "name.ru"].includes(one.where)) } : last, this.draft.digits, acts);
    this.mark();
    const errors = last.issues.filter((one) => one.severity === "error").length;
    const value = last.result?.value;
    this.bar.textContent = value === null || value === undefined ? (errors ? `■ ${page.texts.problems}: ${errors}` : page.texts.noValue!) : valueText(page, value, last.result!.unit, this.draft.digits);
  }

  /** A form that nobody has named yet is not reproached for it. */
  private isFresh(): boolean {
    return this.page.new && !this.draft.code && !this.draft.name.ru && !this.draft.name.en;
  }

  /** Problems beside what they are about. */
  private mark(): void {
    for (const old of this.form.querySelectorAll(".field-error[data-from-issue]")) old.remove();
    for (const old of this.form.querySelectorAll(".has-problem")) old.classList.remove("has-problem");
    if (!this.last) return;
    for (const issue of this.last.issues) {
      if (this.isFresh() && ["code", "name.ru"].includes(issue.where)) continue;
      const target = this.find(issue.where);
      if (!target) continue;
      target.classList.add("has-problem");
      if (issue.severity !== "error") continue;
      const line = h("p", { class: "field-error", "data-from-issue": true }, issue.message);
      if (target.matches("input, select, textarea")) target.closest("div")?.append(line);
      else target.append(line);
    }
  }

  private find(where: string): HTMLElement | null {
    for (let path = where; path; path = path.replace(/(\.[^.[\]]+|\[\d+\])$/, "")) {
      const found = this.form.querySelector<HTMLElement>(`[data-where="${CSS.escape(path)}"]`) ?? this.control(path);
      if (found) return found;
      if (!/[.[]/.test(path)) return path === "thresholds" ? this.control("thresholds.good") : null;
    }
    return null;
  }

  private go(where: string): void {
    const target = this.find(where);
    if (!target) return;
    const control = target.matches("input, select, textarea") ? target : target.querySelector<HTMLElement>("input, select, textarea, button");
    target.scrollIntoView({ block: "center" });
    control?.focus();
  }

  private fix(fix: Fix): void {
    place(this.draft as unknown as Values, fix.where, fix.value);
    this.drawParams();
    this.fill();
    this.changed();
    this.ask(0);
  }

  private takeJson(): void {
    const error = document.querySelector<HTMLElement>("[data-definition-json-error]")!;
    try {
      const read = JSON.parse(this.json.value) as Partial<Draft>;
      if (read === null || typeof read !== "object" || Array.isArray(read)) throw new Error("");
      const fixed = { rule: this.draft.rule, code: this.page.new ? (read.code ?? this.draft.code) : this.draft.code };
      this.draft = { ...this.draft, thresholds: null, digits: null, about: {}, questions: [], ...read, ...fixed } as Draft;
      this.draft.params ??= {};
      this.draft.name = typeof this.draft.name === "string" ? { ru: this.draft.name } : (this.draft.name ?? {});
      error.hidden = true;
      this.drawParams();
      this.fill();
      this.changed();
    } catch {
      error.textContent = this.page.texts.badJson!;
      error.hidden = false;
    }
  }

  private async save(): Promise<void> {
    const { addresses, version, texts } = this.page;
    const note = this.form.querySelector<HTMLInputElement>("[data-note]")?.value ?? "";
    const query = new URLSearchParams({ recompute: "true", note });
    if (this.page.new) query.set("new", "true");
    else if (version !== null) query.set("based_on", String(version));
    this.saving.disabled = true;
    try {
      const code = this.draft.code || "-";
      const answer = await this.send("PUT", `${addresses.save}${encodeURIComponent(code)}?${query}`, { ...(this.written() as Values), code: this.draft.code });
      if (answer.status === 401 || answer.status === 403) return this.toast(texts.signIn!, "error");
      const body = (await answer.json()) as { issues?: Issue[]; detail?: { field: string; message: string }[] };
      if (answer.ok) {
        this.dirty = false;
        location.assign(`${addresses.after}${this.draft.code}/${addresses.query ? `?${addresses.query}` : ""}`);
        return;
      }
      const issues = body.issues ?? (body.detail ?? []).map((one): Issue => ({ where: one.field, message: one.message, severity: "error", fix: null }));
      this.last = { ...(this.last ?? empty()), issues };
      this.draft.code ||= "";
      this.showAll();
      this.toast(issues.find((one) => one.severity === "error")?.message ?? texts.failed!, "error");
    } catch {
      this.toast(texts.failed!, "error");
    } finally {
      this.saving.disabled = false;
    }
  }

  private showAll(): void {
    const fresh = this.isFresh;
    this.isFresh = () => false;
    this.show();
    this.isFresh = fresh;
    const first = this.last?.issues.find((one) => one.severity === "error");
    if (first) this.go(first.where);
  }

  private send(method: string, address: string, body: unknown, signal?: AbortSignal): Promise<Response> {
    return fetch(address, { method, headers: { "Content-Type": "application/json", "X-CSRFToken": token() }, body: JSON.stringify(body), ...(signal ? { signal } : {}) });
  }

  private toast(text: string, level: "success" | "error"): void {
    document.dispatchEvent(new CustomEvent("otklik:toast", { detail: { text, level } }));
  }
}

function empty(): Answer {
  return { words: "", issues: [], cost: null, result: null, series: [], places: [], events: [], almost: [], seconds: 0 };
}

/** Put a value at a path as `params.over.and[1]` into nested data. */
export function place(data: Values, path: string, value: Json): void {
  const steps = [...path.matchAll(/[^.[\]]+/g)].map((match) => match[0]);
  let at: Values = data;
  for (const step of steps.slice(0, -1)) {
    if (at[step] === null || typeof at[step] !== "object") at[step] = {};
    at = at[step] as Values;
  }
  const last = steps[steps.length - 1]!;
  if (value === null) delete at[last];
  else at[last] = value;
}

const data = document.querySelector("#definition-data");
if (data && document.querySelector("[data-definition]")) new Editor(JSON.parse(data.textContent ?? "null") as Page);
