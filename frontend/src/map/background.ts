// What lies under the flags: our own land and sea, or the tiles that the company has chosen.
import type { GeoJSONSource, Map as Chart, StyleSpecification } from "maplibre-gl";
import farLand from "virtual:land/50m";
import nearLand from "virtual:land/10m";
import { unpack, type Packed } from "./packed.ts";

export interface Source {
  kind: "offline" | "osm" | "yandex" | "google" | "raster" | "style";
  attribution: string;
  tiles?: string;
  style?: string;
  host?: string;
  key?: string;
}

const NEAR_ZOOM = 5; // from here on the coast needs more points
const TILE_SIZE = 256;
const DEEPEST = 19;

const colour = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const isDark = (): boolean => document.documentElement.dataset.bsTheme === "dark";

export function plainStyle(): StyleSpecification {
  return {
    version: 8,
    sources: { land: { type: "geojson", data: { type: "FeatureCollection", features: [] }, tolerance: 0.4 } },
    layers: [
      { id: "sea", type: "background", paint: { "background-color": colour("--map-sea") } },
      { id: "land", type: "fill", source: "land", paint: { "fill-color": colour("--map-land"), "fill-antialias": false } },
    ],
  };
}

async function load(map: Chart, address: string): Promise<void> {
  const answer = await fetch(address);
  if (!answer.ok) return;
  const geometry = unpack((await answer.json()) as Packed);
  map.getSource<GeoJSONSource>("land")?.setData({ type: "Feature", properties: {}, geometry });
}

/** The coast of the whole world at once, and a finer one when somebody comes near. */
export function drawLand(map: Chart): void {
  void load(map, farLand);
  const come = (): void => {
    if (map.getZoom() < NEAR_ZOOM) return;
    map.off("zoomend", come);
    void load(map, nearLand);
  };
  map.on("zoomend", come);
  come();
}

export function follow(map: Chart, source: Source): void {
  document.addEventListener("otklik:theme", () => {
    if (map.getLayer("sea")) map.setPaintProperty("sea", "background-color", colour("--map-sea"));
    if (map.getLayer("land")) map.setPaintProperty("land", "fill-color", colour("--map-land"));
    if (map.getLayer("tiles")) map.setPaintProperty("tiles", "raster-brightness-max", isDark() ? 0.72 : 1);
  });
  void addTiles(map, source);
}

async function addTiles(map: Chart, source: Source): Promise<void> {
  const tiles = source.kind === "google" ? await googleTiles(source) : source.tiles;
  if (!tiles) return;
  map.addSource("tiles", { type: "raster", tiles: [tiles], tileSize: TILE_SIZE, maxzoom: DEEPEST });
  const before = map.getLayer("flags") ? "flags" : undefined;
  map.addLayer({ id: "tiles", type: "raster", source: "tiles", paint: { "raster-brightness-max": isDark() ? 0.72 : 1 } }, before);
}

/** Google serves tiles within a session that is asked for with the key. */
async function googleTiles(source: Source): Promise<string | undefined> {
  const key = encodeURIComponent(source.key ?? "");
  try {
    const answer = await fetch(`${source.host}/v1/createSession?key=${key}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ mapType: "roadmap", language: document.documentElement.lang, region: "RU" }),
    });
    if (!answer.ok) throw new Error(String(answer.status));
    const { session } = (await answer.json()) as { session: string };
    return `${source.host}/v1/2dtiles/{z}/{x}/{y}?session=${encodeURIComponent(session)}&key=${key}`;
  } catch {
    document.dispatchEvent(new CustomEvent("otklik:no-tiles"));
    return undefined;
  }
}
