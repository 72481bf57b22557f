import { fresh, h, labelled, option, readNumber } from "./dom";
import { FilterEditor } from "./filter";
import { modelBuilder } from "./model";
import { read } from "./tree";
import type { Json, Page, Param, Values } from "./types";

/** Where a control stands: the values that it belongs to, and whom to tell about changes. */
export interface Place {
  page: Page;
  values: Values;
  path: string;
  changed: () => void;
  redraw: () => void;
}

const KEYS = ["place", "point", "employee", "session", "subject", "via"];
const UNITS: [number, string][] = [
  [86400, "days"],
  [3600, "hours"],
  [60, "minutes"],
  [1, "seconds"],
];

/** Controls of all parameters, those that do not matter now left out. */
export function controls(params: Param[], place: Place): HTMLElement[] {
  return params.filter((param) => isShown(param, params, place.values)).map((param) => control(param, place));
}

function isShown(param: Param, params: Param[], values: Values): boolean {
  if (!param.when) return true;
  const { param: name, values: wanted } = param.when;
  const held = values[name] ?? params.find((one) => one.name === name)?.default ?? null;
  return wanted.includes(held);
}

function control(param: Param, place: Place): HTMLElement {
  const made = one(param, place);
  made.dataset.where = `${place.path}.${param.name}`;
  made.classList.add("definition-param");
  return made;
}

function set(param: Param, place: Place, value: Json | undefined): void {
  if (value === undefined || value === null || value === "") delete place.values[param.name];
  else place.values[param.name] = value;
  place.changed();
}

function one(param: Param, place: Place): HTMLElement {
  const { page, values } = place;
  const held = values[param.name];
  switch (param.takes) {
    case "filter":
      return filter(param, place);
    case "filters":
      return filters(param, place);
    case "flag": {
      const input = h("input", { type: "checkbox", class: "form-check-input", id: fresh("flag") });
      input.checked = held === true;
      input.addEventListener("change", () => set(param, place, input.checked || undefined));
      return h("div", {}, h("label", { class: "form-check" }, input, param.label), param.help ? h("p", { class: "field-help" }, param.help) : null);
    }
    case "choice": {
      const select = h("select", { class: "form-select" });
      for (const choice of param.choices ?? []) select.append(option(choice.value, choice.label, choice.value === (held ?? param.default)));
      select.addEventListener("change", () => {
        set(param, place, select.value);
        place.redraw();
      });
      return labelled(param.label, select, param.help);
    }
    case "seconds":
      return seconds(param, place);
    case "field":
    case "attribute":
      return field(param, place);
    case "key":
      return labelled(param.label, keySelect(page, String(held ?? param.default ?? ""), kindsBeside(place), (value) => set(param, place, value)), param.help);
    case "keys":
      return keys(param, place);
    case "record": {
      const inner = (held && typeof held === "object" && !Array.isArray(held) ? held : { ...(param.default as Values) }) as Values;
      values[param.name] = inner;
      return record(param, { ...place, values: inner, path: `${place.path}.${param.name}` });
    }
    case "records":
      return records(param, place);
    case "indicator":
      return labelled(param.label, indicatorSelect(page, held, (value) => set(param, place, value)), param.help);
    case "parts":
      return parts(param, place);
    case "expression": {
      const input = h("input", { class: "form-control definition-code", value: String(held ?? ""), spellcheck: "false", id: "expression" });
      input.addEventListener("input", () => set(param, place, input.value));
      return labelled(param.label, input, param.help);
    }
    case "model":
      return modelBuilder(param, place);
    case "weights":
      return weights(param, place);
    default:
      return number(param, place);
  }
}

function number(param: Param, place: Place): HTMLElement {
  const held = place.values[param.name];
  const numeric = param.takes !== "text";
  const shown = held ?? (param.required || param.default === undefined ? "" : param.default);
  const input = h("input", { class: "form-control definition-number", inputmode: numeric ? "decimal" : "text", value: String(shown ?? ""), placeholder: param.default === undefined ? place.page.texts.notSaid : String(param.default ?? "") });
  input.addEventListener("input", () => {
    const text = input.value.trim();
    set(param, place, text === "" ? undefined : numeric ? (readNumber(text) ?? text) : text);
  });
  return labelled(param.label, input, param.help);
}

