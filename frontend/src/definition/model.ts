import type { Place } from "./controls";
import { h, labelled, option, readNumber } from "./dom";
import type { Json, Param, Values } from "./types";

type Item = { code: string; weight?: Json; expectation?: string; importance?: string };
type Dimension = { code: string; items: Item[]; weight?: Json };

/** CSI-like models: dimensions of questions; weights alike, fixed, or by the stated importance. */
export function modelBuilder(param: Param, place: Place): HTMLElement {
  const { page, values } = place;
  const { texts } = page;
  const model = (Array.isArray(values[param.name]) ? values[param.name] : []) as unknown as Dimension[];
  const keep = (): void => {
    if (model.length) values[param.name] = model as unknown as Json;
    else delete values[param.name];
    place.changed();
  };
  const again = (): void => {
    keep();
    place.redraw();
  };
  const items = model.flatMap((one) => one.items ?? []);
  const stated = items.some((one) => one.importance !== undefined);
  const fixed = !stated && items.some((one) => one.weight !== undefined);
  const box = h("div", { role: "group", "aria-label": param.label, class: "model" }, h("p", { class: "form-label" }, param.label));

  const start = h("select", { class: "form-select" });
  start.append(option("", "—", true));
  for (const one of page.known.models) start.append(option(one.name, one.there ? one.name : `${one.name}: ${texts.missingQuestions}`, false));
  start.addEventListener("change", () => {
    const found = page.known.models.find((one) => one.name === start.value);
    if (!found) return;
    model.splice(0, model.length, ...(structuredClone(found.model) as unknown as Dimension[]));
    values["by_dimension"] = true;
    if (found.gap) values["gap"] = true;
    else delete values["gap"];
    again();
  });
  const weighing = h("select", { class: "form-select" });
  for (const [code, text] of [["equal", texts.weightsEqual], ["fixed", texts.weightsFixed], ["stated", texts.weightsStated]] as const)
    weighing.append(option(code, text!, code === (stated ? "stated" : fixed ? "fixed" : "equal")));
  weighing.addEventListener("change", () => {
    for (const one of model.flatMap((dimension) => dimension.items)) {
      delete one.weight;
      delete one.importance;
      if (weighing.value === "fixed") one.weight = 1;
      if (weighing.value === "stated") one.importance = "";
    }
    again();
  });
  box.append(h("div", { class: "definition-two" }, labelled(texts.startFrom!, start), labelled(texts.weights!, weighing)));
  if (items.some((one) => one.code)) box.append(deriving(place, items, again));
  if (!model.length) box.append(h("p", { class: "field-help" }, texts.allQuestions!));

  model.forEach((dimension, number) => {
    dimension.items ??= [];
    const path = `${place.path}.${param.name}[${number}]`;
    const name = h("input", { class: "form-control", value: dimension.code ?? "", "aria-label": texts.dimension!, "data-where": `${path}.code` });
    name.addEventListener("input", () => {
      dimension.code = name.value.trim();
      keep();
    });
    const head = h("div", { class: "definition-step-head" }, name, remover(`${texts.remove}: ${dimension.code}`, () => { model.splice(number, 1); again(); }));
    const rows = dimension.items.map((item, at) =>
      h(
        "div",
        { class: "filter-row", "data-where": `${path}.items[${at}]` },
        questionSelect(place, item.code, texts.question!, (code) => { item.code = code; keep(); }),
        values["gap"] === true ? questionSelect(place, item.expectation ?? "", texts.expectation!, (code) => { item.expectation = code; keep(); }, "expectation") : null,
        stated ? questionSelect(place, item.importance ?? "", texts.importance!, (code) => { item.importance = code; keep(); }, "importance") : null,
        fixed ? weightInput(item, texts.weight!, keep) : null,
        remover(`${texts.remove}: ${item.code}`, () => { dimension.items.splice(at, 1); again(); }),
      ),
    );
    const add = h("button", { type: "button", class: "btn-plain filter-add", click: () => {
      dimension.items.push({ code: "", ...(fixed ? { weight: 1 } : {}), ...(stated ? { importance: "" } : {}) });
      again();
    } }, `+ ${texts.addItem}`);
    box.append(h("div", { class: "definition-step", "data-where": path }, head, ...rows, add));
  });
  box.append(h("button", { type: "button", class: "btn-plain filter-add", click: () => {
    model.push({ code: String.fromCharCode(97 + (model.length % 26)), items: [{ code: "" }] });
    again();
  } }, `+ ${texts.addDimension}`));
  return box;
}

