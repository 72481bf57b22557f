import type { EChartsCoreOption } from "echarts/core";
import { areaOf, bandsOf } from "../lib/bands.ts";
import { formatDuration, formatNumber, withUnit } from "../lib/format.ts";
import { boundsOf, DASHES, dashOf, fits, lonely, runsOf, scalesOf, type Layout, type Panel } from "./layout.ts";
import type { Window } from "./state.ts";
import { tickText } from "./steps.ts";
import type { Gap, Line, Mode, Payload } from "./types";

const FAR = 1e12; // beyond every scale

export interface Colours {
  ink: string;
  soft: string;
  faint: string;
  line: string;
  surface: string;
  accent: string;
  good: string;
  fair: string;
  bad: string;
  font: string;
  series: string[]; // from 1
}

export interface Drawing {
  payload: Payload;
  layout: Layout;
  mode: Mode;
  window: Window;
  focus: string | null; // the line whose scale and bands are shown when lines stand together
  gaps: Gap[];
  colours: Colours;
  language: string;
  texts: Record<string, string>;
}

export function valueText(line: Line, value: number | null | undefined, language: string, texts: Record<string, string>, digits = line.digits): string {
  if (value === null || value === undefined) return texts.none ?? "";
  if (line.seconds) return formatDuration(value, { hour: texts.hour!, minute: texts.minute!, second: texts.second! });
  return withUnit(formatNumber(value, digits, language), line.unit, language);
}

const MOST_BARS = 130;

function bandSeries(panel: number, axis: number, line: Line, colour: string, open: number | null): object[] {
  if (!line.low.some((value) => value !== null)) return [];
  const common = {
    type: "line", xAxisIndex: panel, yAxisIndex: axis, stack: `band-${line.key}`, stackStrategy: "all", silent: true,
    symbol: "none", lineStyle: { opacity: 0 }, animation: false, z: 1, tooltip: { show: false },
  };
  return [
    { ...common, id: `low-${line.key}`, data: line.low.map((low, at) => (at === open ? null : low)) },
    { ...common, id: `band-${line.key}`, data: line.high.map((high, at) => (high === null || at === open ? null : high - line.low[at]!)), areaStyle: { color: colour, opacity: 0.14 } },
  ];
}

/** Thresholds as bands; a name stands only in a band that is high enough for it, on a ground that hides the line of the axis behind. */
function thresholdAreas(line: Line, drawing: Drawing, panel: Panel, bounds: [number, number]): object | undefined {
  const { colours, texts, layout } = drawing;
  const bands = bandsOf(line.limits, line.direction, line.values.length, [-FAR, FAR]);
  if (bands.length === 0) return undefined;
  const names = { good: texts.good, fair: texts.acceptable, bad: texts.bad };
  return {
    silent: true,
    data: bands.map((band) =>
      areaOf(band, {
        name: names[band.kind], itemStyle: { color: colours[band.kind], opacity: 0.08 },
        label: {
          show: band.named && !layout.narrow && fits(band, bounds, panel.height), position: "insideTopLeft", color: colours[band.kind], fontSize: 11, fontFamily: colours.font,
          distance: 5, lineHeight: 13, padding: [0, 3], borderRadius: 3, backgroundColor: `color-mix(in srgb, ${colours.surface} 80%, transparent)`,
        },
      }),
    ),
  };
}

/** The line of a panel whose thresholds are shown. */
function banded(drawing: Drawing, panel: Panel): Line | undefined {
  const { mode, focus } = drawing;
  if (mode === "panels") return panel.lines[0];
  return panel.lines.find((line) => focus === line.key || (focus === null && panel.lines.length === 1));
}

/** What another zoom changes of the bands: which of them are named. */
export function bandNames(drawing: Drawing): object[] {
  const bounds = scaleBounds(drawing);
  const groups = scales(drawing);
  return drawing.layout.panels.flatMap((panel) => {
    const line = banded(drawing, panel);
    const { min, max } = bounds[groups.findIndex(({ lines }) => line && lines.includes(line))] ?? { min: 0, max: 1 };
    const areas = line && thresholdAreas(line, drawing, panel, [min, max]);
    return line && areas ? [{ id: `main-${line.key}`, markArea: areas }] : [];
  });
}

