interface Found {
  title: string;
  url: string;
  icon: string;
  hint: string;
}

const dialog = (): HTMLDialogElement | null => document.querySelector<HTMLDialogElement>("#palette");
const input = (): HTMLInputElement => document.querySelector<HTMLInputElement>("#palette-input")!;
const list = (): HTMLElement => document.querySelector<HTMLElement>("#palette-list")!;
let latest = 0;

function line(found: Found, index: number): HTMLAnchorElement {
  const link = document.createElement("a");
  link.href = found.url;
  link.id = `palette-${index}`;
  link.role = "option";
  link.innerHTML = found.icon; // drawn by our server from the icon set
  const title = document.createElement("span");
  title.textContent = found.title;
  link.append(title);
  if (found.hint) {
    const hint = document.createElement("small");
    hint.textContent = found.hint;
    link.append(hint);
  }
  return link;
}

function select(index: number): void {
  const lines = [...list().querySelectorAll<HTMLAnchorElement>("a")];
  lines.forEach((link, at) => link.setAttribute("aria-selected", String(at === index)));
  const chosen = lines[index];
  if (chosen) {
    input().setAttribute("aria-activedescendant", chosen.id);
    chosen.scrollIntoView({ block: "nearest" });
  } else input().removeAttribute("aria-activedescendant");
}

function selected(): number {
  return [...list().querySelectorAll("a")].findIndex((link) => link.ariaSelected === "true");
}

async function refresh(): Promise<void> {
  const mine = ++latest;
  const address = new URL(dialog()!.dataset.source!, location.href);
  address.searchParams.set("q", input().value);
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  if (mine !== latest || !answer.ok) return;
  const { found } = (await answer.json()) as { found: Found[] };
  if (found.length > 0) list().replaceChildren(...found.map(line));
  else {
    const none = document.createElement("p");
    none.textContent = list().dataset.none ?? "";
    list().replaceChildren(none);
  }
  select(0);
}

export function openPalette(): void {
  const box = dialog();
  if (!box || box.open) return;
  input().value = "";
  box.showModal();
  void refresh();
}

export function startPalette(): void {
  const box = dialog();
  document.addEventListener("click", (event) => {
    if ((event.target as Element).closest("[data-palette-open]")) openPalette();
  });
  if (!box) return;
  let timer = 0;
  input().addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => void refresh(), 80);
  });
  box.addEventListener("keydown", (event) => {
    const count = list().querySelectorAll("a").length;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : count - 1;
      if (count > 0) select((selected() + step) % count);
    } else if (event.key === "Escape") {
      event.preventDefault(); // a search field takes the first Esc to empty itself
      box.close();
    } else if (event.key === "Enter") {
      event.preventDefault();
      list().querySelectorAll<HTMLAnchorElement>("a")[selected()]?.click();
    }
  });
}