interface Derived {
  weights: { code: string; n: number; r: number | null; weight: number | null; reason_text: string | null }[];
  warnings: string[];
}

/** Fill the weights from data: how far each question goes with a key one. */
function deriving(place: Place, items: Item[], again: () => void): HTMLElement {
  const { page } = place;
  const { texts } = page;
  const key = questionSelect(place, "", texts.deriveKey!, () => undefined);
  const told = h("div", { class: "model-derived", "aria-live": "polite" });
  const act = async (): Promise<void> => {
    if (!key.value) return key.focus();
    const token = document.querySelector<HTMLInputElement>("input[name=csrfmiddlewaretoken]")?.value ?? "";
    const questions = items.map((one) => one.code).filter(Boolean);
    const answer = await fetch(page.addresses.weights, { method: "POST", headers: { "Content-Type": "application/json", "X-CSRFToken": token }, body: JSON.stringify({ questions, key: key.value, ...page.slice }) }).catch(() => null);
    if (!answer?.ok) {
      told.replaceChildren(h("p", { class: "field-error" }, texts.failed!));
      return;
    }
    const found = (await answer.json()) as Derived;
    const usable = found.weights.every((one) => one.weight !== null);
    for (const item of items) {
      const mine = found.weights.find((one) => one.code === item.code);
      if (usable && mine?.weight) {
        item.weight = mine.weight;
        delete item.importance;
      }
    }
    if (usable) again();
    const list = found.weights.map((one) => h("li", {}, `${page.known.questions.find((known) => known.code === one.code)?.text ?? one.code}: ${one.r === null ? one.reason_text : `r = ${one.r.toFixed(2)}`}, n = ${one.n}`));
    const target = document.querySelector(".model-derived") ?? told;
    target.replaceChildren(h("p", { class: "field-help" }, texts.derived!), h("ul", {}, ...list), ...found.warnings.map((text) => h("p", { class: "field-help" }, text)));
  };
  const button = h("button", { type: "button", class: "btn", click: () => void act() }, texts.derive!);
  return h("details", { class: "definition-json" }, h("summary", {}, texts.derive!), h("p", { class: "field-help" }, texts.deriveAbout!), h("div", { class: "row-wrap" }, key, button), told);
}

function remover(label: string, act: () => void): HTMLButtonElement {
  return h("button", { type: "button", class: "btn-plain filter-remove", "aria-label": label, click: act }, "×");
}

function questionSelect(place: Place, held: string, label: string, tell: (code: string) => void, type = ""): HTMLSelectElement {
  const select = h("select", { class: "form-select", "aria-label": label });
  select.append(option("", label, !held));
  for (const one of place.page.known.questions)
    if (!type || one.type === type || one.code === held) select.append(option(one.code, one.text, one.code === held));
  if (held && !place.page.known.questions.some((one) => one.code === held)) select.append(option(held, held, true));
  select.addEventListener("change", () => tell(select.value));
  return select;
}

function weightInput(item: Item, label: string, keep: () => void): HTMLInputElement {
  const input = h("input", { class: "form-control definition-number", inputmode: "decimal", value: String(item.weight ?? 1), "aria-label": label });
  input.addEventListener("input", () => {
    item.weight = readNumber(input.value) ?? input.value;
    keep();
  });
  return input;
}

export type { Values };
