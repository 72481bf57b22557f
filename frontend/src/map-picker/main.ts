// A small map on the form of a place: a click sets latitude and longitude. The fields stay, and without a map they suffice.
import "maplibre-gl/dist/maplibre-gl.css";
import "./picker.css";
import { makeMap } from "../map/chart.ts";
import type { Source } from "../map/background.ts";
import { around } from "../map/bounds.ts";

interface Data {
  source: Source;
  places: [name: string, longitude: number, latitude: number][];
}

const DIGITS = 6; // a tenth of a metre

async function start(template: HTMLTemplateElement): Promise<void> {
  const latitude = document.querySelector<HTMLInputElement>("[name=latitude]");
  const longitude = document.querySelector<HTMLInputElement>("[name=longitude]");
  const field = longitude?.closest(".field");
  if (!latitude || !longitude || !field) return;
  field.after(template.content.cloneNode(true));
  const box = document.querySelector<HTMLElement>("[data-picker]")!;
  const holder = box.querySelector<HTMLElement>("[data-picker-map]")!;
  for (const name of ["zoomIn", "zoomOut"]) holder.dataset[name] = box.dataset[name];
  const data = JSON.parse(document.getElementById(box.dataset.picker!)?.textContent ?? "{}") as Data;
  const made = await makeMap(holder, data.source);
  if (!made) {
    const said = document.createElement("p");
    said.className = "field-help";
    said.textContent = box.dataset.noMap ?? "";
    box.replaceChildren(said);
    return;
  }
  const { library, map } = made;
  for (const [name, x, y] of data.places) {
    const element = document.createElement("span");
    element.className = "picker-near";
    element.title = name;
    new library.Marker({ element }).setLngLat([x, y]).addTo(map);
  }
  const mark = document.createElement("span");
  mark.className = "picker-mark";
  const marker = new library.Marker({ element: mark, anchor: "bottom", draggable: true });
  const read = (): [number, number] | null => {
    const [x, y] = [longitude, latitude].map((input) => Number.parseFloat(input.value.replace(",", ".")));
    return Number.isFinite(x) && Number.isFinite(y) && Math.abs(y!) <= 90 && Math.abs(x!) <= 180 ? [x!, y!] : null;
  };
  const show = (come: boolean): void => {
    const at = read();
    if (!at) return void marker.remove();
    marker.setLngLat(at).addTo(map);
    if (come) map.jumpTo({ center: at, zoom: Math.max(map.getZoom(), 9) });
  };
  const write = ({ lng, lat }: { lng: number; lat: number }): void => {
    longitude.value = String(Number((((lng + 540) % 360) - 180).toFixed(DIGITS)));
    latitude.value = String(Number(lat.toFixed(DIGITS)));
    show(false);
  };
  map.on("click", (event) => write(event.lngLat));
  marker.on("dragend", () => write(marker.getLngLat()));
  for (const input of [latitude, longitude]) input.addEventListener("change", () => show(true));
  holder.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    write(map.getCenter());
  });
  const bounds = around(data.places.map(([, x, y]) => [x, y]));
  if (bounds) map.fitBounds(bounds, { padding: 40, maxZoom: 10, animate: false });
  show(true);
  holder.dataset.ready = "1";
}

const template = document.querySelector<HTMLTemplateElement>("#picker-template");
if (template) void start(template);
