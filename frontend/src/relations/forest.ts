import { axisStyle, bounds, numberText, tickDigits, tooltipStyle, type Colours, type Common, type Drawn } from "./common";

interface Row {
  name: string;
  value: number;
  low: number;
  high: number;
  sure: boolean;
  text: string;
}

export interface ForestData extends Common {
  rows: Row[];
  zero: number;
  unit: string;
}

interface Drawing {
  coord: (value: [number, number]) => [number, number];
  value: (index: number) => number;
}

/** A dot and its interval for each row, the zero line between. */
export function drawForest(data: ForestData, colour: Colours): Drawn {
  const style = axisStyle(colour);
  const [low, high] = bounds([data.zero, ...data.rows.flatMap((row) => [row.low, row.high])]);
  const narrow = innerWidth < 600;
  const paint = (row: Row): string => (!row.sure ? colour.quiet : row.value < 0 ? colour.down : colour.up);
  const option = {
    animation: false,
    grid: { left: narrow ? 120 : 230, right: 24, top: 8, bottom: 32 },
    xAxis: {
      ...style,
      type: "value",
      min: low,
      max: high,
      axisLabel: { color: colour.soft, fontFamily: colour.font, hideOverlap: true, showMinLabel: false, showMaxLabel: false, formatter: (value: number) => numberText(value, data, "", tickDigits(low, high)) },
    },
    yAxis: {
      ...style,
      type: "category",
      inverse: true,
      data: data.rows.map((row) => row.name),
      splitLine: { show: false },
      axisLabel: { color: colour.ink, fontFamily: colour.font, fontSize: 13, lineHeight: 16, width: narrow ? 108 : 216, overflow: "break", interval: 0 },
    },
    tooltip: {
      ...tooltipStyle(colour),
      formatter: (item: { dataIndex: number }) => {
        const row = data.rows[item.dataIndex];
        if (!row) return "";
        return [row.name, row.text, `${numberText(row.low, data)} … ${numberText(row.high, data)}`, (row.sure ? data.texts.sure : data.texts.unsure) ?? ""].join("\n");
      },
    },
    series: [
      {
        type: "custom",
        data: data.rows.map((row, index) => [row.low, row.high, row.value, index]),
        encode: { x: [0, 1, 2], y: 3 },
        renderItem: (item: { dataIndex: number }, api: Drawing) => {
          const row = data.rows[item.dataIndex]!;
          const [x1, y] = api.coord([row.low, item.dataIndex]);
          const [x2] = api.coord([row.high, item.dataIndex]);
          const [x] = api.coord([row.value, item.dataIndex]);
          const stroke = paint(row);
          return {
            type: "group",
            children: [
              { type: "line", shape: { x1, y1: y, x2, y2: y }, style: { stroke, lineWidth: 3 } },
              { type: "circle", shape: { cx: x, cy: y, r: 6 }, style: { fill: row.sure ? stroke : colour.surface, stroke, lineWidth: 2 } },
            ],
          };
        },
        markLine: { silent: true, symbol: "none", label: { show: false }, lineStyle: { color: colour.soft, type: "solid" }, data: [{ xAxis: data.zero }] },
      },
    ],
  };
  return {
    option,
    head: [data.texts.name ?? "", data.unit, data.texts.low ?? "", data.texts.high ?? "", ""],
    rows: data.rows.map((row) => [row.name, row.text, numberText(row.low, data), numberText(row.high, data), (row.sure ? data.texts.sure : data.texts.unsure) ?? ""]),
    legend: [
      { text: data.texts.sure ?? "", colour: colour.up },
      { text: data.texts.unsure ?? "", colour: colour.quiet, hollow: true },
    ],
    height: Math.max(120, data.rows.length * 44 + 48),
  };
}
