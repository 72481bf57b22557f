import { formatNumber } from "../lib/format.ts";
import { axisStyle, tooltipStyle, type Colours, type Common, type Drawn } from "./common";

type Row = [lag: number, r: number | null, n: number, sure: boolean, ccf: number | null];

export interface LagData extends Common {
  rows: Row[];
  best: number | null;
  by: string;
  unit: string;
}

export function drawLags(data: LagData, colour: Colours): Drawn {
  const style = axisStyle(colour);
  const text = (value: number | null): string => (value === null ? (data.texts.none ?? "") : formatNumber(value, 2, data.language));
  const tone = ([lag, r, , sure]: Row): object => {
    const main = r !== null && r < 0 ? colour.down : colour.up;
    return {
      color: sure ? main : colour.quiet,
      opacity: sure ? 1 : 0.5,
      borderColor: lag === data.best ? colour.ink : "transparent",
      borderWidth: lag === data.best ? 2 : 0,
    };
  };
  const option = {
    animation: false,
    grid: { left: 48, right: 16, top: 24, bottom: 44 },
    xAxis: {
      ...style,
      type: "category",
      data: data.rows.map((row) => row[0]),
      name: `${data.texts.lag}, ${data.by}`,
      nameLocation: "middle",
      nameGap: 26,
      axisLine: { onZero: false, lineStyle: { color: colour.strong } },
      splitLine: { show: false },
    },
    yAxis: { ...style, type: "value", min: -1, max: 1, interval: 0.5, axisLabel: { color: colour.soft, fontFamily: colour.font, formatter: (value: number) => formatNumber(value, 1, data.language) } },
    tooltip: {
      ...tooltipStyle(colour),
      trigger: "axis",
      axisPointer: { type: "shadow" },
      formatter: (items: { dataIndex: number }[]) => {
        const row = data.rows[items[0]?.dataIndex ?? -1];
        if (!row) return "";
        const [lag, r, n, sure] = row;
        const who = lag === 0 ? "" : lag > 0 ? data.texts.before : data.texts.after;
        return [`${data.texts.lag} ${lag}${who ? `: ${who}` : ""}`, `r = ${text(r)}`, `n = ${n}`, (sure ? data.texts.sure : data.texts.unsure) ?? ""].join("\n");
      },
    },
    series: [{ type: "bar", barCategoryGap: "20%", data: data.rows.map((row) => ({ value: row[1], itemStyle: tone(row) })) }],
  };
  return {
    option,
    head: [data.texts.lag ?? "", "r", "n", "ccf", ""],
    rows: data.rows.map((row) => [String(row[0]), text(row[1]), String(row[2]), text(row[4]), (row[3] ? data.texts.sure : data.texts.unsure) ?? ""]),
    legend: [
      { text: data.texts.sure ?? "", colour: colour.up },
      { text: data.texts.unsure ?? "", colour: colour.quiet },
    ],
    height: 260,
  };
}
