import { BarChart, CustomChart, LineChart } from "echarts/charts";
import { GridComponent, MarkAreaComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { formatDuration, formatNumber, formatStep, withUnit } from "../lib/format.ts";
import type { ChartData } from "./data";
import { optionsOf, type Colours } from "./options";
import { fillTable } from "./table";

echarts.use([BarChart, CanvasRenderer, CustomChart, GridComponent, LineChart, MarkAreaComponent, TooltipComponent]);

function colours(): Colours {
  const style = getComputedStyle(document.documentElement);
  const of = (name: string): string => style.getPropertyValue(name).trim();
  return {
    ink: of("--ink"),
    soft: of("--ink-2"),
    line: of("--line"),
    surface: of("--surface"),
    series: of("--series-1"),
    before: of("--ink-3"),
    good: of("--good"),
    fair: of("--fair"),
    bad: of("--bad"),
    font: of("--font"),
  };
}

function readData(id: string): ChartData {
  return JSON.parse(document.getElementById(id)?.textContent ?? "null") as ChartData;
}

export function textOf(data: ChartData, value: number | null, digits = data.digits): string {
  if (value === null) return data.texts.none ?? "";
  if (data.seconds)
    return formatDuration(value, { hour: data.texts.hour!, minute: data.texts.minute!, second: data.texts.second! });
  return withUnit(formatNumber(value, digits, data.language), data.unit, data.language);
}

function legend(data: ChartData): void {
  const box = document.querySelector("[data-chart-legend]");
  if (!box) return;
  const key = (text: string, dashed: boolean): HTMLElement => {
    const item = document.createElement("span");
    item.className = "legend-key";
    const colour = dashed ? "var(--ink-3)" : "var(--series-1)";
    item.innerHTML = `<svg viewBox="0 0 22 8" aria-hidden="true"><path d="M1 4H21" fill="none" stroke="${colour}" stroke-width="2"${dashed ? ' stroke-dasharray="4 3"' : ""}/></svg>`;
    item.append(text);
    return item;
  };
  const items = [key(data.texts.now ?? "", false)];
  if (data.points.some((point) => point[5] !== null)) items.push(key(data.texts.before ?? "", true));
  box.replaceChildren(...items);
}

function start(holder: HTMLElement): void {
  const id = holder.dataset.chart!;
  const chart = echarts.init(holder, null, { renderer: "canvas" });
  const table = document.querySelector<HTMLElement>("[data-chart-table]");
  const draw = (): void => {
    const data = readData(id);
    legend(data);
    chart.setOption(optionsOf(data, colours(), (value, digits) => textOf(data, value, digits)), true);
    if (table) fillTable(table, data, (value) => textOf(data, value), (step) => formatStep(step, data.language));
    holder.dataset.drawn = "1";
  };
  draw();
  new ResizeObserver(() => chart.resize()).observe(holder);
  document.addEventListener("otklik:theme", draw);
  document.addEventListener("otklik:chart-data", draw);
  document.querySelector("[data-chart-switch]")?.addEventListener("click", (event) => {
    if (!table) return;
    table.hidden = !table.hidden;
    holder.hidden = !table.hidden;
    (event.currentTarget as HTMLElement).setAttribute("aria-pressed", String(!table.hidden));
    if (!holder.hidden) chart.resize();
  });
}

for (const holder of document.querySelectorAll<HTMLElement>("[data-chart]")) void document.fonts.ready.then(() => start(holder));
