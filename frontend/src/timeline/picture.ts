import type { TimelineChart } from "./chart.ts";
import { coverage, DASHES, HEAD } from "./layout.ts";
import { endOf } from "./names.ts";
import { valueText } from "./options.ts";
import { shortStep, stepText } from "./steps.ts";
import { dashIn } from "./tip.ts";
import type { Config, Line } from "./types";

const SCALE = 2;
const PAD = 20;

function nameOf(line: Line): string {
  return line.about ? `${line.name} · ${line.about}` : line.name;
}

/** The chart with title, place, period, legend and events drawn in. */
export function picture(chart: TimelineChart, config: Config): Promise<Blob | null> {
  const { payload, layout, colours, mode, window, language, texts } = chart.drawing!;
  const source = chart.chart.getRenderedCanvas({ pixelRatio: SCALE, backgroundColor: colours.surface });
  const width = source.width / SCALE;
  const legend = payload.lines.map(nameOf);
  const columns = Math.max(1, Math.floor((width - PAD) / 300));
  const rows = Math.ceil(legend.length / columns);
  const events = payload.markers.filter((marker) => coverage(marker, payload.steps, payload.grain === "hour") !== null);
  const top = PAD + 62 + rows * 20 + 8;
  const height = top + source.height / SCALE + (events.length > 0 ? events.length * 18 + 12 : 0) + PAD;
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [(width + PAD) * SCALE, height * SCALE];
  const pen = canvas.getContext("2d")!;
  pen.scale(SCALE, SCALE);
  pen.fillStyle = colours.surface;
  pen.fillRect(0, 0, width + PAD, height);
  const write = (text: string, x: number, y: number, size: number, colour: string, weight = 400, most = width - x): void => {
    pen.font = `${weight} ${size}px ${colours.font}`;
    pen.fillStyle = colour;
    let shown = text;
    while (shown.length > 4 && pen.measureText(shown).width > most) shown = `${shown.slice(0, -2)}…`;
    pen.fillText(shown, x, y);
  };
  const stroke = (line: Line, x: number, y: number, length: number): void => {
    const dash = DASHES[dashIn(chart.drawing!, line)];
    pen.setLineDash(Array.isArray(dash) ? dash : []);
    [pen.strokeStyle, pen.lineWidth] = [colours.series[line.colour] ?? colours.ink, 3];
    pen.beginPath();
    pen.moveTo(x, y);
    pen.lineTo(x + length, y);
    pen.stroke();
    pen.setLineDash([]);
    pen.lineWidth = 1;
  };
  write(config.title, PAD, PAD + 18, 20, colours.ink, 650);
  const steps = [window[0], window[1]].map((at) => stepText(payload.steps[at] ?? "", payload.grain, language, payload.ends?.[at]));
  const shown = window[0] === 0 && window[1] === payload.steps.length - 1 ? payload.period : steps.join(" – ");
  write(`${payload.scope} · ${shown}${payload.compared ? ` · ${texts.compared} ${payload.compared}` : ""}`, PAD, PAD + 42, 13, colours.soft);
  payload.lines.forEach((line, number) => {
    const [x, y] = [PAD + (number % columns) * 300, PAD + 68 + Math.floor(number / columns) * 20];
    stroke(line, x, y - 4.5, 18);
    write(nameOf(line), x + 26, y, 13, colours.ink, 500, 264);
  });
  pen.drawImage(source, 0, top, width, source.height / SCALE);
  if (mode === "panels")
    for (const panel of layout.panels) {
      const line = panel.lines[0]!;
      const last = endOf(line, window, payload.unfinished);
      const when = last === null ? "" : shortStep(payload.steps[last]!, payload.grain, language, payload.ends?.[last]);
      const said = panel.lines.length === 1 && last !== null ? `  ${when}: ${valueText(line, line.values[last], language, texts)}` : "";
      stroke(line, layout.left, top + panel.top - HEAD + 15.5, 12);
      write(line.name + said, layout.left + 18, top + panel.top - HEAD + 20, 13, colours.ink, 600);
    }
  const bottom = layout.panels.at(-1);
  let y = top + source.height / SCALE + 16;
  for (const marker of events) {
    const covered = coverage(marker, payload.steps, payload.grain === "hour")!;
    const number = payload.markers.indexOf(marker) + 1;
    const x = chart.x(covered[0]);
    if (bottom && covered[1] >= window[0] && covered[0] <= window[1] && x >= layout.left - 1) {
      pen.setLineDash([3, 3]);
      pen.strokeStyle = colours.soft;
      pen.beginPath();
      pen.moveTo(x, top + 18);
      pen.lineTo(x, top + bottom.top + bottom.height);
      pen.stroke();
      pen.setLineDash([]);
      write(String(number), x - 4, top + 14, 11, colours.ink, 600);
    }
    write(`${number}. ${marker.days} · ${marker.text}${marker.place ? ` (${marker.place})` : ""}`, PAD, y, 12, colours.soft);
    y += 18;
  }
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}
