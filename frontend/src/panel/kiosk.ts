import { by } from "./settings";

const HOLD_MS = 1200;

/** Nothing but the answers reacts: no context menu, no zoom, no dragging; the screen stays awake. */
export function lock(): void {
  for (const name of ["contextmenu", "gesturestart", "dragstart", "selectstart", "dblclick"])
    document.addEventListener(name, (event) => event.preventDefault());
  document.addEventListener("wheel", (event) => event.ctrlKey && event.preventDefault(), { passive: false });
  document.addEventListener("touchmove", (event) => event.touches.length > 1 && event.preventDefault(), { passive: false });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && ["+", "-", "=", "0"].includes(event.key)) event.preventDefault();
  });
  void stayAwake();
  document.addEventListener("visibilitychange", () => void stayAwake());
}

async function stayAwake(): Promise<void> {
  if (document.visibilityState !== "visible" || !("wakeLock" in navigator)) return;
  try {
    await navigator.wakeLock.request("screen");
  } catch {
    // battery saver; the tablet's own settings decide then
  }
}

export function offerFullscreen(): void {
  const button = by("fullscreen");
  const refresh = (): void => {
    button.hidden = !document.fullscreenEnabled || document.fullscreenElement !== null;
    by("staff-full").hidden = button.hidden;
  };
  const enter = (): void => void document.documentElement.requestFullscreen({ navigationUI: "hide" }).catch(refresh);
  button.addEventListener("click", enter);
  by("staff-full").addEventListener("click", () => {
    by<HTMLDialogElement>("staff").close();
    enter();
  });
  document.addEventListener("fullscreenchange", refresh);
  refresh();
}

/** A long press on the upper right corner, or F2. */
export function onStaffCorner(open: () => void): void {
  let timer = 0;
  const corner = by("corner");
  corner.addEventListener("pointerdown", () => {
    timer = window.setTimeout(open, HOLD_MS);
  });
  for (const name of ["pointerup", "pointerleave", "pointercancel"])
    corner.addEventListener(name, () => window.clearTimeout(timer));
  document.addEventListener("keydown", (event) => event.key === "F2" && open());
}
