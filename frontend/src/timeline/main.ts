import { isTouched, type Changed } from "../lib/touched.ts";
import { TimelineChart } from "./chart.ts";
import { startEvents } from "./events.ts";
import { startLineForm } from "./line.ts";
import { startPicker } from "./picker.ts";
import { picture } from "./picture.ts";
import { placeSearch } from "./places.ts";
import { formatSpec, merged, parseSpec, readState, windowOf, writeState, type State, type Window } from "./state.ts";
import { dayText, stepText } from "./steps.ts";
import { csvOf, fileName, fillTable, save } from "./table.ts";
import "./timeline.css";
import { dashIn, make, swatch } from "./tip.ts";
import type { Config, Gap, Line, Mode, Payload } from "./types";

const LIVE_MS = 1500; // changes that come within this time are fetched together

function start(root: HTMLElement): void {
  const config = JSON.parse(document.getElementById("timeline-config")!.textContent ?? "{}") as Config;
  const { texts, language } = config;
  const part = <T extends HTMLElement>(name: string): T => root.querySelector<T>(`[data-tl-${name}]`)!;
  let state: State = readState(location.search, config);
  let payload: Payload | null = null;
  let gaps: Gap[] = [];
  let focus: string | null = null;
  let latest = 0;
  let table = false;
  let refused = config.problems; // what was wrong with the page's address; the series that are kept say nothing of it


  const chart = new TimelineChart(root, config, {
    onWindow: (window) => {
      keepWindow(window);
      shown(window);
      if (table) drawTable();
    },
    onOpen: (line, at) => location.assign(address(line, at)),
    onMarker: (id) => events.open(id),
    onFocus: (key) => focusOn(key),
  });
  const events = startEvents(config, part("events"), () => void load());

  // ---- the address -------------------------------------------------------------------------------------------
  let writing = 0;
  function write(push = false): void {
    clearTimeout(writing);
    const query = writeState(location.search, state);
    const put = (): void => {
      if (push) history.pushState(null, "", `?${query}`);
      else history.replaceState(null, "", `?${query}`);
    };
    if (push) put();
    else writing = window.setTimeout(put, 250); // browsers count changes of the address
  }

  function keepWindow([first, last]: Window): void {
    if (!payload) return;
    const all = first === 0 && last === payload.steps.length - 1;
    state = { ...state, zoom: all ? null : [payload.steps[first]!, payload.steps[last]!] };
    write();
  }

  function address(line: Line, at: number): string {
    const step = payload!.steps[at]!;
    const query = new URLSearchParams({ ...line.params, period: "custom", from: step.slice(0, 10), to: (payload!.ends?.[at] ?? step).slice(0, 10) });
    return `${config.addresses.indicator.replace("CODE", line.code)}?${query.toString()}`;
  }

  // ---- reading -----------------------------------------------------------------------------------------------
  async function load(live = false): Promise<void> {
    const mine = ++latest;
    const url = new URL(config.addresses.data, location.href);
    url.search = writeState(location.search, state);
    if (live && payload && payload.tail > 0) {
      url.searchParams.set("settled", payload.settled);
      url.searchParams.set("after", String(payload.tail));
    }
    if (!live) root.dataset.loading = "1";
    try {
      const answer = await fetch(url);
      if (mine !== latest) return;
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      const fresh = (await answer.json()) as Payload;
      if (mine !== latest) return;
      payload = payload && live ? merged(payload, fresh) : fresh;
      draw();
      if (!live) void loadGaps(mine);
    } catch {
      if (!live && mine === latest) fail();
    } finally {
      if (mine === latest) delete root.dataset.loading;
    }
  }

  async function loadGaps(mine: number): Promise<void> {
    gaps = [];
    part("gaps").replaceChildren();
    if (!payload?.lines.some((line) => line.kinds.split(" ").includes("visitors"))) return;
    const url = new URL(config.addresses.gaps, location.href);
    url.search = writeState(location.search, state);
    const answer = await fetch(url);
    if (!answer.ok || mine !== latest) return;
    gaps = ((await answer.json()) as { lines: Gap[] }).lines;
    part("gaps").replaceChildren(...gaps.filter((gap) => gap.text).map(gapNote));
    if (gaps.some((gap) => Object.keys(gap.steps).length > 0)) draw();
  }

  function gapNote(gap: Gap): HTMLElement {
    const line = payload?.lines.find((one) => one.key === gap.key);
    const note = make("details", "tl-gap");
    const head = make("summary");
    if (payload && line) head.append(swatch(line, dashIn({ payload, mode: state.mode }, line)), make("b", "", line.name), " ");
    head.append(gap.text);
    note.append(head, ...gap.runs.map((run) => make("p", "", `${run.place}: ${run.from} – ${run.to} (${run.n} ${texts.hour})`)));
    return note;
  }

  function fail(): void {
    const button = make("button", "btn", texts.again);
    button.type = "button";
    button.addEventListener("click", () => void load());
    const words = make("p", "", texts.failed);
    part("state").replaceChildren(words, button);
    part("chart").hidden = true;
  }

  // ---- drawing -----------------------------------------------------------------------------------------------
  function draw(): void {
    if (!payload) return;
    const nothing = payload.lines.length === 0;
    part("chart").hidden = nothing || table;
    part("table-holder").hidden = nothing || !table;
    const empty = !nothing && payload.lines.every((line) => line.values.every((value) => value === null));
    part("state").replaceChildren(
      ...(nothing ? [emptyState()] : empty ? [make("p", "muted", texts.nothing)] : []),
    );
    chips();
    const said = [...new Set([...refused, ...payload.problems])].map((text) => {
      const alert = make("p", "alert", text);
      alert.role = "status";
      return alert;
    });
    part("problems").replaceChildren(...said);
    part("against-name").textContent = state.against ? payload.compared : (part("against-name").dataset.plain ??= part("against-name").textContent ?? "");
    events.draw(payload.markers);
    if (nothing) return;
    if (focus && !payload.lines.some((line) => line.key === focus)) focus = null;
    const window = windowOf(state.zoom, payload.steps);
    if (!table) chart.draw(payload, state.mode, window, gaps, focus);
    shown(window);
    if (table) drawTable();
    part("chart").setAttribute("aria-label", `${payload.lines.map((line) => line.name).join(", ")}: ${payload.scope}, ${payload.period}`);
  }

  function emptyState(): HTMLElement {
    const box = make("div", "tl-empty");
    const button = make("button", "btn btn-primary", (root.querySelector('[data-tl-open="picker"]')?.textContent ?? "").trim());
    button.type = "button";
    button.dataset.tlOpen = "picker";
    box.append(make("p", "", (texts.choose ?? "").replace("%d", String(config.most))), button);
    return box;
  }

  function drawTable(): void {
    if (payload) fillTable(part("table-holder"), payload, windowOf(state.zoom, payload.steps), config, address);
  }

  function shown([first, last]: Window): void {
    if (!payload || payload.steps.length === 0) return;
    const [from, to] = [payload.steps[first], payload.steps[last]];
    const ending = payload.ends?.[last] ?? to ?? "";
    part("shown").textContent =
      payload.grain === "hour" || payload.grain === "day" || payload.grain === "week"
        ? `${dayText(from ?? "", language)} – ${dayText(ending, language)}`
        : `${stepText(from ?? "", payload.grain, language)} – ${stepText(to ?? "", payload.grain, language)}`;
  }

  function chips(): void {
    if (!payload) return;
    part("chips").replaceChildren(
      ...payload.lines.map((line) => {
        const chip = make("span", focus === line.key ? "tl-chip tl-focus" : "tl-chip");
        const name = make("button", "tl-chip-name");
        name.type = "button";
        name.append(swatch(line, dashIn({ payload: payload!, mode: state.mode }, line)), make("span", "", line.name));
        if (line.about) name.append(make("small", "", line.about));
        name.ariaLabel = `${texts.change}: ${line.name}`;
        name.addEventListener("click", () => openLine(line));
        name.addEventListener("pointerenter", () => focusOn(line.key));
        name.addEventListener("pointerleave", () => focusOn(null));
        const off = make("button", "tl-chip-off", "×");
        off.type = "button";
        off.ariaLabel = `${texts.remove}: ${line.name}${line.about ? ` · ${line.about}` : ""}`;
        off.addEventListener("click", () => setSeries(state.series.filter((text) => text !== line.key)));
        chip.append(name, off);
        return chip;
      }),
    );
  }

  function focusOn(key: string | null): void {
    if (state.mode !== "together" || focus === key || !payload) return;
    focus = key;
    if (!table) chart.draw(payload, state.mode, windowOf(state.zoom, payload.steps), gaps, focus);
  }

  // ---- what people change ------------------------------------------------------------------------------------
  function setSeries(series: string[]): void {
    state = { ...state, series: pinned([...new Set(series)].slice(0, config.most)) };
    refused = [];
    write(true);
    void load();
  }

  /** Colours that are not the usual ones are written down, so that a line keeps its colour when others come and go. */
  function pinned(series: string[]): string[] {
    return series.map((text) => {
      const spec = parseSpec(text);
      const line = payload?.lines.find((one) => one.key === text);
      const usual = config.indicators.find((one) => one.code === spec.code)?.colour;
      return line && !spec.colour && line.colour !== usual ? formatSpec({ ...spec, colour: line.colour }) : text;
    });
  }

  const openLine = startLineForm(config, (key, spec, another) => {
    setSeries(another ? [...state.series, spec] : state.series.map((text) => (text === key ? spec : text)));
  });
  startPicker(config, () => state.series, setSeries);

  const grain = part<HTMLSelectElement>("grain");
  grain.replaceChildren(
    ...[{ code: "", name: texts.auto ?? "" }, ...config.grains].map((one) => {
      const option = make("option", "", one.name);
      option.value = one.code;
      option.selected = one.code === state.grain;
      return option;
    }),
  );
  grain.addEventListener("change", () => {
    state = { ...state, grain: grain.value };
    write(true);
    void load();
  });

  const modes = [...root.querySelectorAll<HTMLElement>("[data-tl-mode]")];
  const pressMode = (): void => modes.forEach((button) => (button.ariaPressed = String(button.dataset.tlMode === state.mode)));
  pressMode();
  for (const button of modes)
    button.addEventListener("click", () => {
      state = { ...state, mode: button.dataset.tlMode as Mode };
      focus = null;
      pressMode();
      write(true);
      draw();
    });

  placeSearch(part<HTMLInputElement>("places"), part("places-list"), config, () => (state.against ? [["", texts.remove ?? ""]] : []), (code) => {
    state = { ...state, against: code };
    part("places").closest<HTMLElement>("[data-menu-panel]")!.hidden = true;
    write(true);
    void load();
  });

  for (const button of root.querySelectorAll<HTMLElement>("[data-tl-zoom]"))
    button.addEventListener("click", () => chart.zoom(button.dataset.tlZoom as "in" | "out" | "reset"));

  part("table").addEventListener("click", () => {
    table = !table;
    part("table").ariaPressed = String(table);
    draw();
  });

  document.addEventListener("keydown", (event) => {
    const target = event.target as HTMLElement;
    if (event.ctrlKey || event.metaKey || event.altKey || target.matches("input, textarea, select") || document.querySelector("dialog[open]")) return;
    if (target.closest("[data-menu-panel], .tl-table")) return;
    const how = { "+": "in", "=": "in", "-": "out", "−": "out", "0": "reset", ArrowLeft: "left", ArrowRight: "right" }[event.key];
    if (!how || table) return;
    event.preventDefault();
    chart.zoom(how as "in");
  });

  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    if (target.closest("[data-tl-picture]") && payload && chart.drawing)
      void picture(chart, config).then((blob) => blob && payload && save(blob, fileName(payload, config, "png")));
    if (target.closest("[data-tl-csv]") && payload) save(new Blob([csvOf(payload, config)], { type: "text/csv" }), fileName(payload, config, "csv"));
    if (target.closest("[data-tl-copy]"))
      void navigator.clipboard?.writeText(`${location.origin}${location.pathname}?${writeState(location.search, state)}`).then(() =>
        document.dispatchEvent(new CustomEvent("otklik:toast", { detail: { text: texts.copied } })),
      );
    if (target.closest("[data-tl-picture], [data-tl-csv], [data-tl-copy]")) closeMenu(target);
    if (target.closest('[data-tl-open="keep"]')) document.querySelector<HTMLDialogElement>("#tl-keep")?.showModal();
    // links of the bar with place and period take the lines along
    const link = target.closest<HTMLAnchorElement>(".scope a[href^='?']");
    if (link) link.search = `?${carried(link.getAttribute("href")!.slice(1))}`;
  }, { capture: true });
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    for (const field of form.querySelectorAll<HTMLInputElement>("[data-tl-query]")) field.value = writeState(location.search, state);
    if (form.matches("[data-tl-excel]")) form.action = `${form.action.split("?")[0]}?${writeState(location.search, state)}`;
    if (!form.matches(".scope form")) return;
    for (const [name, value] of new URLSearchParams(carried(""))) {
      const field = make("input");
      [field.type, field.name, field.value] = ["hidden", name, value];
      form.append(field);
    }
  }, { capture: true });

  function closeMenu(target: Element): void {
    const menu = target.closest("[data-menu]");
    const panel = menu?.querySelector<HTMLElement>("[data-menu-panel]");
    if (panel) panel.hidden = true;
    menu?.querySelector("[data-menu-button]")?.setAttribute("aria-expanded", "false");
  }

  function carried(query: string): string {
    return writeState(query, { ...state, zoom: null });
  }

  addEventListener("popstate", () => location.reload());
  document.addEventListener("otklik:theme", draw);

  // ---- live --------------------------------------------------------------------------------------------------
  let timer = 0;
  document.addEventListener("otklik:changed", (event) => {
    const change = (event as CustomEvent<Changed>).detail;
    if (!payload?.live || timer) return;
    const places = payload.places === null ? null : new Set(payload.places);
    if (!payload.lines.some((line) => isTouched(change, line.kinds, places))) return;
    timer = window.setTimeout(() => {
      timer = 0;
      void load(true);
    }, LIVE_MS);
  });

  void document.fonts.ready.then(() => load());
}

const root = document.querySelector<HTMLElement>("[data-timeline]");
if (root) start(root);
