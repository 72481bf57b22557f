// Where to look so that everything is seen, the short way round the world.
import type { Point } from "./cut.ts";

/** [[west, south], [east, north]]; east may lie beyond 180 when the points lie on both sides of the antimeridian. */
export function around(points: Point[]): [Point, Point] | null {
  if (points.length === 0) return null;
  const longitudes = points.map((point) => point[0]).sort((a, b) => a - b);
  const last = longitudes[longitudes.length - 1]!;
  // the east is always one of the longitudes: one reckoned from the gap may fall short of the west by a rounding error
  let [west, east, gap] = [longitudes[0]!, last, longitudes[0]! + 360 - last];
  for (let at = 1; at < longitudes.length; at++) {
    const between = longitudes[at]! - longitudes[at - 1]!;
    if (between > gap) [west, east, gap] = [longitudes[at]!, longitudes[at - 1]! + 360, between];
  }
  const latitudes = points.map((point) => point[1]);
  const [south, north] = latitudes.reduce(([low, high], one) => [Math.min(low, one), Math.max(high, one)], [90, -90]);
  return [
    [west, south],
    [east, north],
  ];
}
