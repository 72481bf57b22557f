import { axisStyle, bounds, numberText, tickDigits, tooltipStyle, type Axis, type Colours, type Common, type Drawn } from "./common";

type Point = [x: number, y: number, name: string, url: string, n: number];

export interface ScatterData extends Common {
  points: Point[];
  line: [[number, number], [number, number]] | null;
  x: Axis;
  y: Axis;
}

export function drawScatter(data: ScatterData, colour: Colours): Drawn {
  const style = axisStyle(colour);
  const [low, high] = bounds(data.points.map((point) => point[0]));
  const [bottom, top] = bounds(data.points.map((point) => point[1]));
  const axis = (of: Axis, min: number, max: number, more: object): object => ({
    ...style,
    type: "value",
    name: of.unit ? `${of.name}, ${of.unit}` : of.name,
    nameLocation: "middle",
    min,
    max,
    ...more,
  });
  const label = { color: colour.soft, fontFamily: colour.font, fontSize: 12, hideOverlap: true, showMinLabel: false, showMaxLabel: false };
  const tick = (of: Axis, digits: number) => ({ ...label, formatter: (value: number) => numberText(value, data, of.unit, digits) });
  const option = {
    animation: false,
    grid: { left: 76, right: 20, top: 16, bottom: 48 },
    xAxis: axis(data.x, low, high, { nameGap: 28, axisLabel: tick(data.x, tickDigits(low, high)) }),
    yAxis: axis(data.y, bottom, top, { nameGap: 56, axisLabel: tick(data.y, tickDigits(bottom, top)) }),
    tooltip: {
      ...tooltipStyle(colour),
      formatter: (item: { dataIndex: number; seriesIndex: number }) => {
        const point = item.seriesIndex === 0 ? data.points[item.dataIndex] : undefined;
        if (!point) return "";
        const [x, y, name, , n] = point;
        return [name, `${data.x.name}: ${numberText(x, data, data.x.unit)}`, `${data.y.name}: ${numberText(y, data, data.y.unit)}`, `n ≥ ${n}`].join("\n");
      },
    },
    series: [
      {
        type: "scatter",
        data: data.points.map((point) => ({ value: [point[0], point[1]], cursor: point[3] ? "pointer" : "default" })),
        symbolSize: data.points.length > 300 ? 6 : 10,
        itemStyle: { color: colour.up, opacity: data.points.length > 300 ? 0.35 : 0.65, borderColor: colour.surface, borderWidth: 1 },
        emphasis: { itemStyle: { opacity: 1, borderColor: colour.ink } },
      },
      ...(data.line
        ? [{ type: "line", data: data.line, showSymbol: false, silent: true, clip: true, lineStyle: { color: colour.soft, width: 1.5, type: "dashed" }, tooltip: { show: false } }]
        : []),
    ],
  };
  return {
    option,
    head: [data.texts.name ?? "", data.x.name, data.y.name, "n"],
    rows: data.points.map(([x, y, name, url, n]) => [
      url ? { text: name, url } : name,
      numberText(x, data, data.x.unit),
      numberText(y, data, data.y.unit),
      String(n),
    ]),
    url: (index, series) => (series === 0 ? (data.points[index]?.[3] ?? "") : ""),
  };
}
