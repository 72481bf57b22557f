import { fit } from "../base/fit.ts";

const OWN = ["place", "point", "employee", "subject", "period", "from", "to", "compare"];

/** The form of a page: search in its lists, counts on their buttons, an address without empty parts; the bar's days keep the choice. */
export function startForm(): void {
  for (const pick of document.querySelectorAll<HTMLDetailsElement>("[data-rel-pick]")) startPick(pick);
  for (const form of document.querySelectorAll<HTMLFormElement>("[data-rel-form]"))
    form.addEventListener("submit", () => {
      for (const field of form.querySelectorAll<HTMLInputElement | HTMLSelectElement>("input[name], select[name]"))
        if (field.value === "") field.disabled = true;
    });
  for (const form of document.querySelectorAll<HTMLFormElement>("form.scope-days")) keep(form);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const pick of document.querySelectorAll<HTMLDetailsElement>("[data-rel-pick][open]")) {
      pick.open = false;
      pick.querySelector("summary")?.focus();
    }
  });
  document.addEventListener("click", (event) => {
    for (const pick of document.querySelectorAll<HTMLDetailsElement>("[data-rel-pick][open]"))
      if (!pick.contains(event.target as Node)) pick.open = false;
  });
}

function startPick(pick: HTMLDetailsElement): void {
  const count = pick.querySelector<HTMLElement>("[data-rel-count]");
  const filter = pick.querySelector<HTMLInputElement>("[data-rel-filter]");
  const labels = [...pick.querySelectorAll("label")];
  const tell = (): void => {
    const chosen = pick.querySelectorAll("input[type=checkbox]:checked").length;
    if (count) count.textContent = chosen ? String(chosen) : "";
  };
  pick.addEventListener("change", tell);
  pick.addEventListener("toggle", () => {
    if (!pick.open) return;
    fit(pick.querySelector<HTMLElement>(".rel-panel")!);
    filter?.focus({ preventScroll: true });
  });
  filter?.addEventListener("input", () => {
    const wanted = filter.value.trim().toLowerCase();
    for (const label of labels) label.hidden = !(label.textContent ?? "").toLowerCase().includes(wanted);
    for (const group of pick.querySelectorAll("fieldset")) group.hidden = !group.querySelector("label:not([hidden])");
  });
  filter?.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault(); // Enter in the search ticks what is found first instead of sending the form
    pick.querySelector<HTMLInputElement>("label:not([hidden]) input")?.click();
  });
  tell();
}

function keep(form: HTMLFormElement): void {
  for (const [name, value] of new URLSearchParams(location.search)) {
    if (OWN.includes(name)) continue;
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = name;
    field.value = value;
    form.append(field);
  }
}