function linesOf(drawing: Drawing, panel: Panel, panelNumber: number, axisOf: (line: Line) => number): object[] {
  const { payload, colours, mode, focus } = drawing;
  const open = payload.unfinished;
  const named = banded(drawing, panel);
  const bounds = scaleBounds(drawing);
  const alone = panel.lines.length === 1;
  return panel.lines.flatMap((line) => {
    const colour = colours.series[line.colour] ?? colours.ink;
    const axis = axisOf(line);
    const dim = mode === "together" && focus !== null && focus !== line.key;
    const opacity = dim ? 0.3 : 1;
    const interval = mode === "panels" || focus === line.key || (focus === null && panel.lines.length <= 2);
    const bars = line.bars && alone && mode === "panels" && payload.steps.length <= MOST_BARS;
    const common = { xAxisIndex: panelNumber, yAxisIndex: axis, animation: false, cursor: "default" };
    const gap = drawing.gaps.find((one) => one.key === line.key);
    const missing = gap ? runsOf(Object.keys(gap.steps).map(Number)) : [];
    const closed = line.values.map((value, at) => (at === open ? null : value));
    const { min, max } = bounds[axis]!;
    return [
      ...(interval ? bandSeries(panelNumber, axis, line, colour, open) : []),
      ...(line.other && (mode === "panels" || interval)
        ? [{ ...common, id: `other-${line.key}`, type: "line", data: line.other.values, silent: true, symbol: "none", connectNulls: false, z: 2, lineStyle: { color: colour, width: 1.4, type: [4, 4], opacity: dim ? 0.15 : 0.75 } }]
        : []),
      {
        ...common,
        id: `main-${line.key}`,
        type: bars ? "bar" : "line",
        data: bars ? line.values.map((value, at) => (at === open ? { value, itemStyle: { opacity: 0.35, borderColor: colour, borderWidth: 1, borderType: "dashed" } } : value)) : closed,
        symbol: "none",
        connectNulls: false,
        barMaxWidth: 26,
        lineStyle: { color: colour, width: 2, opacity, type: DASHES[dashOf(line, panel.lines)] },
        itemStyle: { color: colour, opacity: dim ? 0.3 : 1, ...(bars ? { borderRadius: [2, 2, 0, 0] } : {}) },
        z: focus === line.key ? 5 : 3,
        ...(line === named ? { markArea: thresholdAreas(line, drawing, panel, [min, max]) } : {}),
      },
      {
        // values between two gaps, and the step that is not over: hollow, not joined to the line
        ...common,
        id: `dots-${line.key}`,
        type: "scatter",
        silent: true,
        z: 4,
        data: [
          ...lonely(line.values, open).map((at) => ({ value: [at, line.values[at]], symbolSize: 5, itemStyle: { color: colour, opacity } })),
          ...(open !== null && !bars && line.values[open] !== null && line.values[open] !== undefined
            ? [{ value: [open, line.values[open]], symbolSize: 8, itemStyle: { color: colours.surface, borderColor: colour, borderWidth: 2, opacity } }]
            : []),
        ],
        ...(missing.length > 0 && missing.length < 400
          ? {
              markArea: {
                silent: true,
                itemStyle: { color: colours.faint, opacity: 0.16 },
                data: missing.map(([first, last]) => [{ xAxis: first }, { xAxis: last }]),
              },
            }
          : {}),
      },
    ];
  });
}

interface Scale {
  panel: number;
  lines: Line[];
}

export function scales(drawing: Drawing): Scale[] {
  if (drawing.mode === "panels") return drawing.layout.panels.map((panel, number) => ({ panel: number, lines: panel.lines }));
  const { lines } = drawing.payload;
  return scalesOf(lines).map((code) => ({ panel: 0, lines: lines.filter((line) => line.code === code) }));
}

/** Bounds of every scale for the steps shown. */
export function scaleBounds(drawing: Drawing): { min: number; max: number }[] {
  return scales(drawing).map(({ lines }) => {
    const [min, max] = boundsOf(lines, drawing.window, drawing.payload.unfinished, drawing.mode === "panels");
    return { min, max };
  });
}

