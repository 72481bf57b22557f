// How flags and clusters look: colour and shape, for one in twelve men does not see the colour.

export type Colour = 0 | 1 | 2 | 3; // no data, good, acceptable, bad
export const NAMES = ["none", "good", "acceptable", "bad"] as const;
const SIGNS = ["–", "●", "▲", "■"] as const;
const SVG = "http://www.w3.org/2000/svg";
const AROUND = 100; // the ring of a cluster, in parts

export type Counts = [number, number, number, number];

/** The worst colour that is there; grey is never the worst. */
export function worstOf(counts: Counts): Colour {
  return counts[3] > 0 ? 3 : counts[2] > 0 ? 2 : counts[1] > 0 ? 1 : 0;
}

function svg(name: string, attributes: Record<string, string | number>, ...inside: Element[]): SVGElement {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.append(...inside);
  return made;
}

function button(kind: string, colour: Colour, title: string): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.tabIndex = -1; // the list beside the map is the way for keyboards
  made.className = `${kind} ${kind}-${NAMES[colour]}`;
  made.title = title;
  return made;
}

function sign(colour: Colour): HTMLElement {
  const made = document.createElement("span");
  made.className = "map-sign";
  made.textContent = SIGNS[colour];
  return made;
}

export function flag(colour: Colour, title: string): HTMLButtonElement {
  const made = button("flag", colour, title);
  const pin = svg("path", { d: "M15 38C15 38 27.5 24.6 27.5 14.6A12.5 12.6 0 1 0 2.5 14.6C2.5 24.6 15 38 15 38Z" });
  made.append(svg("svg", { viewBox: "0 0 30 40", "aria-hidden": "true" }, pin), sign(colour));
  return made;
}

/** A round mark with the number of places, the sign of the worst, and a ring that shows how many have which colour. */
export function cluster(counts: Counts, title: string): HTMLButtonElement {
  const worst = worstOf(counts);
  const total = counts.reduce((sum, one) => sum + one, 0);
  const made = button("cluster", worst, title);
  made.classList.add(total < 10 ? "cluster-small" : total < 100 ? "cluster-middle" : "cluster-large");
  const arcs: Element[] = [];
  let start = 0;
  for (const colour of [3, 2, 1, 0] as const) {
    const length = (AROUND * counts[colour]) / total;
    if (length === 0) continue;
    const dash = length >= AROUND ? "none" : `${Math.max(length - 2, 1)} ${AROUND}`;
    arcs.push(svg("circle", { cx: 20, cy: 20, r: 17, pathLength: AROUND, "stroke-dasharray": dash, "stroke-dashoffset": -start, class: `arc-${NAMES[colour]}` }));
    start += length;
  }
  const number = document.createElement("span");
  number.className = "cluster-count";
  number.textContent = total < 10_000 ? String(total) : `${Math.round(total / 1000)}k`;
  made.append(svg("svg", { viewBox: "0 0 40 40", "aria-hidden": "true" }, ...arcs), sign(worst), number);
  return made;
}
