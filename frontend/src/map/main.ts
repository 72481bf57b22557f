import "maplibre-gl/dist/maplibre-gl.css";
import "./map.css";
import type { Map as Chart } from "maplibre-gl";
import type { Source } from "./background.ts";
import { around } from "./bounds.ts";
import { makeMap } from "./chart.ts";
import { Flags, type Row } from "./flags.ts";
import { Labels, type Label } from "./labels.ts";
import { addressOf, fetchText, List, remember } from "./list.ts";
import { startLive } from "./live.ts";
import { NAMES, type Colour } from "./shapes.ts";

interface Data {
  source: Source;
  labels: Label[];
  flags: Row[];
  rest: Record<string, Colour>; // colours of places without coordinates, by id
}

const NEAR = 6.5; // how near one comes to an opened place: without streets nothing is to be seen beyond
const PHONE = 768;
const NEAR_WITH_STREETS = 14;

const find = <E extends HTMLElement>(selector: string): E | null => document.querySelector<E>(selector);

function fitAll(map: Chart, flags: Flags): void {
  const bounds = around(flags.points());
  if (bounds) map.fitBounds(bounds, { padding: { top: 56, bottom: 44, left: 48, right: 48 }, maxZoom: 13, animate: false });
}

class Home {
  constructor(
    private readonly title: string,
    private readonly go: () => void,
  ) {}

  onAdd(): HTMLElement {
    const box = document.createElement("div");
    box.className = "maplibregl-ctrl maplibregl-ctrl-group";
    const button = document.createElement("button");
    button.type = "button";
    button.className = "map-home";
    button.title = this.title;
    button.setAttribute("aria-label", this.title);
    button.addEventListener("click", this.go);
    box.append(button);
    return box;
  }

  onRemove(): void {}
}

async function start(page: HTMLElement): Promise<void> {
  const data = JSON.parse(document.getElementById("map-data")?.textContent ?? "{}") as Data;
  const canvas = find("[data-map]")!;
  const card = find("[data-flag-card]")!;
  const colours = new Map<number, Colour>(Object.entries(data.rest).map(([id, colour]) => [Number(id), colour]));
  for (const row of data.flags) colours.set(row[0], row[5]);
  let flags: Flags | null = null;
  let opened = card.hidden ? "" : (new URLSearchParams(location.search).get("open") ?? "");

  const fill = async (code: string): Promise<boolean> => {
    const text = await fetchText(addressOf(`${page.dataset.cards}${encodeURIComponent(code)}/`));
    if (text === null || code !== opened) return false;
    const focused = card.contains(document.activeElement);
    card.innerHTML = text;
    card.hidden = false;
    if (focused) card.querySelector<HTMLElement>("h2")?.focus();
    return true;
  };
  const wait = (code: string): void => {
    const heading = document.createElement("h2");
    heading.textContent = list.link(code)?.querySelector("strong")?.textContent ?? page.dataset.loading ?? "";
    const said = document.createElement("p");
    said.className = "quiet";
    said.textContent = page.dataset.loading ?? "";
    card.replaceChildren(heading, said);
    card.hidden = false;
  };
  const open = async (code: string): Promise<void> => {
    opened = code;
    remember({ open: code });
    list.mark(code);
    flags?.select(code);
    wait(code);
    if (innerWidth < PHONE) canvas.scrollIntoView({ block: "start" });
    if (await fill(code)) card.querySelector<HTMLElement>("h2")?.focus({ preventScroll: true });
  };
  const close = (): void => {
    if (!opened) return;
    const code = opened;
    opened = "";
    card.hidden = true;
    remember({ open: null });
    list.mark(null);
    flags?.select("");
    list.link(code)?.focus();
  };
  const list = new List({ page, list: find("[data-flag-list]")!, form: find<HTMLFormElement>("[data-map-filters]")! }, (names) =>
    flags?.only(new Set(names.map((name) => NAMES.indexOf(name as (typeof NAMES)[number]) as Colour))),
  );

  page.addEventListener("click", (event) => {
    const target = event.target as Element;
    const link = target.closest<HTMLElement>("[data-open]");
    if (link && !(event as MouseEvent).ctrlKey && !(event as MouseEvent).metaKey) {
      event.preventDefault();
      void open(link.dataset.open!);
    } else if (target.closest("[data-card-close]")) close();
  });
  page.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && opened) close();
  });
  startLive(page, (fresh, all) => {
    for (const [id, colour] of Object.entries(fresh.colours)) colours.set(Number(id), colour);
    for (const [at, name] of NAMES.entries()) {
      const count = find(`[data-count="${name}"]`);
      if (count) count.textContent = new Intl.NumberFormat(document.documentElement.lang).format([...colours.values()].filter((one) => one === at).length);
    }
    flags?.set(fresh.flags);
    if (all) void list.refresh();
    else list.replace(fresh.lines);
    if (opened && (all || list.link(opened)?.closest<HTMLElement>("[data-line]")?.dataset.line! in fresh.lines || fresh.flags.some((row) => row[1] === opened)))
      void fill(opened);
  });
  document.addEventListener("otklik:no-tiles", () => find("[data-tiles-failed]")?.removeAttribute("hidden"));

  const made = await makeMap(canvas, data.source);
  if (!made) {
    page.classList.add("map-without");
    find("[data-map-failed]")?.removeAttribute("hidden");
    canvas.hidden = true;
    return;
  }
  const { library, map } = made;
  const texts = { group: canvas.dataset.group ?? "", words: (canvas.dataset.words ?? "").split("|") };
  flags = new Flags(library, map, texts, data.source.kind === "offline" ? NEAR : NEAR_WITH_STREETS, (code) => void open(code), (rows) => listed(card, rows));
  flags.set(data.flags);
  list.colours().length > 0 && flags.only(new Set(list.colours().map((name) => NAMES.indexOf(name as (typeof NAMES)[number]) as Colour)));
  map.addControl(new Home(canvas.dataset.home ?? "", () => fitAll(map, flags!)), "top-right");
  map.addControl(new library.ScaleControl({ maxWidth: 90 }), "bottom-right");
  fitAll(map, flags);
  new Labels(library, map, data.labels, () => flags!.singles().map((row): Label => [row[2], row[3], row[4], 1, "flag"]));
  const credit = find("[data-map-credit]");
  if (credit && data.source.attribution && data.source.kind !== "offline") {
    credit.textContent = data.source.attribution;
    credit.hidden = false;
  }
  if (opened) {
    list.mark(opened);
    flags.select(opened);
  }
  canvas.dataset.ready = "1";
}

/** Places at one spot, to choose from. */
function listed(card: HTMLElement, rows: Row[]): void {
  const items = rows.map((row) => {
    const item = document.createElement("li");
    const link = document.createElement("button");
    link.type = "button";
    link.className = "btn-plain";
    link.dataset.open = row[1];
    link.textContent = row[2];
    item.append(link);
    return item;
  });
  const box = document.createElement("ul");
  box.className = "flag-values";
  box.append(...items);
  card.replaceChildren(box);
  card.hidden = false;
  box.querySelector("button")?.focus();
}

const page = find("[data-map-page]");
if (page) void start(page);
