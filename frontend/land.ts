import { readFileSync } from "node:fs";
import type { Plugin } from "vite";
import { feature } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";
import { cut, simplify, type Ring } from "./src/map/cut.ts";
import { encode } from "./src/map/packed.ts";

// `import address from "virtual:land/50m"`: the land of the world as a file of ours, cut at the antimeridian and packed.
// The finer one is simplified to about 150 m, which no zoom of a plain map shows.
const LEVELS: Record<string, { tolerance: number; digits: number }> = {
  "50m": { tolerance: 0, digits: 2 },
  "10m": { tolerance: 0.002, digits: 3 },
};
const NAME = "virtual:land/";

function land(atlas: string, level: string): string {
  const { tolerance, digits } = LEVELS[level]!;
  const topology = JSON.parse(readFileSync(`${atlas}/land-${level}.json`, "utf8")) as Topology<{ land: GeometryCollection }>;
  const polygons: Ring[][] = [];
  for (const { geometry } of feature(topology, topology.objects.land).features) {
    if (geometry.type === "Polygon") polygons.push(geometry.coordinates as Ring[]);
    else if (geometry.type === "MultiPolygon") polygons.push(...(geometry.coordinates as Ring[][]));
  }
  const rings = polygons.flatMap(cut).map((polygon) => polygon.map((ring) => simplify(ring, tolerance)).filter((ring) => ring.length > 3));
  return JSON.stringify({ digits, polygons: rings.filter((polygon) => polygon.length > 0).map((polygon) => polygon.map((ring) => encode(ring, digits))) });
}

export function landFiles(atlas: string): Plugin {
  return {
    name: "otklik-land",
    resolveId: (id) => (id.startsWith(NAME) ? `\0${id}` : undefined),
    load(id) {
      if (!id.startsWith(`\0${NAME}`)) return undefined;
      const level = id.slice(NAME.length + 1);
      const file = this.emitFile({ type: "asset", name: `land-${level}.json`, source: land(atlas, level) });
      return `export default import.meta.ROLLUP_FILE_URL_${file};`;
    },
  };
}
