// Names of the company's own cities and regions on the map, as many as fit.
import type { Map as Chart, Marker } from "maplibre-gl";
import type { Library } from "./chart.ts";

export type Label = [name: string, longitude: number, latitude: number, flags: number, kind: string];

const REGIONS_UNTIL = 3.6;
const LINE = 18;
const MOST = 40;

interface Box {
  left: number;
  right: number;
  top: number;
}

const meet = (a: Box, b: Box): boolean => a.left < b.right && b.left < a.right && Math.abs(a.top - b.top) < LINE;

export class Labels {
  private readonly shown = new Map<Label, Marker>();
  private readonly pen = document.createElement("canvas").getContext("2d");

  constructor(
    private readonly library: Library,
    private readonly map: Chart,
    private readonly labels: Label[],
  ) {
    map.on("moveend", () => this.draw());
    this.draw();
  }

  private draw(): void {
    const zoom = this.map.getZoom();
    const box = this.map.getContainer().getBoundingClientRect();
    const taken: Box[] = [];
    const wanted = new Set<Label>();
    for (const label of this.labels) {
      if (wanted.size >= MOST) break;
      if ((label[4] === "region") !== zoom < REGIONS_UNTIL && this.labels.some((one) => (one[4] === "region") === zoom < REGIONS_UNTIL)) continue;
      const at = this.map.project([label[1], label[2]]);
      if (at.x < 0 || at.y < 0 || at.x > box.width || at.y > box.height) continue;
      const half = this.width(label[0]) / 2 + 6;
      const place = { left: at.x - half, right: at.x + half, top: at.y };
      if (taken.some((one) => meet(one, place))) continue;
      taken.push(place);
      wanted.add(label);
    }
    for (const [label, marker] of this.shown)
      if (!wanted.has(label)) {
        marker.remove();
        this.shown.delete(label);
      }
    for (const label of wanted) if (!this.shown.has(label)) this.shown.set(label, this.write(label));
  }

  private width(text: string): number {
    if (!this.pen) return text.length * 8;
    this.pen.font = `600 13px ${getComputedStyle(document.body).fontFamily}`;
    return this.pen.measureText(text).width;
  }

  private write(label: Label): Marker {
    const element = document.createElement("span");
    element.className = `map-label map-label-${label[4]}`;
    element.textContent = label[0];
    return new this.library.Marker({ element, anchor: "top", offset: [0, 20] }).setLngLat([label[1], label[2]]).addTo(this.map);
  }
}
