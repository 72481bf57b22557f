// Flags and clusters on the map. The library clusters in its worker; marks are HTML, so that they follow the theme.
import type { GeoJSONSource, Map as Chart, Marker } from "maplibre-gl";
import type { Library } from "./chart.ts";
import type { Point } from "./cut.ts";
import { cluster, flag, worstOf, NAMES, type Colour, type Counts } from "./shapes.ts";

export type Row = [id: number, code: string, name: string, longitude: number, latitude: number, colour: Colour];

interface Texts {
  group: string;
  words: string[];
}

const RADIUS = 46;
const WIDE = 480;
const CARD = 370;
const SHEET = 70;
const COUNTED = ["n0", "n1", "n2", "n3"] as const;

export class Flags {
  private readonly rows = new Map<number, Row>();
  private readonly shown = new Map<string, Marker>();
  private filter: ReadonlySet<Colour> | null = null;
  private selected: Marker | null = null;
  private selectedCode = "";

  constructor(
    private readonly library: Library,
    private readonly map: Chart,
    private readonly texts: Texts,
    private readonly near: number,
    private readonly open: (code: string) => void,
    private readonly list: (rows: Row[]) => void,
  ) {
    const count = (colour: number): unknown => ["+", ["case", ["==", ["get", "colour"], colour], 1, 0]];
    map.addSource("flags", {
      type: "geojson",
      data: this.data(),
      cluster: true,
      clusterRadius: RADIUS,
      clusterMaxZoom: 18, // places at one address stay together however near one comes
      maxzoom: 20,
      clusterProperties: Object.fromEntries(COUNTED.map((name, colour) => [name, count(colour)])),
    });
    // without a layer the library loads no tiles of a source
    map.addLayer({ id: "flags", type: "circle", source: "flags", paint: { "circle-radius": 1, "circle-opacity": 0 } });
    map.on("render", () => this.draw());
  }

  set(rows: Iterable<Row>): void {
    for (const row of rows) this.rows.set(row[0], row);
    this.map.getSource<GeoJSONSource>("flags")?.setData(this.data());
    if (this.selectedCode) this.select(this.selectedCode, false);
  }

  only(colours: ReadonlySet<Colour>): void {
    this.filter = colours.size > 0 ? colours : null;
    this.map.getSource<GeoJSONSource>("flags")?.setData(this.data());
  }

  /** Places whose flags stand alone now. */
  singles(): Row[] {
    return [...this.rows.values()].filter((row) => this.shown.has(`${row[1]} ${row[5]}`));
  }

  points(): Point[] {
    return [...this.rows.values()].map((row) => [row[3], row[4]]);
  }

  /** Raise the flag of a place; `come` moves the map there. */
  select(code: string, come = true): void {
    this.selected?.remove();
    this.selected = null;
    this.selectedCode = code;
    const row = [...this.rows.values()].find((one) => one[1] === code);
    if (!row) return;
    const element = flag(row[5], row[2]);
    element.classList.add("flag-selected");
    element.addEventListener("click", () => this.open(row[1]));
    this.selected = this.marker(element, [row[3], row[4]], "bottom");
    if (!come) return;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    // the card of the place covers the left of a wide map and the lower part of a phone's
    const offset: Point = this.map.getContainer().clientWidth > WIDE ? [CARD / 2, 0] : [0, -SHEET];
    this.map.easeTo({ center: [row[3], row[4]], zoom: Math.max(this.map.getZoom(), this.near), offset, duration: still ? 0 : 700 });
  }

  private data(): GeoJSON.FeatureCollection<GeoJSON.Point> {
    const features: GeoJSON.Feature<GeoJSON.Point>[] = [];
    for (const [id, code, name, longitude, latitude, colour] of this.rows.values())
      if (!this.filter || this.filter.has(colour))
        features.push({ type: "Feature", id, properties: { code, name, colour }, geometry: { type: "Point", coordinates: [longitude, latitude] } });
    return { type: "FeatureCollection", features };
  }

  private marker(element: HTMLElement, at: Point, anchor: "bottom" | "center"): Marker {
    return new this.library.Marker({ element, anchor }).setLngLat(at).addTo(this.map);
  }

  private draw(): void {
    if (!this.map.isSourceLoaded("flags")) return;
    const wanted = new Set<string>();
    for (const feature of this.map.querySourceFeatures("flags")) {
      const held = feature.properties as Record<string, number | string>;
      const at = (feature.geometry as GeoJSON.Point).coordinates as Point;
      const counts = COUNTED.map((name) => Number(held[name] ?? 0)) as Counts;
      const key = held.cluster ? `${at[0].toFixed(4)} ${at[1].toFixed(4)} ${counts.join(" ")}` : `${held.code} ${held.colour}`;
      if (wanted.has(key)) continue;
      wanted.add(key);
      if (this.shown.has(key)) continue;
      this.shown.set(key, held.cluster ? this.drawCluster(Number(held.cluster_id), counts, at) : this.drawFlag(held, at));
    }
    for (const [key, marker] of this.shown)
      if (!wanted.has(key)) {
        marker.remove();
        this.shown.delete(key);
      }
    this.map.getContainer().dataset.drawn = String(this.shown.size);
  }

  private drawFlag(held: Record<string, number | string>, at: Point): Marker {
    const colour = Number(held.colour) as Colour;
    const element = flag(colour, `${held.name}: ${this.texts.words[colour]}`);
    element.dataset.code = String(held.code);
    element.addEventListener("click", () => this.open(String(held.code)));
    return this.marker(element, at, "bottom");
  }

  private drawCluster(id: number, counts: Counts, at: Point): Marker {
    const parts = ([3, 2, 1, 0] as const).filter((colour) => counts[colour] > 0).map((colour) => `${this.texts.words[colour]} ${counts[colour]}`);
    const element = cluster(counts, `${this.texts.group}: ${parts.join(", ")}`);
    element.dataset.worst = NAMES[worstOf(counts)];
    element.addEventListener("click", () => void this.unfold(id, at));
    return this.marker(element, at, "center");
  }

  /** Come nearer until the cluster falls apart; what never does is listed. */
  private async unfold(id: number, at: Point): Promise<void> {
    const source = this.map.getSource<GeoJSONSource>("flags");
    if (!source) return;
    const zoom = await source.getClusterExpansionZoom(id);
    if (zoom <= this.map.getMaxZoom()) {
      this.map.easeTo({ center: at, zoom: zoom + 0.2, duration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 500 });
      return;
    }
    const leaves = await source.getClusterLeaves(id, 50, 0);
    const codes = new Set(leaves.map((leaf) => String(leaf.properties?.code)));
    this.list([...this.rows.values()].filter((row) => codes.has(row[1])));
  }
}
