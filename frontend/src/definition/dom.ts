type Child = Node | string | null | undefined | false;

/** An element with attributes (a function is a listener, true an empty attribute) and children. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string | number | boolean | ((event: Event) => void) | undefined> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    if (typeof value === "function") made.addEventListener(name, value);
    else made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...children.filter((child): child is Node | string => child !== null && child !== undefined && child !== false));
  return made;
}

export function option(value: string, label: string, chosen: boolean): HTMLOptionElement {
  const made = h("option", { value }, label);
  made.selected = chosen;
  return made;
}

let count = 0;
/** An id that no other element has. */
export function fresh(prefix: string): string {
  count += 1;
  return `${prefix}-${count}`;
}

/** A labelled control; the label stands above, the help below. */
export function labelled(label: string, control: HTMLElement, help = "", hidden = false): HTMLElement {
  const id = control.id || fresh("field");
  control.id = id;
  const described = help ? `${id}-help` : "";
  if (described) control.setAttribute("aria-describedby", described);
  return h(
    "div",
    {},
    h("label", { class: hidden ? "visually-hidden" : "form-label", for: id }, label),
    control,
    help ? h("p", { class: "field-help", id: described }, help) : null,
  );
}

/** «1,5» and "1.5" alike; null for what is no number. */
export function readNumber(text: string): number | null {
  const plain = text.replace(/[\s\u00a0\u202f]/g, "").replace(",", ".").replace("\u2212", "-");
  if (!/^-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain)) return null;
  return Number(plain);
}
