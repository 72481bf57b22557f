import { fresh, h, option, readNumber } from "./dom";
import { isGroup, read, write, type Condition, type Group, type Shown } from "./tree";
import type { Attribute, Json, Kind, Page } from "./types";

const NUMBERS = new Set(["number", "count"]);
const ORDERED = ["<", "<=", ">", ">="];
const PLACES: Record<string, "places" | "points" | "employees"> = { place: "places", point: "points", employee: "employees" };

/** Builds a filter by hand: kinds of events, then conditions in groups. */
export class FilterEditor {
  readonly element = h("div", { class: "filter-editor" });
  private shown: Shown;
  private readonly odd: boolean;

  constructor(
    private readonly page: Page,
    value: Json | undefined,
    private readonly changed: (value: Json) => void,
    private readonly options: { label: string; kinds?: () => string[]; bare?: boolean } = { label: "" },
  ) {
    const found = read(value);
    this.odd = found === null;
    this.shown = found ?? { kinds: [], group: { mode: "all", items: [] } };
    if (this.odd) this.element.append(h("code", { class: "definition-code" }, JSON.stringify(value)));
    else this.draw();
  }

  private get t(): Record<string, string> {
    return this.page.texts;
  }

  private kinds(): Kind[] {
    const codes = this.shown.kinds.length ? this.shown.kinds : (this.options.kinds?.() ?? []);
    const all = this.page.known.kinds;
    return codes.length ? all.filter((kind) => codes.includes(kind.code)) : all;
  }

  private tell(): void {
    this.changed(write(this.shown));
  }

  private redraw(focus?: string): void {
    this.draw();
    this.tell();
    if (focus) this.element.querySelector<HTMLElement>(focus)?.focus();
  }

  private draw(): void {
    const group = this.groupElement(this.shown.group, null, true);
    this.element.replaceChildren(...(this.options.bare ? [] : [this.kindsElement()]), group);
  }

  private kindsElement(): HTMLElement {
    const chosen = this.shown.kinds.length ? this.shown.kinds : [""];
    const box = h("div", { class: "filter-kinds" });
    chosen.forEach((code, number) => {
      const select = h("select", { class: "form-select", "aria-label": `${this.options.label}: ${this.t.kind}` });
      select.append(option("", this.t.anyKind!, code === ""));
      for (const kind of this.page.known.kinds) select.append(option(kind.code, kind.name, kind.code === code));
      if (code && !this.page.known.kinds.some((kind) => kind.code === code)) select.append(option(code, code, true));
      select.addEventListener("change", () => {
        const kinds = [...chosen];
        kinds[number] = select.value;
        this.shown.kinds = [...new Set(kinds.filter(Boolean))];
        this.redraw();
      });
      box.append(select);
    });
    if (this.shown.kinds.length)
      box.append(
        this.button(this.t.addKind!, () => {
          const free = this.page.known.kinds.find((kind) => !this.shown.kinds.includes(kind.code));
          if (free) this.shown.kinds.push(free.code);
          this.redraw(".filter-kinds select:last-of-type");
        }),
      );
    return box;
  }

  private button(label: string, act: () => void): HTMLButtonElement {
    return h("button", { type: "button", class: "btn-plain filter-add", click: act }, `+ ${label}`);
  }

  private remover(act: () => void, what: string): HTMLButtonElement {
    return h("button", { type: "button", class: "btn-plain filter-remove", "aria-label": `${this.t.remove}: ${what}`, click: act }, "×");
  }

  private groupElement(group: Group, parent: Group | null, top: boolean): HTMLElement {
    const box = h("div", { class: top ? "filter-group filter-top" : "filter-group" });
    if (group.items.length || !top) {
      const mode = h("select", { class: "form-select filter-mode", "aria-label": this.t.where! });
      for (const one of ["all", "any", "none"] as const) mode.append(option(one, this.t[one]!, group.mode === one));
      mode.addEventListener("change", () => {
        group.mode = mode.value as Group["mode"];
        this.tell();
      });
      const head = h("div", { class: "filter-head" }, h("span", { class: "field-help" }, this.t.where!), mode);
      if (!top && parent)
        head.append(
          this.remover(() => {
            parent.items.splice(parent.items.indexOf(group), 1);
            this.redraw();
          }, this.t.addGroup!),
        );
      box.append(head);
    }
    for (const item of group.items) box.append(isGroup(item) ? this.groupElement(item, group, false) : this.conditionElement(item, group));
    const add = h("div", { class: "filter-adds" });
    add.append(
      this.button(this.t.addCondition!, () => {
        group.items.push(this.blank());
        this.redraw();
        const rows = this.element.querySelectorAll<HTMLElement>(".filter-row");
        rows[rows.length - 1]?.querySelector("select")?.focus();
      }),
    );
    if (group.items.length)
      add.append(
        this.button(this.t.addGroup!, () => {
          group.items.push({ mode: group.mode === "any" ? "all" : "any", items: [this.blank()] });
          this.redraw();
        }),
      );
    box.append(add);
    return box;
  }

