// Makes a map, or says that this browser cannot.
import type { Map as Chart, StyleSpecification } from "maplibre-gl";
import worker from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import { drawLand, follow, plainStyle, type Source } from "./background.ts";

export type Library = typeof import("maplibre-gl");

function canDraw(): boolean {
  try {
    const canvas = document.createElement("canvas");
    const context = canvas.getContext("webgl2");
    context?.getExtension("WEBGL_lose_context")?.loseContext();
    return context !== null;
  } catch {
    return false;
  }
}

async function styleOf(source: Source): Promise<StyleSpecification | null> {
  try {
    const answer = await fetch(source.style ?? "");
    if (!answer.ok) throw new Error(String(answer.status));
    return (await answer.json()) as StyleSpecification;
  } catch {
    document.dispatchEvent(new CustomEvent("otklik:no-tiles"));
    return null;
  }
}

/** A map in `holder` with its background; null where there is no WebGL. */
export async function makeMap(holder: HTMLElement, source: Source): Promise<{ library: Library; map: Chart } | null> {
  if (!canDraw()) return null;
  const library = await import("maplibre-gl");
  library.setWorkerUrl(worker);
  const own = source.kind === "style" ? await styleOf(source) : null;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  try {
    const map = new library.Map({
      container: holder,
      style: own ?? plainStyle(),
      center: [60, 57],
      zoom: 2,
      minZoom: 0.6,
      maxZoom: 19,
      attributionControl: own ? { compact: true } : false,
      dragRotate: false,
      pitchWithRotate: false,
      rollEnabled: false,
      touchPitch: false,
      fadeDuration: still ? 0 : 200,
      locale: {
        "NavigationControl.ZoomIn": holder.dataset.zoomIn ?? "",
        "NavigationControl.ZoomOut": holder.dataset.zoomOut ?? "",
        "ScaleControl.Kilometers": holder.dataset.km ?? "",
        "ScaleControl.Meters": holder.dataset.metres ?? "",
      },
    });
    map.touchZoomRotate.disableRotation();
    map.keyboard.disableRotation();
    map.addControl(new library.NavigationControl({ showCompass: false }), "top-right");
    map.on("error", (event) => {
      if ("sourceId" in event && event.sourceId === "tiles") document.dispatchEvent(new CustomEvent("otklik:no-tiles"));
    });
    await map.once("load");
    if (!own) {
      drawLand(map);
      follow(map, source);
    }
    return { library, map };
  } catch {
    return null;
  }
}