function seconds(param: Param, place: Place): HTMLElement {
  const { texts } = place.page;
  const held = place.values[param.name] ?? param.default;
  const whole = typeof held === "number" ? held : null;
  const [size, word] = UNITS.find(([one]) => whole !== null && whole >= one && whole % one === 0) ?? UNITS[2]!;
  const input = h("input", { class: "form-control definition-number", inputmode: "decimal", value: whole === null ? "" : String(whole / size), placeholder: texts.notSaid });
  const unit = h("select", { class: "form-select definition-time", "aria-label": `${param.label}: ${texts[word]}` });
  for (const [one, name] of UNITS) unit.append(option(String(one), texts[name]!, one === size));
  const tell = (): void => {
    const said = readNumber(input.value);
    set(param, place, said === null ? input.value || undefined : said * Number(unit.value));
  };
  input.addEventListener("input", tell);
  unit.addEventListener("change", tell);
  const made = labelled(param.label, input, param.help);
  const box = h("div", { class: "definition-span" });
  input.replaceWith(box);
  box.append(input, unit);
  return made;
}

function filter(param: Param, place: Place): HTMLElement {
  const { page } = place;
  const box = h("div", { role: "group", "aria-label": param.label }, h("p", { class: "form-label" }, param.label));
  const optional = !param.required;
  const held = place.values[param.name];
  if (optional && held === undefined) {
    box.append(h("p", { class: "field-help" }, param.help || ""));
    box.append(
      h("button", { type: "button", class: "btn-plain filter-add", click: () => { place.values[param.name] = { and: [] }; place.redraw(); place.changed(); } }, `+ ${page.texts.setFilter}`),
    );
    return box;
  }
  const bare = param.name === "condition" || (place.path !== "params" && param.name === "filter");
  const editor = new FilterEditor(page, held, (value) => { place.values[param.name] = value; place.changed(); }, { label: param.label, bare, kinds: () => kindsBeside(place) });
  box.append(editor.element);
  if (param.help) box.append(h("p", { class: "field-help" }, param.help));
  if (optional)
    box.append(h("button", { type: "button", class: "btn-plain filter-add", click: () => { set(param, place, undefined); place.redraw(); } }, `× ${page.texts.remove}`));
  return box;
}

function filters(param: Param, place: Place): HTMLElement {
  const { page } = place;
  const steps = (Array.isArray(place.values[param.name]) ? place.values[param.name] : [{ and: [] }, { and: [] }]) as Json[];
  place.values[param.name] = steps;
  const box = h("div", { role: "group", "aria-label": param.label }, h("p", { class: "form-label" }, param.label), h("p", { class: "field-help" }, param.help ?? ""));
  steps.forEach((step, number) => {
    const label = `${page.texts.step} ${number + 1}`;
    const editor = new FilterEditor(page, step, (value) => { steps[number] = value; place.changed(); }, { label });
    const head = h("div", { class: "definition-step-head" }, h("span", {}, label));
    if (steps.length > 2)
      head.append(h("button", { type: "button", class: "btn-plain filter-remove", "aria-label": `${page.texts.remove}: ${label}`, click: () => { steps.splice(number, 1); place.redraw(); place.changed(); } }, "×"));
    box.append(h("div", { class: "definition-step", "data-where": `${place.path}.${param.name}[${number}]` }, head, editor.element));
  });
  box.append(h("button", { type: "button", class: "btn-plain filter-add", click: () => { steps.push({ and: [] }); place.redraw(); place.changed(); } }, `+ ${page.texts.addStep}`));
  return box;
}

/** Kinds that the filters beside name: a field of events is offered for those. */
export function kindsBeside(place: Place): string[] {
  const found: string[] = [];
  for (const name of ["filter", "over", "under", "plus", "minus", "first", "second"]) {
    const held = place.values[name];
    if (held !== undefined) found.push(...(read(held)?.kinds ?? []));
  }
  return [...new Set(found)];
}

function attributesOf(page: Page, kinds: string[]): Map<string, { label: string; type: string }> {
  const found = new Map<string, { label: string; type: string }>();
  for (const kind of page.known.kinds)
    if (!kinds.length || kinds.includes(kind.code))
      for (const one of kind.attributes) if (!found.has(one.name)) found.set(one.name, { label: one.label, type: one.type });
  return found;
}

