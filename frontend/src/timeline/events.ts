import { make } from "./tip.ts";
import type { Config, Marker } from "./types";

interface Held {
  id: number;
  text_ru: string;
  text_en: string;
  kind: string;
  first_day: string;
  last_day: string | null;
  place: string | null;
}

async function send(address: string, method: string, form: HTMLFormElement, body?: object): Promise<Response> {
  const token = form.querySelector<HTMLInputElement>("[name=csrfmiddlewaretoken]")?.value ?? "";
  return fetch(address, { method, headers: { "X-CSRFToken": token, "Content-Type": "application/json" }, ...(body ? { body: JSON.stringify(body) } : {}) });
}

/** The list of events under the chart and the dialog that adds and changes them. Returns what draws the list. */
export function startEvents(config: Config, holder: HTMLElement, changed: () => void): { draw: (markers: Marker[]) => void; open: (id: number) => void } {
  const dialog = document.querySelector<HTMLDialogElement>("#tl-marker");
  const form = dialog?.querySelector<HTMLFormElement>("[data-tl-marker-form]") ?? null;
  const trouble = dialog?.querySelector<HTMLElement>("[data-tl-marker-error]") ?? null;
  const remove = dialog?.querySelector<HTMLButtonElement>("[data-tl-marker-remove]") ?? null;
  let editing: number | null = null;
  let markers: Marker[] = [];

  const field = (name: string): HTMLInputElement => form!.elements.namedItem(name) as HTMLInputElement;
  const fill = (held: Partial<Held>): void => {
    trouble!.hidden = true;
    field("text_ru").value = held.text_ru ?? "";
    field("text_en").value = held.text_en ?? "";
    field("kind").value = held.kind ?? "campaign";
    field("first_day").value = held.first_day ?? "";
    field("last_day").value = held.last_day ?? "";
    field("place").value = held.place ?? "";
    const place = form!.elements.namedItem("place") as HTMLSelectElement;
    if (place.selectedIndex < 0) place.selectedIndex = 0;
    remove!.hidden = editing === null;
    dialog!.querySelector("[data-tl-marker-title]")!.textContent = (editing === null ? config.texts.markerAdd : config.texts.markerEdit) ?? "";
    dialog!.showModal();
    field("text_ru").focus();
  };
  const open = async (id: number): Promise<void> => {
    const marker = markers.find((one) => one.id === id);
    const line = document.getElementById(`tl-event-${id}`);
    line?.scrollIntoView({ block: "nearest" });
    if (!marker?.editable || !form) return;
    const url = new URL(config.addresses.markers, location.href);
    url.searchParams.set("from", marker.first);
    url.searchParams.set("to", marker.last);
    const answer = await fetch(url);
    const held = answer.ok ? ((await answer.json()) as Held[]).find((one) => one.id === id) : undefined;
    if (!held) return;
    editing = id;
    fill(held);
  };

  form?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const body = {
      text_ru: field("text_ru").value, text_en: field("text_en").value, kind: field("kind").value,
      first_day: field("first_day").value || null, last_day: field("last_day").value || null, place: field("place").value,
    };
    const answer = await (editing === null ? send(config.addresses.markers, "POST", form, body) : send(`${config.addresses.markers}/${editing}`, "PATCH", form, body));
    if (answer.ok) {
      dialog!.close();
      return changed();
    }
    const { detail } = (await answer.json()) as { detail: { field: string; message: string }[] };
    trouble!.textContent = detail.map(({ field: name, message }) => `${labelOf(form, name)}${message}`).join(" ");
    trouble!.hidden = false;
    const wrong = form.elements.namedItem(detail[0]?.field.split(".").at(-1) ?? "");
    if (wrong instanceof HTMLElement) wrong.focus();
  });
  remove?.addEventListener("click", async () => {
    if (editing === null || !form) return;
    const was = await (await fetch(`${config.addresses.markers}?from=1970-01-01&to=2069-12-31`)).json() as Held[];
    const held = was.find((one) => one.id === editing);
    const answer = await send(`${config.addresses.markers}/${editing}`, "DELETE", form);
    dialog!.close();
    if (!answer.ok) return;
    changed();
    const undo = make("button", "btn-plain", config.texts.undo);
    undo.type = "button";
    const said = make("p", "tl-undo", config.texts.markerRemoved);
    said.append(" ", undo);
    holder.before(said);
    undo.addEventListener("click", async () => {
      said.remove();
      if (held) await send(config.addresses.markers, "POST", form, { ...held, place: held.place ?? "" });
      changed();
    });
    setTimeout(() => said.remove(), 10_000);
  });
  document.addEventListener("click", (event) => {
    if (!form || !(event.target as Element).closest('[data-tl-open="marker"]')) return;
    editing = null;
    fill({ first_day: new Date().toLocaleDateString("sv"), place: config.place });
  });

  return {
    open: (id) => void open(id),
    draw: (found) => {
      markers = found;
      if (found.length === 0) return holder.replaceChildren(make("p", "card-body muted", config.texts.noMarkers));
      const list = make("ol", "tl-event-list");
      for (const [number, marker] of found.entries()) {
        const item = make("li");
        item.id = `tl-event-${marker.id}`;
        const words = make("span", "tl-event-text", marker.text);
        words.append(make("small", "", [marker.kindName, marker.place].filter(Boolean).join(" · ")));
        item.append(make("span", "tl-event-number", String(number + 1)), make("span", "tl-event-days", marker.days), words);
        if (marker.editable) {
          const edit = make("button", "btn-plain", config.texts.change);
          edit.type = "button";
          edit.ariaLabel = `${config.texts.change}: ${marker.text}`;
          edit.addEventListener("click", () => void open(marker.id));
          item.append(edit);
        }
        list.append(item);
      }
      holder.replaceChildren(list);
    },
  };
}

function labelOf(form: HTMLFormElement, name: string): string {
  const control = form.elements.namedItem(name.split(".").at(-1) ?? "");
  const label = control instanceof HTMLElement ? form.querySelector(`label[for="${control.id}"]`)?.firstChild?.textContent?.trim() : "";
  return label ? `${label}: ` : "";
}
