// The list beside the map: search, order and colour without a reload, arrow keys, opening.

interface Parts {
  page: HTMLElement;
  list: HTMLElement;
  form: HTMLFormElement;
}

const TYPING_MS = 200;
export const FILTERS = ["q", "sort", "colour"];

export function remember(changes: Record<string, string | string[] | null>): void {
  const url = new URL(location.href);
  for (const [name, value] of Object.entries(changes)) {
    url.searchParams.delete(name);
    for (const one of [value ?? []].flat()) if (one) url.searchParams.append(name, one);
  }
  url.searchParams.delete("start");
  history.replaceState(history.state, "", url);
}

/** The address of a fragment with everything that this page's address says. */
export function addressOf(path: string): URL {
  const url = new URL(path, location.href);
  for (const [name, value] of new URLSearchParams(location.search)) if (name !== "open") url.searchParams.append(name, value);
  return url;
}

export async function fetchText(address: URL | string): Promise<string | null> {
  const answer = await fetch(address, { headers: { "HX-Request": "true" } });
  return answer.ok && !answer.redirected ? answer.text() : null;
}

export class List {
  private latest = 0;
  private timer = 0;

  constructor(
    private readonly parts: Parts,
    private readonly filtered: (colours: string[]) => void,
  ) {
    const { form, list } = parts;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.refresh();
    });
    form.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = window.setTimeout(() => void this.refresh(), TYPING_MS);
    });
    list.addEventListener("click", (event) => {
      const more = (event.target as Element).closest<HTMLAnchorElement>("[data-more]");
      if (!more) return;
      event.preventDefault();
      void this.more(more);
    });
    parts.page.addEventListener("keydown", (event) => this.key(event));
    this.filtered(this.colours());
  }

  colours(): string[] {
    return new FormData(this.parts.form).getAll("colour").map(String);
  }

  async refresh(): Promise<void> {
    const mine = ++this.latest;
    const data = new FormData(this.parts.form);
    const sort = String(data.get("sort") ?? "");
    remember({ q: String(data.get("q") ?? "").trim(), sort: sort === "worst" ? "" : sort, colour: this.colours() });
    this.filtered(this.colours());
    const text = await fetchText(addressOf(this.parts.page.dataset.list!));
    if (text === null || mine !== this.latest) return;
    this.parts.list.innerHTML = text;
  }

  link(code: string): HTMLAnchorElement | null {
    return this.parts.list.querySelector(`[data-open="${CSS.escape(code)}"]`);
  }

  mark(code: string | null): void {
    for (const link of this.parts.list.querySelectorAll("[aria-current]")) link.removeAttribute("aria-current");
    if (code) this.link(code)?.setAttribute("aria-current", "true");
  }

  /** Draw single lines anew where they stand; a list that jumps while one reads helps nobody. */
  replace(lines: Record<string, string>): void {
    for (const [id, html] of Object.entries(lines)) {
      const old = this.parts.list.querySelector<HTMLElement>(`[data-line="${id}"]`);
      if (!old) continue;
      const holder = document.createElement("template");
      holder.innerHTML = html.trim();
      const fresh = holder.content.firstElementChild as HTMLElement | null;
      if (!fresh || fresh.isEqualNode(old)) continue;
      const link = old.querySelector("a");
      const [focused, current] = [old.contains(document.activeElement), link?.getAttribute("aria-current")];
      if (current) fresh.querySelector("a")?.setAttribute("aria-current", current);
      if (old.querySelector(".flag-worst")?.textContent !== fresh.querySelector(".flag-worst")?.textContent) fresh.classList.add("pulse");
      old.replaceWith(fresh);
      if (focused) fresh.querySelector("a")?.focus();
    }
  }

  private async more(link: HTMLAnchorElement): Promise<void> {
    const text = await fetchText(link.dataset.more!);
    const item = link.closest("li");
    if (text === null || !item) return;
    const holder = document.createElement("template");
    holder.innerHTML = text;
    const first = holder.content.querySelector<HTMLElement>("a");
    item.replaceWith(holder.content);
    first?.focus();
  }

  private key(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    const links = [...this.parts.list.querySelectorAll<HTMLAnchorElement>("[data-open], [data-more]")];
    const search = target.matches("[data-map-filters] [type=search]");
    if (!search && !target.closest("[data-flag-list]")) return;
    const now = links.indexOf(target as HTMLAnchorElement);
    let next: HTMLElement | null | undefined;
    if (event.key === "ArrowDown") next = links[Math.min(now + 1, links.length - 1)];
    else if (event.key === "ArrowUp" && !search) next = now > 0 ? links[now - 1] : this.parts.form.querySelector<HTMLElement>("[type=search]");
    else if (event.key === "Home" && !search) next = links[0];
    else if (event.key === "End" && !search) next = links[links.length - 1];
    if (!next) return;
    next.focus();
    event.preventDefault();
  }
}
