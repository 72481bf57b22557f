import { formatSpec, parseSpec } from "./state.ts";
import { make, swatch } from "./tip.ts";
import type { Config } from "./types";

/** The search in the list of indicators: a click adds or takes away; arrows move, Enter chooses. */
export function startPicker(config: Config, chosen: () => string[], choose: (series: string[]) => void): void {
  const dialog = document.querySelector<HTMLDialogElement>("#tl-picker")!;
  const input = dialog.querySelector<HTMLInputElement>("[data-tl-find]")!;
  const list = dialog.querySelector<HTMLElement>("[data-tl-list]")!;
  const count = dialog.querySelector<HTMLElement>("[data-tl-count]")!;

  const draw = (): void => {
    const needle = input.value.trim().toLocaleLowerCase();
    const held = chosen();
    const codes = new Set(held.map((text) => parseSpec(text).code));
    const full = held.length >= config.most;
    const groups = new Map<string, HTMLElement[]>();
    for (const one of config.indicators) {
      if (needle && !one.name.toLocaleLowerCase().includes(needle) && !one.code.includes(needle)) continue;
      const button = make("button", "tl-choice");
      button.type = "button";
      button.dataset.code = one.code;
      button.ariaPressed = String(codes.has(one.code));
      button.disabled = full && !codes.has(one.code);
      button.append(swatch(one), make("span", "", one.name), make("code", "", one.code));
      groups.set(one.group, [...(groups.get(one.group) ?? []), button]);
    }
    list.replaceChildren(...[...groups].flatMap(([name, buttons]) => [make("h3", "", name), ...buttons]));
    if (groups.size === 0) list.append(make("p", "muted", config.texts.none));
    count.textContent = `${held.length} / ${config.most}`;
  };

  const toggle = (code: string): void => {
    const held = chosen();
    const without = held.filter((text) => parseSpec(text).code !== code);
    if (without.length < held.length) choose(without);
    else if (held.length < config.most) choose([...held, formatSpec({ ...parseSpec(code), code })]);
    draw();
    list.querySelector<HTMLElement>(`[data-code="${CSS.escape(code)}"]`)?.focus();
  };

  list.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-code]");
    if (button) toggle(button.dataset.code!);
  });
  input.addEventListener("input", draw);
  dialog.addEventListener("keydown", (event) => {
    const buttons = [...list.querySelectorAll<HTMLElement>(".tl-choice:not([disabled])")];
    const now = buttons.indexOf(document.activeElement as HTMLElement);
    if (event.key === "ArrowDown") buttons[Math.min(now + 1, buttons.length - 1)]?.focus();
    else if (event.key === "ArrowUp") (now > 0 ? buttons[now - 1] : input)?.focus();
    else if (event.key === "Enter" && document.activeElement === input && input.value) {
      if (buttons[0]) toggle(buttons[0].dataset.code!);
      input.focus();
      input.select();
    } else return;
    event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    if (!(event.target as Element).closest('[data-tl-open="picker"]')) return;
    input.value = "";
    draw();
    dialog.showModal();
    input.focus();
  });
}
