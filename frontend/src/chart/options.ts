import type { EChartsCoreOption } from "echarts/core";
import { areaOf, bandsOf } from "../lib/bands.ts";
import { formatNumber, formatStep } from "../lib/format.ts";
import { bounds, type ChartData } from "./data";

export interface Colours {
  ink: string;
  soft: string;
  line: string;
  surface: string;
  series: string;
  before: string;
  good: string;
  fair: string;
  bad: string;
  font: string;
}

type Text = (value: number | null, digits?: number) => string;

interface Drawing {
  coord: (value: [number, number]) => [number, number];
  value: (index: number) => number;
}

/** The 95 % interval as a band: one quadrilateral per step, so that gaps stay gaps. */
function intervalSeries(data: ChartData, colour: string): object {
  const pieces = data.points.flatMap((point, index) => {
    const next = data.points[index + 1];
    if (isOpen(data, index + 1)) return [];
    const known = point[2] !== null && point[3] !== null && next && next[2] !== null && next[3] !== null;
    return known ? [[index, point[2], point[3], next[2], next[3]]] : [];
  });
  return {
    type: "custom",
    silent: true,
    clip: true,
    z: 1,
    data: pieces,
    encode: { x: 0, y: [1, 2, 3, 4] },
    tooltip: { show: false },
    renderItem: (_: unknown, api: Drawing) => {
      const index = api.value(0);
      const points = [
        api.coord([index, api.value(1)]),
        api.coord([index, api.value(2)]),
        api.coord([index + 1, api.value(4)]),
        api.coord([index + 1, api.value(3)]),
      ];
      return { type: "polygon", shape: { points }, style: { fill: colour, opacity: 0.14 } };
    },
  };
}

function areas(data: ChartData, axis: [number, number], colours: Colours): object {
  const names = { good: data.texts.good, fair: data.texts.acceptable, bad: data.texts.bad };
  return {
    silent: true,
    data: bandsOf(data.limits, data.direction, data.points.length, axis).map((band) =>
      areaOf(band, {
        name: names[band.kind],
        itemStyle: { color: colours[band.kind], opacity: 0.09 },
        label: { show: band.named, position: "insideTopRight", color: colours[band.kind], fontSize: 12, fontFamily: colours.font, distance: 4 },
      }),
    ),
  };
}

function isOpen(data: ChartData, index: number): boolean {
  return data.unfinished && index === data.points.length - 1;
}

function tooltipText(data: ChartData, text: Text, index: number): string {
  const point = data.points[index];
  if (!point) return "";
  const [step, value, low, high, n, before] = point;
  const when = data.grain === "week" ? `${data.texts.week} ${formatStep(step, data.language)}` : formatStep(step, data.language);
  const lines = [`{when|${when}}`, `{value|${text(value)}}`];
  if (low !== null && high !== null) lines.push(`{soft|${text(low, 1)} … ${text(high, 1)}}`);
  lines.push(`{soft|n = ${formatNumber(n, 0, data.language)}}`);
  if (isOpen(data, index)) lines.push(`{soft|${data.texts.unfinished}}`);
  if (before !== null) lines.push(`{soft|${data.texts.before}: ${text(before)}}`);
  return lines.join("\n");
}

export function optionsOf(data: ChartData, colours: Colours, text: Text): EChartsCoreOption {
  const axis = bounds(data);
  const label = { color: colours.soft, fontFamily: colours.font, fontSize: 12 };
  const few = data.points.length <= 45;
  return {
    animation: false,
    textStyle: { fontFamily: colours.font },
    grid: { left: 8, right: 16, top: 14, bottom: 4, containLabel: true },
    tooltip: {
      trigger: "axis",
      renderMode: "richText",
      confine: true,
      backgroundColor: colours.surface,
      borderColor: colours.line,
      padding: 10,
      textStyle: {
        color: colours.ink,
        fontFamily: colours.font,
        rich: {
          when: { color: colours.soft, fontSize: 12, lineHeight: 18 },
          value: { fontSize: 15, fontWeight: 600, lineHeight: 22 },
          soft: { color: colours.soft, fontSize: 12, lineHeight: 18 },
        },
      },
      formatter: (items: { dataIndex: number }[]) => tooltipText(data, text, items[0]?.dataIndex ?? -1),
    },
    xAxis: {
      type: "category",
      data: data.points.map(([step]) => formatStep(step, data.language)),
      boundaryGap: data.bars,
      axisLine: { lineStyle: { color: colours.line } },
      axisTick: { show: false },
      axisLabel: { ...label, hideOverlap: true },
    },
    yAxis: {
      type: "value",
      min: axis[0],
      max: axis[1],
      splitLine: { lineStyle: { color: colours.line } },
      axisLabel: { ...label, showMinLabel: false, showMaxLabel: false, formatter: (value: number) => text(value, axis[1] - axis[0] < 3 ? 1 : 0) },
    },
    series: [
      intervalSeries(data, colours.series),
      {
        type: "line",
        data: data.points.map((point) => point[5]),
        lineStyle: { color: colours.before, width: 1.5, type: [4, 3] },
        itemStyle: { color: colours.before },
        showSymbol: false,
        silent: true,
        z: 2,
      },
      {
        type: data.bars ? "bar" : "line",
        data: data.points.map((point, index) => {
          if (!isOpen(data, index)) return point[1];
          return data.bars ? { value: point[1], itemStyle: { opacity: 0.45 } } : null;
        }),
        lineStyle: { color: colours.series, width: 2.25 },
        itemStyle: { color: colours.series, ...(data.bars ? { borderRadius: [3, 3, 0, 0] } : {}) },
        symbol: "circle",
        symbolSize: 5,
        showSymbol: few,
        showAllSymbol: true,
        barMaxWidth: 28,
        z: 3,
        markArea: areas(data, axis, colours),
      },
      {
        type: "line", // the day that is not over: a hollow mark, not joined to the line
        data: data.points.map((point, index) => (isOpen(data, index) && !data.bars ? point[1] : null)),
        symbol: "circle",
        symbolSize: 8,
        showSymbol: true,
        silent: true,
        itemStyle: { color: colours.surface, borderColor: colours.series, borderWidth: 2 },
        z: 4,
      },
    ],
  };
}
