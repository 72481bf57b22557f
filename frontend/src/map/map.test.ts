import { feature } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";
import { expect, test } from "vitest";
import atlas from "world-atlas/land-50m.json?raw";
import { around } from "./bounds.ts";
import { cut, simplify, unwrap, type Point, type Ring } from "./cut.ts";
import { decode, encode } from "./packed.ts";
import { worstOf } from "./shapes.ts";

function area(ring: Ring): number {
  let sum = 0;
  for (let at = 0; at + 1 < ring.length; at++) sum += ring[at]![0] * ring[at + 1]![1] - ring[at + 1]![0] * ring[at]![1];
  return Math.abs(sum / 2);
}

function inside([x, y]: Point, ring: Ring): boolean {
  let found = false;
  for (let at = 0; at + 1 < ring.length; at++) {
    const [[x1, y1], [x2, y2]] = [ring[at]!, ring[at + 1]!];
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) found = !found;
  }
  return found;
}

const SQUARE: Ring = [[170, 60], [-170, 60], [-170, 70], [170, 70], [170, 60]];

test("a square over the antimeridian becomes two, one on each side, with the same area", () => {
  expect(unwrap(SQUARE).map((point) => point[0])).toEqual([170, 190, 190, 170, 170]);
  const parts = cut([SQUARE]);
  expect(parts.length).toBe(2);
  expect(parts.map(([outer]) => area(outer!)).reduce((a, b) => a + b)).toBeCloseTo(200);
  for (const [outer] of parts) for (const [longitude] of outer!) expect(Math.abs(longitude)).toBeLessThanOrEqual(180);
});

test("a hole stays on its side", () => {
  const hole: Ring = [[-178, 62], [-172, 62], [-172, 68], [-178, 68], [-178, 62]];
  const parts = cut([SQUARE, hole]);
  expect(parts.map((polygon) => polygon.length).sort()).toEqual([1, 2]);
});

test("what does not touch the antimeridian stays as it is", () => {
  const ring: Ring = [[10, 10], [20, 10], [20, 20], [10, 10]];
  expect(cut([ring])).toEqual([[ring]]);
});

test("the atlas is cut: no line crosses the world, and places of the far east lie on land", () => {
  const topology = JSON.parse(atlas) as Topology<{ land: GeometryCollection }>;
  const polygons = feature(topology, topology.objects.land).features.flatMap(({ geometry }) =>
    geometry.type === "MultiPolygon" ? (geometry.coordinates as Ring[][]) : geometry.type === "Polygon" ? [geometry.coordinates as Ring[]] : [],
  );
  const parts = polygons.flatMap(cut);
  for (const polygon of parts)
    for (const ring of polygon)
      for (let at = 1; at < ring.length; at++) {
        const pole = Math.abs(ring[at]![1]) === 90 && Math.abs(ring[at - 1]![1]) === 90;
        if (!pole) expect(Math.abs(ring[at]![0] - ring[at - 1]![0])).toBeLessThan(180);
      }
  const onLand = (point: Point): boolean => parts.some(([outer, ...holes]) => inside(point, outer!) && !holes.some((hole) => inside(point, hole)));
  expect(onLand([175, 66.5])).toBe(true); // Chukotka west of the antimeridian
  expect(onLand([-172, 66])).toBe(true); // and east of it
  expect(onLand([37.6, 55.75])).toBe(true); // Moscow
  expect(onLand([0, -85])).toBe(true); // Antarctica reaches the pole
  expect(onLand([-30, 40])).toBe(false); // the Atlantic
  expect(onLand([0, 66.5])).toBe(false); // no stripe of Chukotka over the Norwegian Sea
});

test("packing keeps the points to its digits", () => {
  const ring: Ring = [[-179.99, 65.12], [30.5, -89.9], [30.51, -89.9], [-179.99, 65.12]];
  expect(decode(encode(ring, 2), 2)).toEqual(ring);
});

test("simplifying drops what nobody sees and keeps corners and ends", () => {
  const ring: Ring = [[0, 0], [1, 0.0001], [2, 0], [2, 2], [1, 2.0001], [0, 2], [0, 0]];
  const kept = simplify(ring, 0.01);
  expect(kept.length).toBeLessThan(ring.length);
  expect(kept[0]).toEqual([0, 0]);
  expect(kept.at(-1)).toEqual([0, 0]);
  expect(kept).toContainEqual([2, 2]);
});

test("the view goes the short way round the world", () => {
  expect(around([])).toBeNull();
  expect(around([[37, 55]])).toEqual([[37, 55], [37, 55]]);
  const [[west], [east]] = around([[20, 54], [131, 43], [-173, 64]])!;
  expect([west, east]).toEqual([20, 187]);
});

test("rounding never sends the view of one place to the other side of the world", () => {
  for (let longitude = -180; longitude <= 180; longitude += 0.0137) expect(around([[longitude, 56.8]])).toEqual([[longitude, 56.8], [longitude, 56.8]]);
  expect(around([[60.6122, 56.8389], [60.6122, 56.84]])).toEqual([[60.6122, 56.8389], [60.6122, 56.84]]);
});

test("the view of places on both sides of the antimeridian ends at a place", () => {
  expect(around([[177.51, 64.73], [-173.2, 64.42]])).toEqual([[177.51, 64.42], [-173.2 + 360, 64.73]]);
});

test("a cluster has the worst colour; grey is never the worst", () => {
  expect(worstOf([5, 3, 1, 1])).toBe(3);
  expect(worstOf([5, 3, 1, 0])).toBe(2);
  expect(worstOf([5, 1, 0, 0])).toBe(1);
  expect(worstOf([5, 0, 0, 0])).toBe(0);
});
