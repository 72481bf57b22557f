// Rings as text: differences between points, each as a few letters. A fifth of the size of GeoJSON.
import type { Point, Ring } from "./cut.ts";

export interface Packed {
  digits: number;
  polygons: string[][];
}

const FIRST = 63; // "?"; 64 letters from here on are printable, the backslash among them is escaped by JSON

function write(value: number): string {
  let rest = value < 0 ? ~(value << 1) : value << 1;
  let text = "";
  while (rest >= 0x20) {
    text += String.fromCharCode((0x20 | (rest & 0x1f)) + FIRST);
    rest >>>= 5;
  }
  return text + String.fromCharCode(rest + FIRST);
}

export function encode(ring: Ring, digits: number): string {
  const scale = 10 ** digits;
  let [x, y] = [0, 0];
  let text = "";
  for (const [longitude, latitude] of ring) {
    const [nextX, nextY] = [Math.round(longitude * scale), Math.round(latitude * scale)];
    if (text && nextX === x && nextY === y) continue;
    text += write(nextX - x) + write(nextY - y);
    [x, y] = [nextX, nextY];
  }
  return text;
}

export function decode(text: string, digits: number): Ring {
  const scale = 10 ** digits;
  const numbers: number[] = [];
  for (let at = 0; at < text.length; ) {
    let [value, shift, part] = [0, 0, 0];
    do {
      part = text.charCodeAt(at++) - FIRST;
      value |= (part & 0x1f) << shift;
      shift += 5;
    } while (part >= 0x20);
    numbers.push(value & 1 ? ~(value >> 1) : value >> 1);
  }
  const ring: Ring = [];
  let [x, y] = [0, 0];
  for (let at = 0; at + 1 < numbers.length; at += 2) {
    x += numbers[at]!;
    y += numbers[at + 1]!;
    ring.push([x / scale, y / scale] satisfies Point);
  }
  return ring;
}

export function unpack(packed: Packed): GeoJSON.MultiPolygon {
  const polygons = packed.polygons.map((polygon) => polygon.map((ring) => decode(ring, packed.digits)));
  return { type: "MultiPolygon", coordinates: polygons };
}
