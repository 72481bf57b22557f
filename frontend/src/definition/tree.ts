import type { Json } from "./types";

/** A filter as the builder shows it: kinds first, then a group of conditions. */
export type Condition = { field: string; op: string; value: Json };
export interface Group {
  mode: "all" | "any" | "none";
  items: (Condition | Group)[];
}
export interface Shown {
  kinds: string[];
  group: Group;
}

export function isGroup(item: Condition | Group): item is Group {
  return "mode" in item;
}

function isCompare(data: Json): data is [string, string, Json] {
  return Array.isArray(data) && data.length === 3 && typeof data[0] === "string" && typeof data[1] === "string";
}

function inner(data: Json, word: string): Json[] | null {
  if (data === null || typeof data !== "object" || Array.isArray(data)) return null;
  const keys = Object.keys(data);
  const found = data[word];
  return keys.length === 1 && Array.isArray(found) ? found : null;
}

function item(data: Json): Condition | Group | null {
  if (isCompare(data)) return { field: data[0], op: data[1], value: data[2] };
  return group(data);
}

function items(data: Json[], mode: Group["mode"]): Group | null {
  const found = data.map(item);
  return found.every((one) => one !== null) ? { mode, items: found as (Condition | Group)[] } : null;
}

function group(data: Json): Group | null {
  const all = inner(data, "and");
  if (all) return items(all, "all");
  const any = inner(data, "or");
  if (any) return items(any, "any");
  if (data !== null && typeof data === "object" && !Array.isArray(data) && Object.keys(data).length === 1 && "not" in data) {
    const negated = data["not"] as Json;
    const parts = inner(negated, "or");
    return parts ? items(parts, "none") : items([negated], "none");
  }
  return null;
}

function kindsOf(data: Json): string[] | null {
  if (!isCompare(data) || data[0] !== "kind") return null;
  if (data[1] === "=" && typeof data[2] === "string") return [data[2]];
  if (data[1] === "in" && Array.isArray(data[2]) && data[2].every((one) => typeof one === "string")) return data[2] as string[];
  return null;
}

/** The builder's view of a filter; null when it is of no known shape. */
export function read(data: Json | undefined): Shown | null {
  if (data === undefined || data === null) return { kinds: [], group: { mode: "all", items: [] } };
  const alone = kindsOf(data);
  if (alone) return { kinds: alone, group: { mode: "all", items: [] } };
  if (isCompare(data)) return { kinds: [], group: { mode: "all", items: [item(data) as Condition] } };
  const parts = inner(data, "and");
  if (parts) {
    const place = parts.findIndex((part) => kindsOf(part) !== null);
    const kinds = place < 0 ? [] : kindsOf(parts[place]!)!;
    const rest = parts.filter((_part, number) => number !== place);
    const only = rest.length === 1 ? group(rest[0]!) : null;
    const found = only && only.mode !== "all" ? only : items(rest, "all");
    return found ? { kinds, group: found } : null;
  }
  const found = group(data);
  return found ? { kinds: [], group: found } : null;
}

function writeItem(one: Condition | Group): Json {
  return isGroup(one) ? writeGroup(one) : [one.field, one.op, one.value];
}

function writeGroup(one: Group): Json {
  const parts = one.items.map(writeItem);
  if (one.mode === "all") return { and: parts };
  return one.mode === "any" ? { or: parts } : { not: { or: parts } };
}

/** The filter as data: what `read` would show as the same. */
export function write(shown: Shown): Json {
  const { kinds, group: held } = shown;
  const kind: Json[] = kinds.length === 0 ? [] : kinds.length === 1 ? [["kind", "=", kinds[0]!]] : [["kind", "in", [...kinds]]];
  if (held.items.length === 0) return kind.length ? kind[0]! : { and: [] };
  if (held.mode === "all") return { and: [...kind, ...held.items.map(writeItem)] };
  return kind.length ? { and: [...kind, writeGroup(held)] } : writeGroup(held);
}