  private blank(): Condition {
    const first = this.attributes()[0];
    if (!first) return { field: "value", op: ">", value: 0 };
    const value: Json = first.type === "flag" ? true : (first.choices[0]?.value ?? (NUMBERS.has(first.type) ? 0 : ""));
    return { field: `attr.${first.name}`, op: NUMBERS.has(first.type) ? ">=" : "=", value };
  }

  private attributes(): Attribute[] {
    const found = new Map<string, Attribute>();
    for (const kind of this.kinds()) for (const one of kind.attributes) if (!found.has(one.name)) found.set(one.name, one);
    return [...found.values()];
  }

  private typeOf(field: string): { type: string; choices: { value: string; label: string }[] } {
    if (field === "value") return { type: "number", choices: [] };
    const where = PLACES[field];
    if (where) return { type: "choice", choices: this.page.known[where].map((one) => ({ value: one.code, label: one.name })) };
    if (field === "kind") return { type: "choice", choices: this.page.known.kinds.map((kind) => ({ value: kind.code, label: kind.name })) };
    if (field === "subject" && this.kinds().every((kind) => kind.subject === "question"))
      return { type: "choice", choices: this.page.known.questions.map((one) => ({ value: one.code, label: one.text })) };
    const found = this.attributes().find((one) => `attr.${one.name}` === field);
    return found ? { type: found.type, choices: found.choices } : { type: "text", choices: [] };
  }

  private conditionElement(item: Condition, group: Group): HTMLElement {
    const row = h("div", { class: "filter-row" });
    const draw = (): void => {
      row.replaceChildren(this.fieldSelect(item, draw), this.operatorSelect(item, draw), ...this.valueControl(item));
      row.append(
        this.remover(() => {
          group.items.splice(group.items.indexOf(item), 1);
          this.redraw();
        }, item.field),
      );
    };
    draw();
    return row;
  }

  private fieldSelect(item: Condition, draw: () => void): HTMLElement {
    const select = h("select", { class: "form-select", "aria-label": this.t.field! });
    const columns = h("optgroup", { label: this.t.groupColumns! });
    for (const name of ["value", "subject", "place", "point", "employee", "session", "via"])
      columns.append(option(name, this.page.known.fields[name] ?? name, item.field === name));
    const attributes = h("optgroup", { label: this.t.groupAttributes! });
    for (const one of this.attributes()) attributes.append(option(`attr.${one.name}`, one.label, item.field === `attr.${one.name}`));
    const listed = [...columns.children, ...attributes.children].some((one) => (one as HTMLOptionElement).value === item.field);
    if (!listed) attributes.append(option(item.field, item.field.replace(/^attr\./, ""), true));
    attributes.append(option("+", this.t.otherAttribute!, false));
    select.append(attributes, columns);
    select.addEventListener("change", () => {
      if (select.value === "+") return this.askName(select, item, draw);
      this.choose(item, select.value);
      draw();
      this.tell();
    });
    return select;
  }

  private askName(select: HTMLSelectElement, item: Condition, draw: () => void): void {
    const input = h("input", { class: "form-control", "aria-label": this.t.attributeName!, placeholder: this.t.attributeName! });
    const take = (): void => {
      const name = input.value.trim();
      if (name) this.choose(item, `attr.${name}`);
      draw();
      this.tell();
    };
    input.addEventListener("change", take);
    select.replaceWith(input);
    input.focus();
  }

  private choose(item: Condition, field: string): void {
    const { type, choices } = this.typeOf(field);
    item.field = field;
    const ordered = ORDERED.includes(item.op);
    if (NUMBERS.has(type)) {
      if (!ordered && item.op !== "=") item.op = ">=";
      item.value = typeof item.value === "number" ? item.value : 0;
    } else {
      if (ordered) item.op = "=";
      item.value = type === "flag" ? true : (choices[0]?.value ?? "");
    }
    if (item.op === "is_null") item.op = "=";
    if (item.op === "in") item.value = [item.value];
  }

