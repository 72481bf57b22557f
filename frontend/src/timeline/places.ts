import { make } from "./tip.ts";
import type { Config } from "./types";

interface Place {
  code: string;
  name: string;
  parent: string;
}

/** A search in the tree of places; `first` stands above what is found. */
export function placeSearch(input: HTMLInputElement, list: HTMLElement, config: Config, first: () => [string, string][], choose: (code: string, name: string) => void): () => void {
  let latest = 0;
  const entry = (code: string, name: string, hint = ""): HTMLElement => {
    const button = make("button", "menu-item", name);
    button.type = "button";
    if (hint) button.append(make("small", "", hint));
    button.addEventListener("click", () => choose(code, name));
    return button;
  };
  const search = async (): Promise<void> => {
    const mine = ++latest;
    const above = input.value.trim() ? [] : first().map(([code, name]) => entry(code, name));
    const url = new URL(config.addresses.places, location.href);
    url.searchParams.set("q", input.value.trim());
    const answer = await fetch(url);
    if (!answer.ok || mine !== latest) return;
    const { places } = (await answer.json()) as { places: Place[] };
    list.replaceChildren(...above, ...places.map((place) => entry(place.code, place.name, place.parent)));
    if (places.length === 0) list.append(make("p", "menu-title", config.texts.allPlaces));
  };
  input.addEventListener("input", () => void search());
  input.addEventListener("focus", () => void search());
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") list.querySelector<HTMLElement>("button")?.focus();
    else if (event.key === "Enter") list.querySelector<HTMLElement>("button")?.click();
    else return;
    event.preventDefault();
  });
  return () => void search();
}
