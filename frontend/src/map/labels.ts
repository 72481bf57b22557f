// Names of the company's own cities and regions on the map, as many as fit.
import type { Map as Chart, Marker } from "maplibre-gl";
import type { Library } from "./chart.ts";

export type Label = [name: string, longitude: number, latitude: number, flags: number, kind: string];

const REGIONS_UNTIL = 3.6;
const FLAGS_FROM = 9; // from here on single places have their names
const LINE = 18;
const APART = 21;
const MOST = 40;

interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

interface Written {
  marker: Marker;
  below: boolean;
}

const apartOf = (label: Label): number => (label[4] === "flag" ? 2 : APART);
const meet = (a: Box, b: Box): boolean => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

export class Labels {
  private readonly shown = new Map<Label, Written>();
  private readonly pen = document.createElement("canvas").getContext("2d");

  constructor(
    private readonly library: Library,
    private readonly map: Chart,
    private readonly labels: Label[],
    private readonly singles: () => Label[],
  ) {
    map.on("idle", () => this.draw());
  }

  private draw(): void {
    const far = this.map.getZoom() < REGIONS_UNTIL;
    const ofKind = this.labels.filter((label) => (label[4] === "region") === far);
    const box = this.map.getContainer().getBoundingClientRect();
    const taken = this.marks(box);
    const wanted = new Map<Label, boolean>();
    const names = ofKind.length > 0 ? ofKind : this.labels;
    const near = this.map.getZoom() >= FLAGS_FROM ? this.singles().map((one) => this.known(one)) : [];
    for (const label of [...names, ...near]) {
      if (wanted.size >= MOST) break;
      const at = this.map.project([label[1], label[2]]);
      if (at.x < 0 || at.y < 0 || at.x > box.width || at.y > box.height) continue;
      const half = this.width(label[0]) / 2 + 4;
      const apart = apartOf(label);
      for (const below of label[4] === "flag" ? [true] : [true, false]) {
        const top = below ? at.y + apart : at.y - apart - LINE;
        const place = { left: at.x - half, right: at.x + half, top, bottom: top + LINE };
        if (place.left < 0 || place.right > box.width || taken.some((one) => meet(one, place))) continue;
        taken.push(place);
        wanted.set(label, below);
        break;
      }
    }
    for (const [label, written] of this.shown)
      if (wanted.get(label) !== written.below) {
        written.marker.remove();
        this.shown.delete(label);
      }
    for (const [label, below] of wanted) if (!this.shown.has(label)) this.shown.set(label, { marker: this.write(label, below), below });
  }

  /** The same object for the same name and place, so that a label that stays is not drawn anew. */
  private known(label: Label): Label {
    for (const one of this.shown.keys()) if (one[0] === label[0] && one[1] === label[1] && one[2] === label[2]) return one;
    return label;
  }

  /** Where flags and clusters stand. */
  private marks(box: DOMRect): Box[] {
    return [...this.map.getContainer().querySelectorAll(".flag, .cluster")].map((mark) => {
      const { left, right, top, bottom } = mark.getBoundingClientRect();
      return { left: left - box.left, right: right - box.left, top: top - box.top, bottom: bottom - box.top };
    });
  }

  private width(text: string): number {
    if (!this.pen) return text.length * 8;
    this.pen.font = `600 13px ${getComputedStyle(document.body).fontFamily}`;
    return this.pen.measureText(text).width;
  }

  private write(label: Label, below: boolean): Marker {
    const element = document.createElement("span");
    element.className = `map-label map-label-${label[4]}`;
    element.textContent = label[0];
    const marker = new this.library.Marker({ element, anchor: below ? "top" : "bottom", offset: [0, below ? apartOf(label) : -apartOf(label)] });
    return marker.setLngLat([label[1], label[2]]).addTo(this.map);
  }
}
