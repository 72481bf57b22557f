// Names at the ends of lines, spread apart where lines end near each other, each with a thin line to its own.
import type { Drawing } from "./options.ts";
import type { Line } from "./types";

const ROW = 16; // height of a name
const LEADER = 14;

export interface End {
  x: number;
  y: number;
}

/** Where to put what would like to stand at `wanted`: in the same order, at least `gap` apart, between the bounds if they allow it. */
export function spread(wanted: number[], gap: number, top: number, bottom: number): number[] {
  const order = wanted.map((_, number) => number).sort((a, b) => wanted[a]! - wanted[b]!);
  const step = Math.min(gap, order.length > 1 ? (bottom - top) / (order.length - 1) : gap);
  const found = [...wanted];
  let least = top;
  for (const number of order) {
    found[number] = Math.max(wanted[number]!, least);
    least = found[number]! + step;
  }
  let most = bottom;
  for (const number of order.reverse()) {
    found[number] = Math.min(found[number]!, most);
    most = found[number]! - step;
  }
  return found;
}

/** Number of the last step shown that has a value and is over. */
export function endOf(line: Line, [first, last]: [number, number], unfinished: number | null): number | null {
  for (let at = last; at >= first; at -= 1) if (at !== unfinished && line.values[at] !== null && line.values[at] !== undefined) return at;
  return null;
}

/** Elements for ECharts' graphic component. `point` tells where a value is drawn. */
export function namesOf(drawing: Drawing, width: number, point: (line: Line, at: number) => End | null): object[] {
  const { layout, mode, payload, focus, window, colours } = drawing;
  if (layout.narrow) return [];
  return layout.panels.flatMap((panel) => {
    if (panel.lines.length < 2) return [];
    const [top, bottom] = [panel.top, panel.top + panel.height];
    const ends = panel.lines.flatMap((line) => {
      if (mode === "together" && focus !== null && focus !== line.key) return [];
      const at = endOf(line, window, payload.unfinished);
      const end = at === null ? null : point(line, at);
      return end ? [{ line, x: end.x, y: Math.max(top, Math.min(bottom, end.y)) }] : [];
    });
    const places = spread(ends.map((end) => end.y), ROW, top + ROW / 2, bottom - ROW / 2);
    const edge = width - layout.right;
    return ends.flatMap(({ line, x, y }, number) => {
      const at = places[number]!;
      const colour = colours.series[line.colour] ?? colours.ink;
      const text = mode === "panels" ? line.about || payload.scope : line.about ? `${line.name} · ${line.about}` : line.name;
      return [
        { type: "polyline", id: `leader-${line.key}`, silent: true, z: 6, shape: { points: [[x, y], [edge + 2, y], [edge + LEADER, at]] }, style: { stroke: colour, lineWidth: 1, opacity: 0.55, fill: "none" } },
        {
          type: "text", id: `name-${line.key}`, silent: true, z: 6, x: edge + LEADER + 4, y: at,
          style: { text, fill: colour, font: `12px ${colours.font}`, verticalAlign: "middle", width: layout.right - LEADER - 10, overflow: "truncate", ellipsis: "…" },
        },
      ];
    });
  });
}
