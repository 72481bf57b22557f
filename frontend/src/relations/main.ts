import "./relations.css";
import { BarChart, CustomChart, LineChart, ScatterChart } from "echarts/charts";
import { GraphicComponent, GridComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { LabelLayout } from "echarts/features";
import { CanvasRenderer } from "echarts/renderers";
import { colours, type Cell, type Colours, type Drawn } from "./common";
import { drawForest } from "./forest";
import { startForm } from "./form";
import { drawLags } from "./lags";
import { drawQuadrants } from "./quadrants";
import { drawScatter } from "./scatter";

echarts.use([BarChart, CanvasRenderer, CustomChart, GraphicComponent, GridComponent, LabelLayout, LineChart, MarkLineComponent, ScatterChart, TooltipComponent]);

const KINDS: Record<string, (data: never, colour: Colours, width: number) => Drawn> = {
  scatter: drawScatter as never,
  lags: drawLags as never,
  forest: drawForest as never,
  quadrants: drawQuadrants as never,
};

function read(id: string): never {
  return JSON.parse(document.getElementById(id)?.textContent ?? "null") as never;
}

function fill(holder: HTMLElement, drawn: Drawn): void {
  const table = document.createElement("table");
  table.className = "table";
  const head = table.createTHead().insertRow();
  drawn.head.forEach((name, index) => {
    const cell = document.createElement("th");
    cell.textContent = name;
    cell.scope = "col";
    if (index > 0) cell.className = "num";
    head.append(cell);
  });
  const body = table.createTBody();
  const put = (cell: HTMLTableCellElement, content: Cell): void => {
    if (typeof content === "string") return void (cell.textContent = content);
    const link = document.createElement("a");
    link.href = content.url;
    link.textContent = content.text;
    cell.append(link);
  };
  for (const row of drawn.rows) {
    const line = body.insertRow();
    row.forEach((content, index) => {
      const cell = line.insertCell();
      put(cell, content);
      if (index > 0) cell.className = "num";
    });
  }
  holder.replaceChildren(table);
}

function legend(holder: Element | null | undefined, drawn: Drawn): void {
  const keys = (drawn.legend ?? []).map(({ text, colour, hollow }) => {
    const key = document.createElement("span");
    key.className = "legend-key";
    const shape = hollow ? `fill="none" stroke="${colour}" stroke-width="2"` : `fill="${colour}"`;
    key.innerHTML = `<svg viewBox="0 0 10 10" width="10" height="10" aria-hidden="true"><circle cx="5" cy="5" r="4" ${shape}/></svg>`;
    key.append(text);
    return key;
  });
  holder?.replaceChildren(...keys);
}

function start(holder: HTMLElement): void {
  const draw = KINDS[holder.dataset.kind ?? ""];
  if (!draw) return;
  const card = holder.closest("[data-rel-card]");
  const table = card?.querySelector<HTMLElement>("[data-rel-table]");
  const data = read(holder.dataset.relChart!);
  const first = draw(data, colours(), holder.clientWidth);
  if (first.height) holder.style.height = `${first.height}px`;
  const chart = echarts.init(holder, null, { renderer: "canvas" });
  let drawn = first;
  const show = (): void => {
    drawn = draw(data, colours(), holder.clientWidth);
    chart.setOption(drawn.option, true);
    legend(card?.querySelector("[data-rel-legend]"), drawn);
    if (table) fill(table, drawn);
    holder.dataset.drawn = "1";
  };
  show();
  chart.on("click", (item) => {
    const url = drawn.url?.(item.dataIndex, item.seriesIndex ?? 0);
    if (url) location.assign(url);
  });
  let width = holder.clientWidth;
  new ResizeObserver(() => {
    chart.resize();
    if (holder.clientWidth > 0 && holder.clientWidth !== width) show();
    width = holder.clientWidth || width;
  }).observe(holder);
  document.addEventListener("otklik:theme", show);
  card?.querySelector("[data-rel-switch]")?.addEventListener("click", (event) => {
    if (!table) return;
    table.hidden = !table.hidden;
    holder.hidden = !table.hidden;
    (event.currentTarget as HTMLElement).setAttribute("aria-pressed", String(!table.hidden));
    if (!holder.hidden) chart.resize();
  });
}

startForm();
for (const holder of document.querySelectorAll<HTMLElement>("[data-rel-chart]")) void document.fonts.ready.then(() => start(holder));