function field(param: Param, place: Place): HTMLElement {
  const { page } = place;
  const bare = param.takes === "attribute";
  const held = place.values[param.name] ?? (param.required ? param.default : undefined);
  if (held !== undefined && place.values[param.name] === undefined) place.values[param.name] = held as Json;
  const beside = param.name === "over_field" ? "over" : param.name === "under_field" ? "under" : null;
  const kinds = beside ? (read(place.values[beside])?.kinds ?? []) : kindsBeside(place);
  const select = h("select", { class: "form-select" });
  if (!param.required) select.append(option("", page.texts.notSaid!, held === undefined));
  if (!bare) select.append(option("value", page.texts.number!, held === "value"));
  if (param.texts) for (const name of ["subject", "kind", "session", "via"]) select.append(option(name, page.known.fields[name] ?? name, held === name));
  const numbers = h("optgroup", { label: page.texts.groupAttributes! });
  const texts: HTMLElement[] = [];
  for (const [name, { label, type }] of attributesOf(page, kinds)) {
    const value = bare ? name : `attr.${name}`;
    const made = option(value, label, held === value);
    if (type === "number" || type === "count") numbers.append(made);
    else texts.push(made);
  }
  numbers.append(...texts);
  select.append(numbers);
  if (held !== undefined && ![...select.options].some((one) => one.value === held)) select.append(option(String(held), String(held), true));
  select.addEventListener("change", () => set(param, place, select.value));
  return labelled(param.label, select, param.help);
}

function keySelect(page: Page, held: string, kinds: string[], tell: (value: string) => void): HTMLSelectElement {
  const select = h("select", { class: "form-select", id: fresh("key") });
  for (const name of KEYS) select.append(option(name, page.known.fields[name] ?? name, name === held));
  const group = h("optgroup", { label: page.texts.groupAttributes! });
  for (const [name, { label }] of attributesOf(page, kinds)) group.append(option(`attr.${name}`, label, `attr.${name}` === held));
  select.append(group);
  if (held && ![...select.options].some((one) => one.value === held)) select.append(option(held, held.replace(/^attr\./, ""), true));
  select.addEventListener("change", () => tell(select.value));
  return select;
}

function keys(param: Param, place: Place): HTMLElement {
  const { page } = place;
  const held = place.values[param.name] ?? param.default;
  const list = (Array.isArray(held) ? held : [held]).map(String);
  const box = h("div", { role: "group", "aria-label": param.label }, h("p", { class: "form-label" }, param.label));
  const row = h("div", { class: "filter-kinds" });
  list.forEach((key, number) => {
    const select = keySelect(page, key, kindsBeside(place), (value) => {
      list[number] = value;
      set(param, place, [...list]);
    });
    select.setAttribute("aria-label", param.label);
    row.append(select);
    if (list.length > 1)
      row.append(h("button", { type: "button", class: "btn-plain filter-remove", "aria-label": `${page.texts.remove}: ${key}`, click: () => { list.splice(number, 1); set(param, place, [...list]); place.redraw(); } }, "×"));
  });
  row.append(h("button", { type: "button", class: "btn-plain filter-add", click: () => { set(param, place, [...list, KEYS.find((key) => !list.includes(key)) ?? "point"]); place.redraw(); } }, `+ ${page.texts.addKey}`));
  box.append(row);
  if (param.help) box.append(h("p", { class: "field-help" }, param.help));
  return box;
}

function record(param: Param, inner: Place): HTMLElement {
  return h("fieldset", { class: "definition-record" }, h("legend", { class: "form-label" }, param.label), ...controls(param.fields ?? [], inner));
}

