/** The position a dragged item gets when it is dropped before or after another one; both are counted from 0. */
export function droppedAt(from: number, over: number, after: boolean): number {
  const place = after ? over + 1 : over;
  return place > from ? place - 1 : place;
}
