const EDGE = 8;

/** How far to move something from `left` to `right` so that it lies inside a screen of this width; the left edge goes first. */
export function shift(left: number, right: number, width: number): number {
  const back = Math.min(0, width - EDGE - right);
  return Math.max(back, EDGE - left > 0 || back < 0 ? EDGE - left : 0);
}

/** Keep an opened panel inside the screen; where its button stands is no matter. */
export function fit(panel: HTMLElement): void {
  panel.style.translate = "";
  const { left, right } = panel.getBoundingClientRect();
  const by = Math.round(shift(left, right, document.documentElement.clientWidth));
  if (by !== 0) panel.style.translate = `${by}px`;
}
