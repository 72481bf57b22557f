interface Place {
  code: string;
  name: string;
  parent: string;
}

function address(code: string): string {
  const query = new URLSearchParams(location.search);
  for (const name of ["point", "employee", "before"]) query.delete(name);
  query.set("place", code);
  return `?${query.toString()}`;
}

function entry(place: Place): HTMLAnchorElement {
  const link = document.createElement("a");
  link.className = "menu-item";
  link.href = address(place.code);
  link.textContent = place.name;
  if (place.parent) {
    const hint = document.createElement("small");
    hint.textContent = place.parent;
    link.append(hint);
  }
  return link;
}

/** The list under "place": what is typed is searched in the whole tree; arrows move, Enter goes. */
export function startPlacePicker(): void {
  const input = document.querySelector<HTMLInputElement>("[data-place-search]");
  const list = document.querySelector<HTMLElement>("[data-place-list]");
  if (!input || !list) return;
  const first = [...list.childNodes];
  let latest = 0;
  const search = async (): Promise<void> => {
    const mine = ++latest;
    const wanted = input.value.trim();
    if (!wanted) return list.replaceChildren(...first);
    const url = new URL(input.dataset.source!, location.href);
    url.searchParams.set("q", wanted);
    const answer = await fetch(url);
    if (!answer.ok || mine !== latest) return;
    const { places } = (await answer.json()) as { places: Place[] };
    list.replaceChildren(...places.map(entry));
  };
  input.addEventListener("input", () => void search());
  input.closest("[data-menu-panel]")?.addEventListener("keydown", (event) => {
    const key = (event as KeyboardEvent).key;
    const links = [...list.querySelectorAll<HTMLAnchorElement>("a")];
    const now = links.indexOf(document.activeElement as HTMLAnchorElement);
    if (key === "ArrowDown") links[Math.min(now + 1, links.length - 1)]?.focus();
    else if (key === "ArrowUp") (now > 0 ? links[now - 1] : input)?.focus();
    else if (key === "Enter" && document.activeElement === input) links[0]?.click();
    else return;
    event.preventDefault();
  });
}
