import { axisStyle, bounds, numberText, tickDigits, tooltipStyle, type Axis, type Colours, type Common, type Drawn } from "./common";

type Point = [x: number, y: number, name: string, url: string, n: number, quadrant: string, few: boolean];

export interface QuadrantData extends Common {
  points: Point[];
  lines: [number | null, number | null];
  lower: [boolean, boolean];
  x: Axis;
  y: Axis;
  names: Record<string, string>;
}

const [LEFT, RIGHT] = [76, 20]; // beside the plot

/** The four corners by name, each in its half; where lower is better the good side is left or below. */
function corners(data: QuadrantData, colour: Colours, width: number): object[] {
  const [right, top] = [!data.lower[0], !data.lower[1]];
  const at = (isRight: boolean, isTop: boolean): string => {
    const key = isRight === right ? (isTop === top ? "both" : "rational") : isTop === top ? "emotional" : "neither";
    return data.names[key] ?? "";
  };
  const label = (isRight: boolean, isTop: boolean): object => ({
    type: "text",
    silent: true,
    z: 0,
    [isRight ? "right" : "left"]: (isRight ? RIGHT : LEFT) + 8,
    [isTop ? "top" : "bottom"]: isTop ? 20 : 54,
    style: {
      text: at(isRight, isTop), fill: colour.soft, font: `12px ${colour.font}`, align: isRight ? "right" : "left",
      width: (width - LEFT - RIGHT) / 2 - 16, overflow: "break", lineHeight: 15,
    },
  });
  return [label(true, true), label(false, true), label(true, false), label(false, false)];
}

export function drawQuadrants(data: QuadrantData, colour: Colours, width: number): Drawn {
  const style = axisStyle(colour);
  const known = (values: (number | null)[]): number[] => values.filter((value): value is number => value !== null);
  const [low, high] = bounds(known([...data.points.map((point) => point[0]), data.lines[0]]));
  const [bottom, top] = bounds(known([...data.points.map((point) => point[1]), data.lines[1]]));
  const named = data.points.length <= (innerWidth < 600 ? 8 : 25);
  const label = { color: colour.soft, fontFamily: colour.font, fontSize: 12, hideOverlap: true, showMinLabel: false, showMaxLabel: false };
  const tick = (of: Axis, digits: number) => ({ ...label, formatter: (value: number) => numberText(value, data, of.unit, digits) });
  const option = {
    animation: false,
    grid: { left: LEFT, right: RIGHT, top: 12, bottom: 46 },
    graphic: corners(data, colour, width),
    xAxis: { ...style, type: "value", min: low, max: high, name: data.x.name, nameLocation: "middle", nameGap: 28, splitLine: { show: false }, axisLabel: tick(data.x, tickDigits(low, high)) },
    yAxis: { ...style, type: "value", min: bottom, max: top, name: data.y.name, nameLocation: "middle", nameGap: 56, splitLine: { show: false }, axisLabel: tick(data.y, tickDigits(bottom, top)) },
    tooltip: {
      ...tooltipStyle(colour),
      formatter: (item: { dataIndex: number }) => {
        const point = data.points[item.dataIndex];
        if (!point) return "";
        const [x, y, name, , n, quadrant, few] = point;
        const lines = [name, `${data.x.name}: ${numberText(x, data, data.x.unit)}`, `${data.y.name}: ${numberText(y, data, data.y.unit)}`, `n ≥ ${n}`, data.names[quadrant] ?? ""];
        return [...lines, ...(few ? [data.texts.few ?? ""] : [])].join("\n");
      },
    },
    series: [
      {
        type: "scatter",
        data: data.points.map((point) => ({
          value: [point[0], point[1]],
          itemStyle: point[6] ? { color: colour.surface, borderColor: colour.quiet, borderWidth: 2 } : { color: colour.up, borderColor: colour.surface, borderWidth: 1 },
        })),
        symbolSize: 12,
        label: { show: named, position: "right", formatter: (item: { dataIndex: number }) => data.points[item.dataIndex]?.[2] ?? "", color: colour.ink, fontFamily: colour.font, fontSize: 12 },
        labelLayout: { hideOverlap: true },
        markLine: {
          silent: true,
          symbol: "none",
          label: { show: false },
          lineStyle: { color: colour.soft, type: "dashed" },
          data: [...(data.lines[0] === null ? [] : [{ xAxis: data.lines[0] }]), ...(data.lines[1] === null ? [] : [{ yAxis: data.lines[1] }])],
        },
      },
    ],
  };
  return {
    option,
    head: [data.texts.name ?? "", data.x.name, data.y.name, "n", ""],
    rows: data.points.map(([x, y, name, url, n, quadrant]) => [
      url ? { text: name, url } : name,
      numberText(x, data, data.x.unit),
      numberText(y, data, data.y.unit),
      String(n),
      data.names[quadrant] ?? "",
    ]),
    url: (index) => data.points[index]?.[3] ?? "",
    legend: data.points.some((point) => point[6]) ? [{ text: data.texts.few ?? "", colour: colour.quiet, hollow: true }] : [],
    height: 420,
  };
}
