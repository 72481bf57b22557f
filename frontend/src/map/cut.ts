// Polygons of the atlas run over the antimeridian; maps draw them right when they are cut there.

export type Point = [number, number];
export type Ring = Point[];

/** The same ring with longitudes that never jump; they may leave −180…180. */
export function unwrap(ring: Ring): Ring {
  let shift = 0;
  return ring.map(([longitude, latitude], at) => {
    const before = ring[at - 1];
    if (before) {
      if (longitude - before[0] > 180) shift -= 360;
      else if (longitude - before[0] < -180) shift += 360;
    }
    return [longitude + shift, latitude];
  });
}

/** A ring around a pole does not come back to its start; it is closed along the pole's edge of the map. */
function closed(ring: Ring): Ring {
  const first = ring[0]!;
  const last = ring[ring.length - 1]!;
  if (Math.abs(last[0] - first[0]) < 180) return ring;
  const pole = ring.reduce((sum, point) => sum + point[1], 0) < 0 ? -90 : 90;
  return [...ring, [last[0], pole], [first[0], pole], first];
}

/** The part of a ring on one side of a meridian (Sutherland and Hodgman). */
function side(ring: Ring, meridian: number, east: boolean): Ring {
  const inside = ([longitude]: Point): boolean => (east ? longitude >= meridian : longitude <= meridian);
  const found: Ring = [];
  for (let at = 0; at + 1 < ring.length; at++) {
    const [here, next] = [ring[at]!, ring[at + 1]!];
    if (inside(here)) found.push(here);
    if (inside(here) !== inside(next))
      found.push([meridian, here[1] + ((next[1] - here[1]) * (meridian - here[0])) / (next[0] - here[0])]);
  }
  if (found.length > 0) found.push(found[0]!);
  return found;
}

const range = (ring: Ring): Point => {
  let [low, high] = [Infinity, -Infinity];
  for (const [longitude] of ring) {
    low = Math.min(low, longitude);
    high = Math.max(high, longitude);
  }
  return [low, high];
};

/** The polygon as polygons within −180…180. */
export function cut(polygon: Ring[]): Ring[][] {
  const [outer, ...holes] = polygon.map((ring) => closed(unwrap(ring)));
  const [low, high] = range(outer!);
  if (low >= -180 && high <= 180) return [[outer!, ...holes]];
  const middle = (low + high) / 2;
  const near = holes.map((hole) => {
    const [from, to] = range(hole);
    const shift = 360 * Math.round((middle - (from + to) / 2) / 360);
    return hole.map(([longitude, latitude]): Point => [longitude + shift, latitude]);
  });
  const parts: Ring[][] = [];
  for (let world = Math.floor((low + 180) / 360); world <= Math.floor((high + 180) / 360); world++) {
    const [west, east] = [world * 360 - 180, world * 360 + 180];
    const clipped = [outer!, ...near]
      .map((ring) => side(side(ring, west, true), east, false).map(([longitude, latitude]): Point => [longitude - world * 360, latitude]))
      .filter((ring) => ring.length > 3);
    if (clipped.length > 0 && clipped[0]!.length > 3) parts.push(clipped);
  }
  return parts;
}

/** Fewer points: those nearer than `tolerance` degrees to the line without them are left out (Douglas and Peucker). */
export function simplify(ring: Ring, tolerance: number): Ring {
  if (tolerance <= 0 || ring.length < 5) return ring;
  const kept = new Uint8Array(ring.length);
  kept[0] = kept[ring.length - 1] = 1;
  // a ring ends where it begins, so that it is halved first
  const half = ring.length >> 1;
  kept[half] = 1;
  const waiting: Point[] = [[0, half], [half, ring.length - 1]];
  for (let piece = waiting.pop(); piece; piece = waiting.pop()) {
    const [from, to] = piece;
    const [a, b] = [ring[from]!, ring[to]!];
    const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
    const length = Math.hypot(dx, dy);
    let [farthest, distance] = [0, tolerance];
    for (let at = from + 1; at < to; at++) {
      const [x, y] = ring[at]!;
      const away = length > 0 ? Math.abs(dx * (a[1] - y) - dy * (a[0] - x)) / length : Math.hypot(x - a[0], y - a[1]);
      if (away > distance) [farthest, distance] = [at, away];
    }
    if (farthest > 0) {
      kept[farthest] = 1;
      waiting.push([from, farthest], [farthest, to]);
    }
  }
  return ring.filter((_point, at) => kept[at]);
}
