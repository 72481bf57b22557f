import { BarChart, LineChart, ScatterChart } from "echarts/charts";
import { AxisPointerComponent, DataZoomComponent, GraphicComponent, GridComponent, MarkAreaComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { coverage, HEAD, layoutOf, type Layout } from "./layout.ts";
import { endOf, namesOf } from "./names.ts";
import { bandNames, optionsOf, scaleBounds, valueText, type Colours, type Drawing } from "./options.ts";
import { inside, moved, zoomed, type Window } from "./state.ts";
import { shortStep } from "./steps.ts";
import { dashIn, fillTip, make, swatch } from "./tip.ts";
import type { Config, Gap, Line, Mode, Payload } from "./types";

echarts.use([AxisPointerComponent, BarChart, CanvasRenderer, DataZoomComponent, GraphicComponent, GridComponent, LineChart, MarkAreaComponent, ScatterChart]);

export function coloursNow(): Colours {
  const style = getComputedStyle(document.documentElement);
  const of = (name: string): string => style.getPropertyValue(name).trim();
  return {
    ink: of("--ink"), soft: of("--ink-2"), faint: of("--ink-3"), line: of("--line"), surface: of("--surface"), accent: of("--accent"),
    good: of("--good"), fair: of("--fair"), bad: of("--bad"), font: of("--font"),
    series: ["", ...[1, 2, 3, 4, 5, 6, 7, 8].map((number) => of(`--series-${number}`))],
  };
}

interface Pointed {
  axesInfo?: { axisDim: string; value: number }[];
}

interface Model {
  getComponent: (name: "dataZoom", index: number) => { getValueRange: () => number[] };
}

interface Hooks {
  onWindow: (window: Window) => void;
  onOpen: (line: Line, at: number) => void;
  onMarker: (id: number) => void;
  onFocus: (key: string | null) => void;
}

const NEAR = 22; // pixels between the pointer and a point that it means
const DRAG = 6;
const FLAG = 24;

/** The drawing itself: one canvas with a grid for each panel, and a layer of words and flags over it. */
export class TimelineChart {
  readonly chart: echarts.ECharts;
  drawing: Drawing | null = null;
  private readonly holder: HTMLElement;
  private readonly canvas: HTMLElement;
  private readonly layer: HTMLElement;
  private readonly tip: HTMLElement;
  private readonly pick: HTMLElement;
  private hover: number | null = null;
  private frame = 0;
  private tapped: number | null = null;
  private mains = new Map<string, number>(); // number of a series by its id

  constructor(root: HTMLElement, private readonly config: Config, private readonly hooks: Hooks) {
    this.holder = root.querySelector<HTMLElement>("[data-tl-chart]")!;
    this.canvas = root.querySelector<HTMLElement>("[data-tl-canvas]")!;
    this.layer = root.querySelector<HTMLElement>("[data-tl-layer]")!;
    this.tip = root.querySelector<HTMLElement>("[data-tl-tip]")!;
    this.pick = root.querySelector<HTMLElement>("[data-tl-pick]")!;
    this.chart = echarts.init(this.canvas, null, { renderer: "canvas" });
    this.chart.on("datazoom", () => this.zoomedByHand());
    this.chart.on("updateAxisPointer", (event) => this.pointed(event as Pointed));
    this.chart.getZr().on("globalout", () => this.leave());
    new ResizeObserver(() => this.resized()).observe(this.holder);
    this.watchPointer();
  }

  draw(payload: Payload, mode: Mode, window: Window, gaps: Gap[], focus: string | null): void {
    const layout = layoutOf(payload, mode, this.holder.clientWidth, Math.max(420, innerHeight - 330));
    this.drawing = { payload, layout, mode, window, focus, gaps, colours: coloursNow(), language: this.config.language, texts: this.config.texts };
    this.holder.style.height = `${layout.height}px`;
    this.chart.resize();
    const options = optionsOf(this.drawing);
    this.mains = new Map((options.series as { id: string }[]).map((one, number) => [one.id, number]));
    this.chart.setOption(options, true);
    this.names();
    this.holder.dataset.drawn = String(Number(this.holder.dataset.drawn ?? 0) + 1);
    this.overlay();
    if (this.hover !== null && !this.tip.hidden) fillTip(this.tip, this.drawing, this.hover);
  }

  setWindow(window: Window): void {
    if (!this.drawing) return;
    const [first, last] = inside(window, this.drawing.payload.steps.length);
    this.chart.dispatchAction({ type: "dataZoom", dataZoomIndex: 0, startValue: first, endValue: last });
  }

  zoom(how: "in" | "out" | "reset" | "left" | "right"): void {
    if (!this.drawing) return;
    const { window, payload } = this.drawing;
    const count = payload.steps.length;
    if (how === "reset") this.setWindow([0, count - 1]);
    else if (how === "left" || how === "right") this.setWindow(moved(window, how === "left" ? -0.25 : 0.25, count));
    else this.setWindow(zoomed(window, how === "in" ? 0.5 : 2, count, this.hover ?? undefined));
  }

  /** x of a step in pixels of the holder. */
  x(at: number): number {
    return Number(this.chart.convertToPixel({ xAxisIndex: 0 }, at));
  }

  private zoomedByHand(): void {
    if (!this.drawing) return;
    // getOption() would copy every point of every line
    const model = (this.chart as unknown as { getModel: () => Model }).getModel();
    this.drawing.window = model.getComponent("dataZoom", 0).getValueRange().map(Math.round) as Window;
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => {
      if (!this.drawing) return;
      this.chart.setOption({ yAxis: scaleBounds(this.drawing), series: bandNames(this.drawing) });
      this.names();
      this.overlay();
      this.hooks.onWindow(this.drawing.window);
    });
  }

  private names(): void {
    if (!this.drawing) return;
    const elements = namesOf(this.drawing, this.holder.clientWidth, (line, at) => {
      const series = this.mains.get(`main-${line.key}`);
      if (series === undefined) return null;
      const [x, y] = this.chart.convertToPixel({ seriesIndex: series }, [at, line.values[at]!]) as unknown as number[];
      return x === undefined || y === undefined ? null : { x, y };
    });
    this.chart.setOption({ graphic: elements }, { replaceMerge: ["graphic"] });
  }

  private pointed(event: Pointed): void {
    const at = event.axesInfo?.find((axis) => axis.axisDim === "x")?.value;
    if (this.drawing && at !== undefined && at >= 0 && at < this.drawing.payload.steps.length) this.show(at);
  }

  private show(at: number): void {
    if (!this.drawing) return;
    this.hover = at;
    fillTip(this.tip, this.drawing, at);
    this.tip.hidden = false;
    const x = this.x(at);
    const room = this.holder.clientWidth;
    const right = x + 16 + this.tip.offsetWidth < room;
    this.tip.style.left = `${right ? x + 16 : Math.max(4, x - 16 - this.tip.offsetWidth)}px`;
    this.heads();
  }

  private leave(): void {
    this.hover = null;
    this.tip.hidden = true;
    this.heads();
  }

  private resized(): void {
    if (!this.drawing) return;
    const { payload, mode, window, gaps, focus } = this.drawing;
    this.draw(payload, mode, window, gaps, focus);
  }

  /** Heads of panels and flags of events, which are words rather than pixels. */
  private overlay(): void {
    if (!this.drawing) return;
    const { payload, layout } = this.drawing;
    this.layer.replaceChildren();
    this.heads();
    const bottom = layout.panels.at(-1);
    if (!bottom) return;
    const [left, right] = [layout.left, this.holder.clientWidth - layout.right];
    const flags: { x: number; said: { number: number; id: number; text: string }[] }[] = [];
    payload.markers.forEach((marker, number) => {
      const steps = coverage(marker, payload.steps, payload.grain === "hour");
      if (!steps) return;
      const [from, to] = [this.x(steps[0]), this.x(steps[1])];
      if (to < left - 1 || from > right + 1) return;
      const start = Math.max(left, from);
      const line = make("span", "tl-mark");
      line.style.left = `${start}px`;
      line.style.height = `${bottom.top + bottom.height - 20}px`;
      if (steps[1] > steps[0]) line.style.width = `${Math.max(2, Math.min(right, to) - start)}px`;
      this.layer.append(line);
      const said = { number: number + 1, id: marker.id, text: `${marker.days} · ${marker.text}` };
      const near = flags.find((flag) => Math.abs(flag.x - start) < FLAG);
      if (near) near.said.push(said);
      else flags.push({ x: start, said: [said] });
    });
    for (const { x, said } of flags) {
      const flag = make("button", "tl-flag", said.map((one) => one.number).join(" "));
      flag.type = "button";
      flag.ariaLabel = said.map((one) => `${one.number}. ${one.text}`).join("; ");
      flag.dataset.tip = said.map((one) => one.text).join("; ");
      flag.style.left = `${Math.max(12, Math.min(x, this.holder.clientWidth - 14))}px`;
      flag.addEventListener("click", () => this.hooks.onMarker(said[0]!.id));
      this.layer.append(flag);
    }
  }

  private heads(): void {
    if (!this.drawing) return;
    const { layout, mode, payload, language, texts } = this.drawing;
    for (const old of this.layer.querySelectorAll(".tl-head")) old.remove();
    if (mode === "together") return;
    for (const panel of layout.panels) {
      const head = make("div", "tl-head");
      head.style.top = `${panel.top - HEAD}px`;
      head.style.left = `${layout.left}px`;
      head.style.right = "12px";
      for (const line of panel.lines) {
        const at = this.hover ?? endOf(line, this.drawing.window, payload.unfinished);
        const item = make("span", "tl-head-item");
        item.append(swatch(line, dashIn(this.drawing, line)), make("b", "", panel.lines.length > 1 ? line.about || payload.scope : line.name));
        if (panel.lines.length === 1 && line.about) item.append(make("small", "", line.about));
        const value = at === null ? null : line.values[at];
        if (at !== null && value !== null && value !== undefined)
          item.append(make("small", "", `${shortStep(payload.steps[at]!, payload.grain, language, payload.ends?.[at])}:`), make("span", "tl-head-value", valueText(line, value, language, texts)));
        head.append(item);
      }
      if (panel.lines.length > 1) head.prepend(make("span", "tl-head-group", panel.lines[0]!.name));
      this.layer.append(head);
    }
  }

  /** Drag over the chart zooms in, a click on a point opens it, a double click shows everything. */
  private watchPointer(): void {
    let start: number | null = null;
    const left = (): number => this.holder.getBoundingClientRect().left;
    const plot = (layout: Layout, y: number): boolean => {
      const last = layout.panels.at(-1);
      return last !== undefined && y > (layout.panels[0]?.top ?? 0) - 2 && y < last.top + last.height;
    };
    this.canvas.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || !this.drawing) return;
      const y = event.clientY - this.holder.getBoundingClientRect().top;
      if (!plot(this.drawing.layout, y)) return;
      this.holder.focus({ preventScroll: true });
      start = event.clientX - left();
    });
    addEventListener("pointermove", (event) => {
      if (start === null || event.pointerType !== "mouse") return;
      const now = event.clientX - left();
      this.pick.hidden = Math.abs(now - start) < DRAG;
      this.pick.style.left = `${Math.min(start, now)}px`;
      this.pick.style.width = `${Math.abs(now - start)}px`;
    });
    addEventListener("pointerup", (event) => {
      if (start === null) return;
      const [from, to] = [start, event.clientX - left()];
      start = null;
      this.pick.hidden = true;
      if (Math.abs(to - from) < DRAG) this.clicked(event);
      else if (event.pointerType === "mouse") this.brush(Math.min(from, to), Math.max(from, to));
    });
    addEventListener("pointercancel", () => {
      start = null;
      this.pick.hidden = true;
    });
    this.canvas.addEventListener("dblclick", () => this.zoom("reset"));
    this.canvas.addEventListener("pointermove", (event) => this.canvas.classList.toggle("tl-near", this.near(event) !== null));
  }

  private at(x: number): number {
    return Math.round(Number(this.chart.convertFromPixel({ xAxisIndex: 0 }, x)));
  }

  private brush(from: number, to: number): void {
    const [first, last] = [this.at(from), this.at(to)];
    if (last - first >= 1) this.setWindow([first, last]);
  }

  private near(event: PointerEvent): { line: Line; at: number } | null {
    if (!this.drawing || this.hover === null) return null;
    const box = this.holder.getBoundingClientRect();
    const y = event.clientY - box.top;
    let best: { line: Line; at: number; gap: number } | null = null;
    for (const line of this.drawing.payload.lines) {
      const value = line.values[this.hover];
      if (value === null || value === undefined) continue;
      const series = this.mains.get(`main-${line.key}`);
      if (series === undefined) continue;
      const point = this.chart.convertToPixel({ seriesIndex: series }, [this.hover, value]) as unknown as number[];
      const gap = Math.abs((point[1] ?? Infinity) - y);
      if (gap < NEAR && (best === null || gap < best.gap)) best = { line, at: this.hover, gap };
    }
    return best;
  }

  private clicked(event: PointerEvent): void {
    const found = this.near(event);
    const again = found !== null && this.tapped === found.at; // a finger shows the values first, and opens at the second touch
    this.tapped = found?.at ?? null;
    if (found && (event.pointerType === "mouse" || again)) this.hooks.onOpen(found.line, found.at);
  }
}
