import "./company.css";

/** Copy the value of the field that `data-copy` names. */
async function copy(button: HTMLElement): Promise<void> {
  const field = document.querySelector<HTMLInputElement>(button.dataset.copy ?? "");
  if (!field) return;
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    document.execCommand("copy"); // plain HTTP on a local network has no clipboard interface
  }
  const label = button.querySelector("span");
  if (label) label.textContent = button.dataset.copied ?? label.textContent;
}

function unInherit(editor: HTMLElement): void {
  const inherit = editor.querySelector<HTMLInputElement>("[data-hours-inherit]");
  if (inherit) inherit.checked = false;
}

/** The first day's hours for every day. */
function copyHours(editor: HTMLElement): void {
  const [first, ...others] = [...editor.querySelectorAll<HTMLElement>(".hours-day")];
  if (!first) return;
  const from = first.querySelectorAll<HTMLInputElement>("input");
  for (const day of others)
    day.querySelectorAll<HTMLInputElement>("input").forEach((input, at) => {
      const source = from[at];
      if (!source) return;
      if (input.type === "checkbox") input.checked = source.checked;
      else input.value = source.value;
    });
  unInherit(editor);
}

document.addEventListener("click", (event) => {
  const target = event.target as Element;
  const copying = target.closest<HTMLElement>("[data-copy]");
  if (copying) void copy(copying);
  const hours = target.closest("[data-hours-copy]")?.closest<HTMLElement>("[data-hours]");
  if (hours) copyHours(hours);
});

document.addEventListener("change", (event) => {
  const target = event.target as HTMLElement;
  if (target.matches("[data-submit-on-change]")) target.closest("form")?.requestSubmit();
  const day = target.closest<HTMLElement>(".hours-day");
  if (!day) return;
  if (target instanceof HTMLInputElement && target.type === "time" && target.value) {
    const open = day.querySelector<HTMLInputElement>("[data-hours-open]");
    if (open) open.checked = true;
  }
  const editor = day.closest<HTMLElement>("[data-hours]");
  if (editor) unInherit(editor);
});