function yAxes(drawing: Drawing): object[] {
  const { colours, layout, mode, language, texts, focus } = drawing;
  const bounds = scaleBounds(drawing);
  let drawn = 0;
  const order = scales(drawing).map(({ lines }) => lines.some((line) => line.key === focus));
  const focused = order.indexOf(true);
  return scales(drawing).map(({ panel, lines }, number) => {
    const line = lines[0]!;
    const colour = mode === "together" ? (colours.series[line.colour] ?? colours.ink) : colours.soft;
    const show = mode === "panels" || (focused >= 0 ? number === focused : drawn < layout.axes);
    const place = mode === "together" && show && focused < 0 ? drawn : 0;
    if (show) drawn += 1;
    const height = layout.panels[panel]?.height ?? 100;
    const { min, max } = bounds[number]!;
    return {
      gridIndex: panel,
      type: "value",
      min,
      max,
      position: layout.narrow && place % 2 === 1 ? "right" : "left",
      offset: layout.narrow ? 0 : place * 54,
      splitNumber: height < 140 ? 2 : 4,
      axisLine: { show: mode === "together" && show, lineStyle: { color: colour, width: 1.5 } },
      axisTick: { show: false },
      splitLine: { show: mode === "panels" || number === Math.max(0, focused), lineStyle: { color: colours.line } },
      axisPointer: { show: false },
      axisLabel: {
        show, color: colour, fontFamily: colours.font, fontSize: 11, showMinLabel: false, showMaxLabel: false, hideOverlap: true,
        formatter: (value: number) => valueText(line, value, language, texts, max - min < 3 ? Math.min(2, line.digits + 1) : 0),
      },
    };
  });
}

export function optionsOf(drawing: Drawing): EChartsCoreOption {
  const { payload, layout, colours, language, window, mode } = drawing;
  const { panels } = layout;
  const anyBars = mode === "panels" && payload.steps.length <= MOST_BARS && panels.some((panel) => panel.lines.length === 1 && panel.lines[0]!.bars);
  const all = panels.map((_, number) => number);
  const shown = window[1] - window[0] + 1;
  const axisNumbers = scales(drawing);
  const axisOf = (line: Line): number => axisNumbers.findIndex(({ lines }) => lines.includes(line));
  return {
    animation: false,
    useUTC: true,
    textStyle: { fontFamily: colours.font },
    grid: panels.map((panel) => ({ left: layout.left, right: layout.right, top: panel.top, height: panel.height, outerBoundsMode: "none" })),
    axisPointer: {
      link: [{ xAxisIndex: "all" }],
      triggerOn: "mousemove|click",
      lineStyle: { color: colours.soft, width: 1, type: "solid" },
      label: { show: false },
    },
    xAxis: panels.map((_, number) => ({
      gridIndex: number,
      type: "category",
      data: payload.steps,
      boundaryGap: anyBars,
      axisPointer: { show: true, type: "line", snap: true },
      axisLine: { lineStyle: { color: colours.line } },
      axisTick: { show: false },
      axisLabel: {
        show: number === panels.length - 1, color: colours.soft, fontFamily: colours.font, fontSize: 12, hideOverlap: true,
        formatter: (step: string) => tickText(step, payload.grain, language, shown),
      },
    })),
    yAxis: yAxes(drawing),
    dataZoom: [
      {
        type: "inside", xAxisIndex: all, startValue: window[0], endValue: window[1], minValueSpan: Math.min(2, payload.steps.length - 1), filterMode: "filter",
        zoomOnMouseWheel: "ctrl", moveOnMouseWheel: "shift", moveOnMouseMove: false, throttle: 16,
      },
      {
        type: "slider", xAxisIndex: all, startValue: window[0], endValue: window[1], minValueSpan: Math.min(2, payload.steps.length - 1), filterMode: "filter",
        left: layout.left, right: layout.right, bottom: 8, height: 34, brushSelect: true, throttle: 16, showDetail: false,
        borderColor: colours.line, fillerColor: `color-mix(in srgb, ${colours.accent} 14%, transparent)`, backgroundColor: "transparent",
        handleStyle: { color: colours.surface, borderColor: colours.soft }, moveHandleStyle: { color: colours.line }, moveHandleSize: 5,
        dataBackground: { lineStyle: { color: colours.soft, opacity: 0.5, width: 1 }, areaStyle: { color: colours.soft, opacity: 0.08 } },
        selectedDataBackground: { lineStyle: { color: colours.accent, opacity: 0.8, width: 1 }, areaStyle: { color: colours.accent, opacity: 0.1 } },
        emphasis: { handleStyle: { borderColor: colours.accent }, moveHandleStyle: { color: colours.soft } },
        brushStyle: { color: colours.accent, opacity: 0.15 },
      },
    ],
    series: panels.flatMap((panel, number) => linesOf(drawing, panel, number, axisOf)),
  };
}