function records(param: Param, place: Place): HTMLElement {
  const { page } = place;
  const list = (Array.isArray(place.values[param.name]) ? place.values[param.name] : []) as Values[];
  const box = h("div", { role: "group", "aria-label": param.label }, h("p", { class: "form-label" }, param.label));
  if (param.help) box.append(h("p", { class: "field-help" }, param.help));
  const keep = (): void => set(param, place, list.length ? (list as Json) : undefined);
  list.forEach((values, number) => {
    const path = `${place.path}.${param.name}[${number}]`;
    const row = h("div", { class: "definition-records", "data-where": path }, ...controls(param.fields ?? [], { ...place, values, path }));
    row.append(h("button", { type: "button", class: "btn-plain filter-remove", "aria-label": `${page.texts.remove}: ${param.label} ${number + 1}`, click: () => { list.splice(number, 1); keep(); place.redraw(); } }, "×"));
    box.append(row);
  });
  box.append(
    h("button", { type: "button", class: "btn-plain filter-add", click: () => {
      const fresh: Values = {};
      for (const one of param.fields ?? []) if (one.required && one.default !== undefined) fresh[one.name] = one.default;
      list.push(fresh);
      keep();
      place.redraw();
    } }, `+ ${page.texts.addRecord}`),
  );
  return box;
}

function indicatorSelect(page: Page, held: Json | undefined, tell: (value: string) => void): HTMLSelectElement {
  const select = h("select", { class: "form-select" });
  select.append(option("", "—", !held));
  for (const one of page.known.indicators) select.append(option(one.code, one.name, one.code === held));
  if (held && !page.known.indicators.some((one) => one.code === held)) select.append(option(String(held), String(held), true));
  select.addEventListener("change", () => tell(select.value));
  return select;
}

function parts(param: Param, place: Place): HTMLElement {
  const { page } = place;
  const given = place.values[param.name];
  const held = Object.entries((given && typeof given === "object" && !Array.isArray(given) ? given : {}) as Record<string, Json>);
  const keep = (): void => set(param, place, Object.fromEntries(held));
  const box = h("div", { role: "group", "aria-label": param.label }, h("p", { class: "form-label" }, param.label));
  held.forEach((pair, number) => {
    const name = h("input", { class: "form-control definition-code", value: pair[0], "aria-label": page.texts.name!, spellcheck: "false" });
    name.addEventListener("input", () => { pair[0] = name.value.trim(); keep(); });
    const select = indicatorSelect(page, pair[1], (value) => { pair[1] = value; keep(); });
    select.setAttribute("aria-label", page.texts.meaning!);
    box.append(h("div", { class: "filter-row", "data-where": `${place.path}.${param.name}.${pair[0]}` }, name, select,
      h("button", { type: "button", class: "btn-plain", click: () => insert(pair[0]) }, page.texts.insert!),
      h("button", { type: "button", class: "btn-plain filter-remove", "aria-label": `${page.texts.remove}: ${pair[0]}`, click: () => { held.splice(number, 1); keep(); place.redraw(); } }, "×")));
  });
  box.append(h("button", { type: "button", class: "btn-plain filter-add", click: () => {
    const name = "abcdefghijklmnopqrstuvwxyz".split("").find((letter) => !held.some((pair) => pair[0] === letter)) ?? "x";
    held.push([name, ""]);
    keep();
    place.redraw();
  } }, `+ ${page.texts.addRecord}`));
  return box;
}

function insert(name: string): void {
  const input = document.querySelector<HTMLInputElement>("#expression");
  if (!input) return;
  input.setRangeText(name, input.selectionStart ?? input.value.length, input.selectionEnd ?? input.value.length, "end");
  input.dispatchEvent(new Event("input"));
  input.focus();
}

function weights(param: Param, place: Place): HTMLElement {
  const model = place.values["model"];
  const codes = Array.isArray(model) ? model.map((one) => String((one as Values)["code"] ?? "")).filter(Boolean) : [];
  const held = { ...((place.values[param.name] ?? {}) as Record<string, Json>) };
  const box = h("div", { role: "group", "aria-label": param.label });
  if (!codes.length || place.values["by_dimension"] !== true) return box;
  box.append(h("p", { class: "form-label" }, param.label));
  for (const code of codes) {
    const input = h("input", { class: "form-control definition-number", inputmode: "decimal", value: String(held[code] ?? ""), placeholder: "1" });
    input.addEventListener("input", () => {
      const text = input.value.trim();
      if (text) held[code] = readNumber(text) ?? text;
      else delete held[code];
      set(param, place, Object.keys(held).length ? { ...held } : undefined);
    });
    box.append(labelled(code, input));
  }
  return box;
}
