import { droppedAt } from "../lib/order";

function widgets(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("#board > [data-widget]")];
}

/** Send a form and take the board and the messages from the page it leads to; the rest stays as it is. */
async function send(form: HTMLFormElement, submitter: HTMLElement | null): Promise<void> {
  const focusId = submitter?.id;
  const data = new FormData(form, submitter instanceof HTMLButtonElement ? submitter : null);
  data.set("next", location.pathname + location.search);
  const answer = await fetch(form.action, { method: "POST", body: data });
  if (!answer.ok) return form.submit();
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const id of ["board-area", "toasts"]) {
    const [old, fresh] = [document.getElementById(id), page.getElementById(id)];
    if (old && fresh) old.replaceWith(document.adoptNode(fresh));
  }
  const actions = page.querySelector(".page-actions");
  if (actions) document.querySelector(".page-actions")?.replaceWith(document.adoptNode(actions));
  if (focusId) document.getElementById(focusId)?.focus();
}

async function drop(widget: HTMLElement, position: number): Promise<void> {
  const form = widget.querySelector<HTMLFormElement>('form[action*="/move/"]');
  if (!form) return;
  const field = document.createElement("input");
  field.type = "hidden";
  field.name = "position";
  field.value = String(position);
  form.append(field);
  await send(form, null);
}

function clearMarks(): void {
  for (const widget of widgets()) widget.classList.remove("drop-before", "drop-after", "dragging");
}

function over(x: number, y: number, dragged: HTMLElement): { widget: HTMLElement; after: boolean } | null {
  const widget = document.elementFromPoint(x, y)?.closest<HTMLElement>("#board > [data-widget]");
  if (!widget || widget === dragged) return null;
  const box = widget.getBoundingClientRect();
  return { widget, after: x > box.left + box.width / 2 };
}

function startDrag(grip: HTMLElement, event: PointerEvent): void {
  const dragged = grip.closest<HTMLElement>("[data-widget]");
  if (!dragged) return;
  event.preventDefault();
  grip.setPointerCapture(event.pointerId);
  dragged.classList.add("dragging");
  let target: { widget: HTMLElement; after: boolean } | null = null;
  const move = (step: PointerEvent): void => {
    clearMarks();
    dragged.classList.add("dragging");
    target = over(step.clientX, step.clientY, dragged);
    target?.widget.classList.add(target.after ? "drop-after" : "drop-before");
  };
  const end = (): void => {
    grip.removeEventListener("pointermove", move);
    clearMarks();
    if (!target) return;
    const all = widgets();
    void drop(dragged, droppedAt(all.indexOf(dragged), all.indexOf(target.widget), target.after));
  };
  grip.addEventListener("pointermove", move);
  grip.addEventListener("pointerup", end, { once: true });
  grip.addEventListener("pointercancel", clearMarks, { once: true });
}

/** Edit mode: drag by the grip, or use the buttons by keyboard; each change is stored at once. */
export function startArranging(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (!form.matches("[data-board-form], .toast-line form")) return;
    if (!document.querySelector(".board-editing, .add-widget")) return;
    event.preventDefault();
    void send(form, event.submitter);
  });
  document.addEventListener("change", (event) => {
    const form = (event.target as Element).closest<HTMLFormElement>("form[data-auto]");
    form?.requestSubmit();
  });
  document.addEventListener("pointerdown", (event) => {
    const grip = (event.target as Element).closest<HTMLElement>("[data-grip]");
    if (grip) startDrag(grip, event);
  });
}
