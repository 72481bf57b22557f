export interface Changed {
  places: number[]; // none: it may concern any place
  kinds: string[]; // none: of any kind
}

/** Whether a change concerns something that depends on `kinds` ("" means on any) at `places` (null means all). */
export function isTouched(change: Changed, kinds: string, places: ReadonlySet<number> | null): boolean {
  const wanted = kinds.split(" ").filter(Boolean);
  const byKind = wanted.length === 0 || change.kinds.length === 0 || change.kinds.some((kind) => wanted.includes(kind));
  const byPlace = places === null || change.places.length === 0 || change.places.some((place) => places.has(place));
  return byKind && byPlace;
}
