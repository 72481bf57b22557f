import { openPalette } from "./palette";

const WAIT_MS = 1200;
let goUntil = 0;

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));
}

function go(letter: string): boolean {
  const link = document.querySelector<HTMLAnchorElement>(`[data-go="${CSS.escape(letter)}"]`);
  link?.click();
  return link !== null;
}

/** j and k move through the rows of the list that was used last; Enter opens the row's first link. */
function moveRow(step: number): void {
  const rows = [
    ...document.querySelectorAll<HTMLElement>("[data-rows] tbody tr, [data-rows] > a, [data-rows] > li, [data-rows] > article"),
  ].filter((row) => row.offsetParent !== null);
  const now = rows.findIndex((row) => row.classList.contains("row-current") || row.contains(document.activeElement));
  const next = rows[Math.min(rows.length - 1, Math.max(0, now + step))];
  if (!next) return;
  for (const row of rows) row.classList.remove("row-current");
  next.classList.add("row-current");
  const focusable = next.matches("a") ? next : next.querySelector<HTMLElement>("a, button");
  (focusable ?? next).focus();
  next.scrollIntoView({ block: "nearest" });
}

/** Keys typed on a Russian layout work by their place on the keyboard. */
function letterOf(event: KeyboardEvent): string {
  const place = /^Key([A-Z])$/.exec(event.code)?.[1];
  return /^[a-z]$/i.test(event.key) || !place ? event.key.toLowerCase() : place.toLowerCase();
}

export function startKeys(): void {
  document.addEventListener("keydown", (event) => {
    const letter = letterOf(event);
    if ((event.ctrlKey || event.metaKey) && letter === "k") {
      event.preventDefault();
      return openPalette();
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    if (performance.now() < goUntil) {
      goUntil = 0;
      if (go(letter)) event.preventDefault();
      return;
    }
    if (event.key === "/" || event.key === ".") {
      if (event.key === "." && event.code !== "Slash") return;
      event.preventDefault();
      openPalette();
    } else if (event.key === "?" || (event.key === "," && event.code === "Slash")) {
      event.preventDefault();
      document.querySelector<HTMLDialogElement>("#keys")?.showModal();
    } else if (letter === "g") goUntil = performance.now() + WAIT_MS;
    else if (letter === "j") moveRow(1);
    else if (letter === "k") moveRow(-1);
    else if (letter === "t") document.querySelector<HTMLElement>("[data-key-t]")?.click();
  });
  document.addEventListener("click", (event) => {
    if ((event.target as Element).closest("[data-keys-open]"))
      document.querySelector<HTMLDialogElement>("#keys")?.showModal();
  });
}
