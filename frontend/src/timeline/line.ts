import { placeSearch } from "./places.ts";
import { formatSpec, parseSpec, type Spec } from "./state.ts";
import { make } from "./tip.ts";
import type { Config, Line } from "./types";

interface Named {
  code: string;
  name: string;
}

function options(select: HTMLSelectElement, first: string, found: Named[], chosen: string): void {
  const known = found.some((one) => one.code === chosen) || !chosen ? found : [...found, { code: chosen, name: chosen }];
  select.replaceChildren(
    ...[{ code: "", name: first }, ...known].map((one) => {
      const option = make("option", "", one.name);
      option.value = one.code;
      option.selected = one.code === chosen;
      return option;
    }),
  );
}

/** The dialog of one line: its question, place, point, employee and colour. Returns what opens it. */
export function startLineForm(config: Config, change: (key: string, spec: string, another: boolean) => void): (line: Line) => void {
  const dialog = document.querySelector<HTMLDialogElement>("#tl-line")!;
  const form = dialog.querySelector<HTMLFormElement>("[data-tl-line-form]")!;
  const title = dialog.querySelector<HTMLElement>("[data-tl-line-title]")!;
  const find = dialog.querySelector<HTMLInputElement>("[data-tl-place-find]")!;
  const found = dialog.querySelector<HTMLElement>("[data-tl-place-found]")!;
  const colours = dialog.querySelector<HTMLElement>("[data-tl-colours]")!;
  const field = (name: string): HTMLSelectElement => form.elements.namedItem(name) as HTMLSelectElement;
  let line: Line | null = null;
  let spec: Spec = parseSpec("");

  const people = async (): Promise<void> => {
    const url = new URL(config.addresses.people, location.href);
    const place = spec.place === "" ? config.place : spec.place;
    if (place) url.searchParams.set("place", place);
    const answer = await fetch(url);
    if (!answer.ok) return;
    const { points, employees } = (await answer.json()) as { points: Named[]; employees: Named[] };
    options(field("point"), config.texts.noPoint ?? "", points, spec.point);
    options(field("employee"), config.texts.noEmployee ?? "", employees, spec.employee);
  };

  placeSearch(find, found, config, () => [["", config.texts.asPage ?? ""]], (code, name) => {
    spec = { ...spec, place: code, point: "", employee: "" };
    find.value = code ? name : "";
    found.replaceChildren();
    void people();
  });

  const paint = (): void => {
    colours.replaceChildren(
      ...[1, 2, 3, 4, 5, 6, 7, 8].map((number) => {
        const button = make("button", `tl-colour tl-series-${number}`);
        button.type = "button";
        button.ariaLabel = String(number);
        button.ariaPressed = String((spec.colour || line?.colour) === number);
        button.addEventListener("click", () => {
          spec = { ...spec, colour: number };
          paint();
        });
        return button;
      }),
    );
  };

  const read = (): string => formatSpec({ ...spec, subject: field("subject").value, point: field("point").value, employee: field("employee").value });
  form.addEventListener("submit", () => {
    if (line) change(line.key, read(), false);
  });
  dialog.querySelector("[data-tl-line-copy]")!.addEventListener("click", () => {
    if (line) change(line.key, formatSpec({ ...parseSpec(read()), colour: spec.colour === parseSpec(line.key).colour ? 0 : spec.colour }), true);
    dialog.close();
  });

  return (one: Line): void => {
    line = one;
    spec = parseSpec(one.key);
    title.textContent = one.name;
    const types = config.indicators.find((known) => known.code === one.code)?.types ?? [];
    const questions = config.questions.filter((question) => types.includes(question.type)).map(({ code, text }) => ({ code, name: text }));
    dialog.querySelector<HTMLElement>("[data-tl-questions]")!.hidden = questions.length === 0;
    options(field("subject"), config.texts.allQuestions ?? "", questions, spec.subject);
    options(field("point"), config.texts.noPoint ?? "", [], spec.point);
    options(field("employee"), config.texts.noEmployee ?? "", [], spec.employee);
    find.value = spec.place && one.about ? (one.about.split(" · ").at(-1) ?? spec.place) : spec.place;
    found.replaceChildren();
    paint();
    void people();
    dialog.showModal();
  };
}