  private operatorSelect(item: Condition, draw: () => void): HTMLElement {
    const { type } = this.typeOf(item.field);
    const select = h("select", { class: "form-select filter-op", "aria-label": this.t.comparison! });
    const plain = NUMBERS.has(type) ? ["=", "!=", ...ORDERED, "in"] : type === "flag" ? ["=", "!="] : ["=", "!=", "in"];
    const held = item.op === "is_null" ? (item.value === true ? "absent" : "present") : item.op;
    for (const one of [...plain, "absent", "present"]) select.append(option(one, this.t[one] ?? one, one === held));
    if (!plain.includes(held) && held !== "absent" && held !== "present") select.append(option(held, held, true));
    select.addEventListener("change", () => {
      const wanted = select.value;
      if (wanted === "absent" || wanted === "present") {
        item.op = "is_null";
        item.value = wanted === "absent";
      } else {
        const first = Array.isArray(item.value) ? (item.value[0] ?? "") : item.op === "is_null" ? this.first(item.field) : item.value;
        item.op = wanted;
        item.value = wanted === "in" ? [first] : first;
      }
      draw();
      this.tell();
    });
    return select;
  }

  private first(field: string): Json {
    const { type, choices } = this.typeOf(field);
    return type === "flag" ? true : NUMBERS.has(type) ? 0 : (choices[0]?.value ?? "");
  }

  private valueControl(item: Condition): HTMLElement[] {
    if (item.op === "is_null") return [];
    const { type, choices } = this.typeOf(item.field);
    const set = (value: Json): void => {
      item.value = value;
      this.tell();
    };
    if (type === "flag") {
      const select = h("select", { class: "form-select", "aria-label": this.t.value! });
      select.append(option("1", this.t.yes!, item.value === true), option("0", this.t.no!, item.value === false));
      select.addEventListener("change", () => set(select.value === "1"));
      return [select];
    }
    if (choices.length && item.op === "in") return [this.several(item, choices, set)];
    if (choices.length) {
      const select = h("select", { class: "form-select", "aria-label": this.t.value! });
      for (const one of choices) select.append(option(one.value, one.label, one.value === item.value));
      if (!choices.some((one) => one.value === item.value)) select.append(option(String(item.value ?? ""), String(item.value ?? ""), true));
      select.addEventListener("change", () => set(select.value));
      return [select];
    }
    return this.typed(item, NUMBERS.has(type) || ORDERED.includes(item.op), set);
  }

  private several(item: Condition, choices: { value: string; label: string }[], set: (value: Json) => void): HTMLElement {
    const held = new Set(Array.isArray(item.value) ? item.value.map(String) : []);
    const box = h("div", { class: "filter-checks", role: "group", "aria-label": this.t.value! });
    for (const one of choices) {
      const input = h("input", { type: "checkbox", class: "form-check-input", value: one.value });
      input.checked = held.has(one.value);
      input.addEventListener("change", () => {
        if (input.checked) held.add(one.value);
        else held.delete(one.value);
        set([...held]);
      });
      box.append(h("label", { class: "form-check" }, input, one.label));
    }
    return box;
  }

  private typed(item: Condition, numeric: boolean, set: (value: Json) => void): HTMLElement[] {
    const shown = Array.isArray(item.value) ? item.value.join(", ") : item.value === null ? "" : String(item.value);
    const list = fresh("values");
    const input = h("input", {
      class: "form-control",
      "aria-label": this.t.value!,
      value: shown,
      list: numeric ? undefined : list,
      inputmode: numeric ? "decimal" : undefined,
      placeholder: item.op === "in" ? this.t.commas : undefined,
    });
    const one = (text: string): Json => (numeric ? (readNumber(text) ?? text) : text);
    input.addEventListener("input", () => {
      const texts = input.value.split(",").map((text) => text.trim());
      set(item.op === "in" ? texts.filter(Boolean).map(one) : one(input.value.trim()));
    });
    if (numeric) return [input];
    const data = h("datalist", { id: list });
    input.addEventListener("focus", () => void this.suggest(item.field, data), { once: true });
    return [input, data];
  }

  private async suggest(field: string, list: HTMLDataListElement): Promise<void> {
    const kinds = this.kinds().length === this.page.known.kinds.length ? "" : this.kinds().map((kind) => kind.code).join(",");
    const query = new URLSearchParams({ field, kinds });
    const answer = await fetch(`${this.page.addresses.suggest}?${query}`).catch(() => null);
    if (!answer?.ok) return;
    const { values } = (await answer.json()) as { values: string[] };
    list.replaceChildren(...values.map((value) => h("option", { value })));
  }
}
